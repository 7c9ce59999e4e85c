-- who
-- migrate:up transaction:false
BEGIN;
CREATE TABLE a (b TEXT DEFAULT ';');
CREATE INDEX c ON a (b) -- no semicolon
;COMMIT
-- migrate:down
