A project with three migrations, and two databases that have them:

  $ mkdir migrations
  $ printf -- '-- quarry:up\nCREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);\nINSERT INTO roles (name) VALUES (%sadmin%s), (%sguest%s);\n-- quarry:down\nDROP TABLE roles;\n' "'" "'" "'" "'" > migrations/0001_roles.sql
  $ printf -- '-- quarry:up\nCREATE TABLE scrap (a);\nCREATE TABLE users (id INTEGER PRIMARY KEY, role_id INT NOT NULL REFERENCES roles(id));\n-- quarry:down\nDROP TABLE users;\nDROP TABLE scrap;\n' > migrations/0002_users.sql
  $ printf -- '-- quarry:up\nDROP TABLE scrap;\nCREATE INDEX users_role ON users(role_id);\n-- quarry:down\nDROP INDEX users_role;\nCREATE TABLE scrap (a);\n' > migrations/0003_index.sql
  $ export QUARRY_MIGRATE_DIR=migrations QUARRY_MIGRATE_URL=sqlite:app.db
  $ quarry migrate up --quiet > up.log
  $ quarry migrate up --quiet --url sqlite:other.db > up.log

Fold them into one:

  $ quarry migrate squash --dry-run 2>&1
  would be folded 0001_roles
  would be folded 0002_users
  would be folded 0003_index
  would be written migrations/0003_baseline.sql (with 2 rows)
  the database's list of applied migrations would be brought along
  $ quarry migrate squash 2>&1
  folded 0001_roles
  folded 0002_users
  folded 0003_index
  written migrations/0003_baseline.sql (with 2 rows)
  the database's list of applied migrations was brought along
  the old files are in migrations/squashed-0003: delete it once the change is committed
  then update every other database, each with its --url: quarry migrate squash --ledger-only --dir migrations
  $ ls migrations migrations/squashed-0003
  migrations:
  0003_baseline.sql
  squashed-0003
  
  migrations/squashed-0003:
  0001_roles.sql
  0002_users.sql
  0003_index.sql
  $ cat migrations/0003_baseline.sql
  -- Folded by quarry migrate squash: 3 migrations, from 0001_roles to 0003_index.
  -- quarry:up
  CREATE TABLE roles (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
  );
  CREATE TABLE users (
      id INTEGER PRIMARY KEY,
      role_id INT NOT NULL REFERENCES roles(id)
  );
  CREATE INDEX users_role ON users (role_id);
  
  INSERT INTO roles (id, name) VALUES
      (1, 'admin'),
      (2, 'guest');
  
  -- quarry:down
  -- destroys data
  -- The contents of users are lost.
  DROP TABLE users;
  -- destroys data
  -- The contents of roles are lost.
  DROP TABLE roles;
  $ quarry migrate status 2>&1
  VERSION  NAME      STATE         APPLIED AT
  0003     baseline  applied       *Z (glob)
  app.db: the one migration is applied
  $ quarry migrate squash 2>&1
  error: migrations/0003_baseline.sql is the only migration up to that version
  hint: two or more are needed: name the newest one to be folded, or head for all of them
  [2]

A new database runs the baseline; one that has the old migrations is brought along:

  $ quarry migrate up --url sqlite:new.db 2>&1
  created the database new.db
  applied 0003_baseline (* ms) (glob)
  1 migration applied: new.db
  $ quarry migrate up --url sqlite:other.db 2>&1
  error: applied migrations were edited or are missing
  caused by: 0001_roles was applied at *Z, and its file is missing (glob)
  caused by: 0002_users was applied at *Z, and its file is missing (glob)
  caused by: migrations/0003_baseline.sql was edited after it was applied
  hint: if the files were folded into a baseline, bring this database along: quarry migrate squash --url sqlite:other.db --ledger-only
  [5]
  $ quarry migrate squash --ledger-only --dry-run --url sqlite:other.db 2>&1
  would unstamp 0001_roles
  would unstamp 0002_users
  would unstamp 0003_index
  would stamp 0003_baseline
  $ quarry migrate squash --ledger-only --url sqlite:other.db 2>&1
  unstamped 0001_roles
  unstamped 0002_users
  unstamped 0003_index
  stamped 0003_baseline
  $ quarry migrate squash --ledger-only --url sqlite:other.db 2>&1
  nothing to write: other.db has no folded migrations
  $ quarry migrate check --url sqlite:other.db 2>&1
  compared with the files in migrations and the schema that they give
  other.db: the one migration is applied

What cannot be done changes nothing:

  $ quarry migrate squash 0002 2>&1
  error: there is no migration "0002"
  hint: `quarry migrate status` lists them; a plain number such as 2 counts steps, a version is written as in the file's name, such as 0002
  [2]
  $ quarry migrate squash 0003 --ledger-only 2>&1
  error: --ledger-only takes no version: the files say it
  hint: leave the version out; the first file of the folder is the baseline
  [2]
  $ quarry migrate squash --ledger-only --url sqlite:nothing.db 2>&1
  error: there is no database nothing.db
  hint: check the path; quarry migrate up --url sqlite:nothing.db creates it
  [1]
