BEGIN;
/* up */ CREATE TABLE a (b int);
COMMIT;
DROP TABLE a -- down