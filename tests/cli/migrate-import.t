A folder of dbmate's, and a database on which it applied the first of two:

  $ mkdir old
  $ cat > old/20240105093000_create_users.sql <<'SQL'
  > -- who signs in
  > -- migrate:up
  > CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);
  > -- migrate:down
  > DROP TABLE users;
  > SQL
  $ cat > old/20240106093000_index.sql <<'SQL'
  > -- migrate:up transaction:false
  > CREATE INDEX by_mail ON users (mail)
  > -- migrate:down
  > SQL
  $ sqlite3 app.db "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
  > INSERT INTO schema_migrations VALUES ('20240105093000');
  > CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);"

  $ quarry migrate import --from-dir old --dir migrations --url app.db --dry-run 2>&1
  would write 20240105093000_create_users.sql (applied)
  would write 20240106093000_index.sql (pending)
  20240106093000_index.sql: the last statement got its semicolon
  20240106093000_index.sql: its empty down section does nothing, as in dbmate
  2 migrations of dbmate would be in migrations
  1 migration would be marked as applied in app.db, as schema_migrations says
  the table schema_migrations stays as it is; when dbmate is no longer used: DROP TABLE schema_migrations;
  $ quarry migrate import --from-dir old --dir migrations --url missing.db --dry-run 2>&1 >/dev/null | head -1
  there is no database missing.db: only the files are imported, not what is applied
  $ ls
  app.db
  old
  $ quarry migrate import --from-dir old --dir migrations --url app.db 2>&1
  wrote 20240105093000_create_users.sql (applied)
  wrote 20240106093000_index.sql (pending)
  20240106093000_index.sql: the last statement got its semicolon
  20240106093000_index.sql: its empty down section does nothing, as in dbmate
  2 migrations of dbmate are in migrations
  1 migration marked as applied in app.db, as schema_migrations says
  the table schema_migrations stays as it is; when dbmate is no longer used: DROP TABLE schema_migrations;
  $ cat migrations/*.sql
  -- who signs in
  -- quarry:up
  CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);
  -- quarry:down
  DROP TABLE users;
  -- quarry:up
  -- quarry:no-transaction
  CREATE INDEX by_mail ON users (mail);
  -- quarry:down
  SELECT 1;  -- nothing to do
  $ quarry migrate status --dir migrations --url app.db 2>&1
  VERSION         NAME          STATE         APPLIED AT
  20240105093000  create_users  applied       *Z (glob)
  20240106093000  index         pending
  app.db: 1 applied, 1 pending
  $ quarry migrate up --dir migrations --url app.db 2>&1
  applied 20240106093000_index (* ms) (glob)
  1 migration applied: app.db
  $ quarry migrate check --dir migrations --url app.db
  compared with the files in migrations and the schema that they give
  app.db: all 2 migrations are applied
  $ quarry migrate import --from-dir old --dir migrations --url app.db 2>&1
  error: migrations exists already; nothing was written
  hint: give a new folder with --dir; when its files are imported already, this takes over what is applied: quarry migrate import --dir migrations --url app.db --ledger-only
  [1]
  $ quarry migrate import --ledger-only --dir migrations --url app.db 2>&1
  error: quarry has a list of applied migrations in this database already: 2
  hint: `quarry migrate status --dir migrations --url app.db` shows them; `quarry migrate stamp --dir migrations --url app.db head` says that all in the folder are applied
  [1]

The same folder as it stands, without conversion:

  $ sqlite3 other.db "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
  > INSERT INTO schema_migrations VALUES ('20240105093000'), ('20230101000000');
  > CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);"
  $ quarry migrate import --ledger-only --dir old --url other.db 2>&1
  error: schema_migrations has 1 migration as applied in other.db, without its file
  caused by: 20230101000000
  hint: restore the files from version control; or continue without them: --skip-missing
  [5]
  $ quarry migrate import --ledger-only --dir old --url other.db --skip-missing 2>&1
  marked 20240105093000_create_users as applied
  1 migration marked as applied in other.db, as schema_migrations says
  warning: 1 migration of dbmate without a file: skipped
  the table schema_migrations stays as it is; when dbmate is no longer used: DROP TABLE schema_migrations;
  $ quarry migrate up --dir old --url other.db 2>&1
  applied 20240106093000_index (* ms) (glob)
  1 migration applied: other.db

Alembic's migrations, as it prints them:

  $ cat > up.sql <<'SQL'
  > CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
  > -- Running upgrade  -> dc92ce550580
  > CREATE TABLE notes (id INTEGER PRIMARY KEY);
  > INSERT INTO alembic_version (version_num) VALUES ('dc92ce550580');
  > SQL
  $ quarry migrate import --from-sql up.sql --dir notes --json
  {
    "schema": "quarry.migrate.import/1",
    "dry_run": false,
    "folder": "notes",
    "database": null,
    "tool": "alembic",
    "ledger_table": null,
    "without_file": [],
    "left_out": [],
    "obstacles": [],
    "migrations": [
      {
        "file": "notes/0001_revision_dc92ce550580.sql",
        "was": "dc92ce550580",
        "renumbered": true,
        "applied": false,
        "sources": [
          "up.sql"
        ],
        "changes": []
      }
    ]
  }
  $ cat notes/*
  -- imported from alembic: dc92ce550580
  -- quarry:up
  CREATE TABLE notes (id INTEGER PRIMARY KEY);
  $ quarry migrate import --from-dir alembic --tool alembic 2>&1
  error: Alembic's migrations are Python: quarry takes over the SQL that they give
  hint: make it with: alembic upgrade heads --sql > up.sql and alembic downgrade heads:base --sql > down.sql; then add --from-sql up.sql --down-sql down.sql
  [2]

What cannot be taken over is said with its place, all of it at once, and nothing is written:

  $ mkdir goose
  $ printf -- '-- +goose Up\n-- +goose ENVSUB ON\nSELECT \x27${ROLE:-reader}\x27;\n' > goose/00001_role.sql
  $ touch goose/00002_code.go
  $ printf -- '-- +goose Up\nBEGIN;\nCREATE TABLE t (a);\nCOMMIT;\nVACUUM;\n-- +goose Down\n' > goose/00003_steps.sql
  $ quarry migrate import --from-dir goose --dir fresh 2>&1
  goose/00001_role.sql:3:9: quarry replaces ${NAME} only, and this is "${ROLE:-reader}"
    remedy: write ${NAME}, without a default, and set NAME where the migrations are run; or leave the folder as it is, which quarry can run too, and take over what is applied with --ledger-only
  goose/00002_code.go: this migration is in Go, and quarry runs SQL
    remedy: write what it does as SQL, and give that: --replace 00002_code.go=FILE.sql; or leave it out: --leave-out 00002_code.go
  goose/00003_steps.sql:2:1: BEGIN and COMMIT are not around the whole script
    remedy (safe): leave them out, and run statement by statement: -- quarry:no-transaction
  error: 3 obstacles stop the import; nothing was written
  hint: --yes applies the remedies that are safe: 1 of 3; for the others: replace a file with another one: --replace NAME=FILE, or leave it out: --leave-out NAME
  [1]
  $ printf -- 'SELECT 2;' > code.sql
  $ quarry migrate import --from-dir goose --dir fresh --replace 00002_code.go=code.sql --leave-out 00001_role.sql --json | head -30
  {
    "schema": "quarry.migrate.import/1",
    "dry_run": false,
    "folder": "fresh",
    "database": null,
    "tool": "goose",
    "ledger_table": null,
    "without_file": [],
    "left_out": [],
    "obstacles": [
      {
        "file": "goose/00003_steps.sql",
        "line": 2,
        "column": 1,
        "what": "BEGIN and COMMIT are not around the whole script",
        "remedy": "leave them out, and run statement by statement: -- quarry:no-transaction",
        "safe": true,
        "applied": false
      }
    ],
    "migrations": [
      {
        "file": "fresh/00002_code.sql",
        "was": "2",
        "renumbered": false,
        "applied": false,
        "sources": [
          "code.sql"
        ],
        "changes": []
  $ quarry migrate import --from-dir goose --dir fresh --replace 00002_code.go=code.sql --leave-out 00001_role.sql --yes 2>&1
  goose/00003_steps.sql:2:1: BEGIN and COMMIT are not around the whole script
    done: leave them out, and run statement by statement: -- quarry:no-transaction
  wrote 00002_code.sql
  wrote 00003_steps.sql
  00003_steps.sql: BEGIN and COMMIT were removed: each statement is kept at once, and a run continues where one stopped
  00003_steps.sql: its empty down section does nothing, as in goose
  2 migrations of goose are in fresh
  $ cat fresh/*
  -- quarry:up
  SELECT 2;
  -- quarry:up
  -- quarry:no-transaction
  CREATE TABLE t (a);
  VACUUM;
  -- quarry:down
  SELECT 1;  -- nothing to do
  $ quarry migrate up --dir fresh --url steps.db --quiet
  applied 00002_code (* ms) (glob)
  applied 00003_steps (* ms) (glob)
  $ quarry migrate down base --dir fresh --url steps.db --quiet
  error: fresh/00002_code.sql has no down section; nothing was undone
  hint: write a new migration that undoes it; next time put a "-- quarry:down" section into the file before it is applied
  [1]
  $ rm -r fresh steps.db*
  $ quarry migrate import 2>&1
  error: which migrations are to be imported?
  hint: name the other tool's folder: --from-dir DIR; or for Alembic its SQL: --from-sql FILE
  [2]
  $ quarry migrate import --from-dir nowhere 2>&1
  error: cannot read the folder nowhere
  caused by: No such file or directory
  hint: --from-dir names the folder with the other tool's migrations
  [1]
  $ ls
  app.db
  app.db-quarry-lock
  code.sql
  goose
  migrations
  notes
  old
  other.db
  other.db-quarry-lock
  up.sql
