There and back:

  $ export QUARRY_MIGRATE_DIR=migrations QUARRY_MIGRATE_URL=sqlite:app.db
  $ mkdir migrations
  $ printf -- '-- quarry:up\nCREATE TABLE a (b);\n-- quarry:down\nDROP TABLE a;\n' > migrations/0001_a.sql
  $ printf -- '-- quarry:up\nCREATE TABLE c (d);\n-- quarry:down\nDROP TABLE c;\n' > migrations/0002_c.sql
  $ printf 'DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT b FROM a;\n' > migrations/R_v.sql
  $ quarry migrate to 0001 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  created the database app.db
  applied 0001_a (N ms)
  1 migration applied: app.db
  $ quarry migrate to +1 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied 0002_c (N ms)
  1 migration applied: app.db
  $ quarry migrate to head --dry-run 2>&1
  would apply R_v
  $ quarry migrate to head 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied R_v (N ms)
  1 migration applied: app.db
  $ quarry migrate redo 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  undone 0002_c (N ms)
  applied 0002_c (N ms)
  1 migration undone: app.db
  1 migration applied: app.db
  $ quarry migrate to -1 --json | grep -v duration
  {
    "schema": "quarry.migrate.to/1",
    "database": "app.db",
    "dry_run": false,
    "applied": [],
    "undone": [
      {
        "version": "0002",
        "name": "c",
        "file": "migrations/0002_c.sql",
      }
    ],
    "done_by_others": []
  }
  $ quarry migrate to head 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied 0002_c (N ms)
  1 migration applied: app.db
  $ quarry migrate to 0009 2>&1
  error: there is no migration "0009"
  hint: `quarry migrate status` lists them; a plain number such as 2 counts steps, a version is written as in the file's name, such as 0002
  [2]
  $ quarry migrate to +7 2>&1
  error: there is no migration to apply
  hint: quarry migrate status lists them, and which are applied
  [2]
  $ quarry migrate history | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/; s/ [0-9]+ ms/ N ms/; s/quarry [0-9.]+/quarry V/'
     1  TIME  up       0001_a  N ms  quarry V  89961456248b
     2  TIME  up       0002_c  N ms  quarry V  61f9f3b5ce72
     3  TIME  repeat   R_v  N ms  quarry V  70314c262079
     4  TIME  down     0002_c  N ms  quarry V  61f9f3b5ce72
     5  TIME  up       0002_c  N ms  quarry V  61f9f3b5ce72
     6  TIME  down     0002_c  N ms  quarry V  61f9f3b5ce72
     7  TIME  up       0002_c  N ms  quarry V  61f9f3b5ce72
  $ quarry migrate history --show 2
  -- quarry:up
  CREATE TABLE c (d);
  -- quarry:down
  DROP TABLE c;
  $ quarry migrate history --show 4
  -- quarry:up
  CREATE TABLE c (d);
  -- quarry:down
  DROP TABLE c;
  $ quarry migrate history --show 4 --json | head -4
  {
    "schema": "quarry.migrate.history.text/1",
    "number": 4,
    "action": "down",
  $ quarry migrate history --show 99 2>&1
  error: the history has no line 99
  hint: texts up to 1 MB are kept, of what quarry ran itself
  [10]
  $ quarry migrate history --limit 1 --json | grep -vE 'run_at|duration|quarry_version'
  {
    "schema": "quarry.migrate.history/1",
    "database": "app.db",
    "history": [
      {
        "number": 7,
        "action": "up",
        "version": 2,
        "name": "c",
        "checksum": "61f9f3b5ce72148db55ec883924f71ec8e80370e887f658426c4ed27da486bf9"
      }
    ]
  }

A repeatable file runs again when its text has changed:

  $ printf 'DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT d FROM c;\n' > migrations/R_v.sql
  $ quarry migrate status 2>/dev/null | cut -c 1-30
  VERSION  NAME  STATE         A
  0001     a     applied       2
  0002     c     applied       2
  R        v     pending       2
  $ quarry migrate up 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied R_v (N ms)
  1 migration applied: app.db

An applied file was edited, and another one is gone:

  $ sed -i 's/(b)/(b, x)/' migrations/0001_a.sql
  $ mv migrations/0002_c.sql old.sql
  $ quarry migrate up 2>&1 | sed -E 's/at [0-9-]{10}T[0-9:]{8}Z/at TIME/'
  error: applied migrations were edited or are missing
  caused by: migrations/0001_a.sql was edited after it was applied
  caused by: 0002_c was applied at TIME, and its file is missing
  hint: restore the files as they were applied (quarry migrate repair --restore, or git log -- FILE), and make the change in a new migration
  $ quarry migrate repair 2>&1
  0001_a was edited after it was applied
  @@ 1 @@
   -- quarry:up
  -CREATE TABLE a (b);
  +CREATE TABLE a (b, x);
   -- quarry:down
   DROP TABLE a;
  0002_c was applied, and its file is missing
  @@ 1 @@
  --- quarry:up
  -CREATE TABLE c (d);
  --- quarry:down
  -DROP TABLE c;
  nothing was changed: add --yes to accept the files, or --restore to restore the old text
  [5]
  $ quarry migrate repair 0001 --yes 2>&1
  0001_a was edited after it was applied
  @@ 1 @@
   -- quarry:up
  -CREATE TABLE a (b);
  +CREATE TABLE a (b, x);
   -- quarry:down
   DROP TABLE a;
  1 migration accepted
  $ quarry migrate repair --restore 2>&1
  0002_c was applied, and its file is missing
  @@ 1 @@
  --- quarry:up
  -CREATE TABLE c (d);
  --- quarry:down
  -DROP TABLE c;
  wrote migrations/0002_c.sql
  $ cmp migrations/0002_c.sql old.sql
  $ quarry migrate repair 2>&1
  nothing to repair: every applied migration matches its file
  $ quarry migrate repair 0002 2>&1
  error: 0002_c is neither edited nor missing
  hint: `quarry migrate status` lists the states
  [2]
  $ quarry migrate repair --forget-progress 2>&1
  no migration is half applied

A database that has the tables already:

  $ sqlite3 other.db 'CREATE TABLE a (b, x)'
  $ quarry migrate stamp 0001 --url other.db --dry-run 2>&1
  would stamp 0001_a
  $ quarry migrate stamp 0001 --url other.db 2>&1
  stamped 0001_a
  $ quarry migrate stamp 0001 --url other.db 2>&1
  nothing to write: other.db is in that state already
  $ quarry migrate up 1 --url other.db 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied 0002_c (N ms)
  1 migration applied: other.db
  $ quarry migrate stamp base --url other.db --json
  {
    "schema": "quarry.migrate.stamp/1",
    "database": "other.db",
    "dry_run": false,
    "changes": [
      {
        "version": "0001",
        "name": "a",
        "action": "unstamp"
      },
      {
        "version": "0002",
        "name": "c",
        "action": "unstamp"
      }
    ]
  }
  $ quarry migrate stamp 0007 --url other.db 2>&1
  error: there is no migration "0007"
  hint: `quarry migrate status --url other.db` lists them; a plain number such as 2 counts steps, a version is written as in the file's name, such as 0002
  [2]

A migration that no transaction can hold goes on where it stopped:

  $ printf -- '-- quarry:no-transaction\n-- quarry:up\nCREATE TABLE e (f);\nVACUUM;\nINSERT INTO nowhere VALUES (1);\n-- quarry:down\nDROP TABLE e;\n' > migrations/0003_e.sql
  $ quarry migrate up 2>&1
  error: migrations/0003_e.sql:5:1: a statement failed; what ran before it was kept
  caused by: no such table: nowhere
  caused by: the statement, from line 5 column 1: INSERT INTO nowhere VALUES (1);
  [1]
  $ quarry migrate status 2>/dev/null | cut -c 1-32
  VERSION  NAME  STATE         APP
  0001     a     applied       202
  0002     c     applied       202
  0003     e     half applied
  R        v     applied       202
  $ quarry migrate down 2>&1
  error: 0003_e is half applied: 2 of its statements were run
  hint: finish it first, with: quarry migrate up 1; or, if you undid it by hand: quarry migrate repair --forget-progress
  [1]
  $ sed -i 's/nowhere/e/' migrations/0003_e.sql
  $ quarry migrate up 2>&1 | sed 's/([0-9]* ms/(N ms/'
  applied 0003_e (N ms, from statement 3 on)
  1 migration applied: app.db

All or none:

  $ printf -- '-- quarry:up\nCREATE TABLE g (h);\n-- quarry:down\nDROP TABLE g;\n' > migrations/0004_g.sql
  $ printf -- '-- quarry:up\nCREATE TABLE g (h);\n-- quarry:down\nDROP TABLE g;\n' > migrations/0005_twice.sql
  $ quarry migrate up --single-transaction 2>&1
  error: migrations/0005_twice.sql:2:14: a statement failed; nothing of this migration was kept
  caused by: table g already exists
  caused by: the statement, from line 2 column 1: CREATE TABLE g (h);
  hint: the database has it already: was it made by hand, or by another migration?
  [1]
  $ quarry migrate status 2>/dev/null | tail -3 | cut -c 1-32
  0004     g      pending
  0005     twice  pending
  R        v      applied       20
  $ rm migrations/0005_twice.sql

After merging a branch:

  $ quarry migrate up --quiet | sed 's/([0-9]* ms)/(N ms)/'
  applied 0004_g (N ms)
  $ mv migrations/0004_g.sql migrations/0010_g.sql
  $ quarry migrate up 2>&1 | sed -E 's/at [0-9-]{10}T[0-9:]{8}Z/at TIME/'
  error: applied migrations were edited or are missing
  caused by: 0004_g was applied at TIME, and its file is missing
  hint: restore the files as they were applied (quarry migrate repair --restore, or git log -- FILE), and make the change in a new migration
  $ mv migrations/0010_g.sql migrations/0004_g.sql
  $ printf -- '-- quarry:up\nCREATE TABLE late (h);\n' > migrations/0006_x.sql && quarry migrate up --quiet | sed 's/([0-9]* ms)/(N ms)/'
  applied 0006_x (N ms)
  $ printf -- '-- quarry:up\nCREATE TABLE branch (h);\n' > migrations/0005_branch.sql
  $ quarry migrate up 2>&1
  error: migrations are out of order: newer ones are applied already
  caused by: migrations/0005_branch.sql is not applied, but newer ones are
  hint: give each of them a version above all applied ones by renaming its file; or apply them all the same: quarry migrate up --out-of-order
  [6]
  $ quarry migrate up --out-of-order 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied 0005_branch (N ms)
  1 migration applied: app.db

What would run, exactly:

  $ printf -- '-- quarry:env: ROLE\n-- quarry:up\nDELETE FROM a;\nINSERT INTO a (b) VALUES (\x27${ROLE} ${OTHER}\x27);\n-- quarry:irreversible: rows are gone\n' > migrations/0007_env.sql
  $ quarry migrate plan 2>&1
  error: migrations/0007_env.sql:4:28: the environment variable ROLE is not set
  hint: set it, such as with export ROLE=VALUE, and let migrations have it: --env ROLE
  [1]
  $ export ROLE=admin
  $ quarry migrate plan 2>&1
  error: a migration uses the environment variable ROLE, which was not allowed
  hint: to allow it: --env ROLE, or quarry config set --user migrate.env ROLE
  [2]
  $ export QUARRY_MIGRATE_ENV=OTHER,ROLE
  $ quarry migrate plan 2>&1
  apply 0007_env (one transaction)
    migrations/0007_env.sql:3
      DELETE FROM a;
      hazard: every row of a is deleted [delete-without-where]
    migrations/0007_env.sql:4
      INSERT INTO a (b) VALUES ('admin ${OTHER}');
  
  SQLite locks the whole database against other writers while each migration runs.
  $ quarry migrate plan --json | grep -E '"(schema|dialect|direction|transactional|line|rule)"'
    "schema": "quarry.migrate.plan/1",
    "dialect": "sqlite",
        "direction": "up",
        "transactional": true,
            "line": 3,
                "rule": "delete-without-where",
            "line": 4,
  $ quarry migrate plan --sql --from 0006 | grep -A 3 '^-- up'
  -- up 0007_env
  BEGIN IMMEDIATE;
  DELETE FROM a;
  INSERT INTO a (b) VALUES ('admin ${OTHER}');
  $ quarry migrate plan 0006 --sql --from 0006 --json
  {
    "schema": "quarry.migrate.plan.sql/1",
    "sql": "-- nothing would run\n"
  }
  $ quarry migrate plan 0001 --from 0002 --sql | sed -E '/^CREATE TABLE IF NOT EXISTS/,/^\);/d; s/strftime.*//; s/'[0-9a-f]{64}'/SUM/'
  -- run it with: sqlite3 -bail DATABASE < THIS_FILE
  PRAGMA foreign_keys = OFF;
  
  -- down 0002_c
  BEGIN IMMEDIATE;
  DROP TABLE c;
  DELETE FROM quarry_migrations WHERE version = 2;
  INSERT INTO quarry_migration_history (direction, version, name, checksum, run_at, duration_ms, quarry_version, script) VALUES ('down', 2, 'c', 'SUM', 
  COMMIT;
  
  PRAGMA foreign_key_check;
  PRAGMA foreign_keys = ON;
  $ quarry migrate up 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied 0007_env (N ms)
  1 migration applied: app.db
  $ sqlite3 app.db 'SELECT b FROM a'
  admin ${OTHER}
  $ quarry migrate down 2>&1
  error: migrations/0007_env.sql cannot be undone; nothing was undone
  caused by: rows are gone
  hint: restore a backup, or write a new migration that repairs
  [1]
  $ quarry migrate plan --from 0001 --dir nowhere 2>&1
  error: cannot read the migrations in nowhere
  caused by: No such file or directory
  hint: check the path; `quarry migrate new --dir nowhere create_users_table` makes it with its first migration
  [1]

Several databases of one project:

  $ unset QUARRY_MIGRATE_DIR QUARRY_MIGRATE_URL
  $ cat > quarry.toml <<'TOML'
  > [migrate.databases.app]
  > dir = "migrations"
  > url = "sqlite:app.db"
  > [migrate.databases.other]
  > dir = "migrations"
  > url = "sqlite:other.db"
  > TOML
  $ quarry migrate status --database app 2>&1 | tail -1
  app.db: all 8 migrations are applied
  $ quarry migrate status --database othr 2>&1
  error: there is no section [migrate.databases.othr] in the settings
  hint: did you mean other?
  [2]
  $ quarry migrate status --database bas
  error: there is no section [migrate.databases.bas] in the settings
  hint: did you mean base? That is quarry's own knowledge base
  [2]
  $ quarry migrate status 2>&1
  error: which database? No database is named
  hint: name it: --database app, --database other; --url sqlite:app.db or --url postgresql://USER@HOST/DATABASE; the variable DATABASE_URL in the environment or in a file .env; or the setting migrate.url. quarry's own knowledge base is --database base
  [2]
