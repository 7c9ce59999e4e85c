BEGIN;
-- Running upgrade  -> a1
CREATE TABLE a (b int);
INSERT INTO alembic_version VALUES ('a1');
-- Running upgrade a1 -> b2
COMMIT;
CREATE INDEX CONCURRENTLY c ON a (b);
-- Running downgrade b2 -> a1
DROP INDEX c;
-- Running downgrade a1 -> 
DROP TABLE a;
