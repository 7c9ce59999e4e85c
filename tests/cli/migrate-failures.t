What is typed wrong:

  $ quarry migrate 2>&1
  error: quarry migrate needs a sub-command
  hint: it is one of new, up, down, redo, to, status, history, check, plan, lint, diff, dump, squash, stamp, repair, import, create, drop, wait; quarry migrate --help explains them
  [2]
  $ quarry migrate upp 2>&1
  error: unknown sub-command 'upp' of quarry migrate
  hint: did you mean 'quarry migrate up'?
  [2]
  $ quarry migrate new 2>&1
  error: NAME is missing
  hint: usage: quarry migrate new [OPTIONS] NAME
        for example: quarry migrate new create_users_table
  [2]
  $ quarry migrate new -- --- 2>&1
  error: "---" is not a name for a migration
  hint: name what it does, such as create_users_table
  [2]
  $ quarry migrate up --dir migrations 2>&1
  error: which database? No database is named
  hint: name it: --url sqlite:app.db or --url postgresql://USER@HOST/DATABASE; the variable DATABASE_URL in the environment or in a file .env; or the setting migrate.url. quarry's own knowledge base is --database base
  [2]
  $ quarry migrate up --url app.db 2>&1
  error: which migrations? No folder is given, and there is no folder migrations here
  hint: give --dir FOLDER, or set migrate.dir; `quarry migrate new --url app.db create_users_table` creates the folder
  [2]
  $ mkdir unreached && quarry migrate up --dir unreached --url postgresql://joe:secret@127.0.0.1:1/app 2>&1
  error: cannot connect to postgresql://joe:***@127.0.0.1:1/app
  caused by: connection to server at "127.0.0.1", port 1 failed: Connection refused; Is the server running on that host and accepting TCP/IP connections?
  hint: check that a server listens there: host and port in the URL
  [1]
  $ quarry migrate up --dir migrations --url mysql://localhost/app 2>&1
  error: cannot use the database "mysql://localhost/app"
  caused by: "mysql:" is not a kind of database that quarry knows
  hint: write sqlite:PATH, such as sqlite:app.db, or postgresql://USER@HOST/DATABASE; for a file with a ":" in its name write ./mysql://localhost/app
  [2]
  $ quarry migrate up --dir migrations --url sqlite::memory: 2>&1
  error: cannot use the database "sqlite::memory:"
  caused by: a database in memory would be gone at once
  hint: write sqlite:PATH, such as sqlite:app.db, or postgresql://USER@HOST/DATABASE
  [2]
  $ quarry migrate up --dir none --url app.db 2>&1
  error: cannot read the migrations in none
  caused by: No such file or directory
  hint: check the path; `quarry migrate new --dir none --url app.db create_users_table` makes it with its first migration
  [1]
  $ quarry migrate up --dir migrations --url app.db --lock-wait soon 2>&1
  error: --lock-wait cannot be 'soon'
  hint: it takes a whole number from 0 to 86400
  [2]
  $ quarry migrate up nowhere --dir migrations --url app.db 2>&1
  error: "nowhere" is not a place to migrate to
  hint: write a count of steps (2), a version as in the file's name (0002), or head for all
  [2]

Files that are no migrations:

  $ mkdir migrations
  $ export QUARRY_MIGRATE_DIR=migrations QUARRY_MIGRATE_URL=sqlite:app.db
  $ touch migrations/create_users.sql && quarry migrate up 2>&1; rm migrations/*
  error: migrations/create_users.sql: the file's name does not begin with a version
  hint: name it VERSION_name.sql, such as 0001_create_users.sql or 20261121103000_create_users.sql
  $ touch migrations/0001_a.sql migrations/1_b.sql && quarry migrate up 2>&1; rm migrations/*
  error: two migrations have the version 0001: migrations/0001_a.sql and migrations/1_b.sql
  hint: give the one that no database has applied yet a newer version
  $ touch migrations/0001_a.sql migrations/20261121103000_b.sql && quarry migrate up 2>&1; rm migrations/*
  error: numbers and timestamps are mixed: migrations/0001_a.sql and migrations/20261121103000_b.sql
  hint: rename the files so that all versions are of one kind
  $ touch migrations/20261321103000_b.sql && quarry migrate up 2>&1; rm migrations/*
  error: migrations/20261321103000_b.sql: a version of 14 digits is a time, YYYYMMDDHHMMSS, and this one does not exist
  hint: name it VERSION_name.sql, such as 0001_create_users.sql or 20261121103000_create_users.sql
  $ touch migrations/0001_a.down.sql && quarry migrate up 2>&1; rm migrations/*
  error: migrations/0001_a.down.sql has no 0001_a.up.sql beside it
  hint: write the file that makes the change, or delete the one that undoes it
  $ touch 'migrations/R_a b.sql' && quarry migrate up 2>&1; rm migrations/*
  error: migrations/R_a b.sql: the migration's name may hold letters, digits, "_" and "-" only
  hint: name it VERSION_name.sql, such as 0001_create_users.sql or 20261121103000_create_users.sql
  $ truncate -s 100M migrations/0001_dump.sql && quarry migrate up 2>&1; rm migrations/*
  error: cannot read migrations/0001_dump.sql
  caused by: it is larger than the limit of 50 MB
  hint: split it, or load large data in another way
  $ echo 'CREATE TABLE a(b);' > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:1:1: this statement is in no section
  hint: put a line "-- quarry:up" before the SQL that makes the change, and "-- quarry:down" before the SQL that undoes it
  [1]
  $ printf -- '-- quarry:up\n' > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:1:13: the up section is empty
  hint: write the statements that make the change below "-- quarry:up"
  [1]
  $ printf -- '-- quarry:upp\nSELECT 1;' > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:1:1: unknown directive "-- quarry:upp"
  hint: did you mean "-- quarry:up"?
  [1]
  $ printf -- '-- quarry:up\nCREATE TABLE a(b)' > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:2:1: this statement is never ended
  hint: end it with ";"
  [1]
  $ printf -- "-- quarry:up\nSELECT 'it's';" > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:2:13: this string is never closed
  hint: end it with ' and write a ' inside it as ''
  [1]
  $ printf -- '-- quarry:up\nSELECT \xff;' > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:2:8: the file is not valid UTF-8 here
  hint: save it as UTF-8
  [1]
  $ printf -- '-- quarry:up\nSELECT \0;' > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:2:8: there is a NUL byte here
  hint: save the file as plain UTF-8 text
  [1]
  $ printf -- '-- quarry:up\nBEGIN;' > migrations/0001_a.sql && quarry migrate check 2>&1
  app.db does not exist yet; this creates it: quarry migrate up
  compared with the files in migrations
  error: app.db does not match its migrations
  caused by: migrations/0001_a.sql:2:1: BEGIN cannot be in a migration
  caused by: 0001_a is pending
  hint: delete it: quarry runs each migration in a transaction of its own, and undoes it when a statement fails
  [1]
  $ printf -- '-- quarry:up\nPRAGMA journal_mode = WAL;' > migrations/0001_a.sql && quarry migrate up 2>&1
  error: migrations/0001_a.sql:2:1: PRAGMA journal_mode cannot be set in a migration: SQLite does not let it change within a transaction
  hint: put it into a separate migration that begins with the line "-- quarry:no-transaction"
  [1]
  $ ls
  migrations
  unreached

A statement that fails; nothing of its migration stays, and nothing is said to be done that is not:

  $ printf -- '-- quarry:up\nCREATE TABLE users(id INTEGER PRIMARY KEY);\n-- quarry:irreversible: there was nothing before\n' > migrations/0001_users.sql && rm migrations/0001_a.sql
  $ printf -- '-- quarry:up\nCREATE TABLE x(a);\nALTER TABLE usres ADD COLUMN mail;\n' > migrations/0002_mail.sql
  $ quarry migrate up 2>&1
  created the database app.db
  applied 0001_users (* ms) (glob)
  1 migration applied: app.db
  error: migrations/0002_mail.sql:3:1: a statement failed; nothing of this migration was kept
  caused by: no such table: usres
  caused by: the statement, from line 3 column 1: ALTER TABLE usres ADD COLUMN mail;
  hint: did you mean users?
  [1]
  $ quarry migrate up --json
  {
    "schema": "quarry.migrate.up/1",
    "database": "app.db",
    "dry_run": false,
    "applied": [],
    "undone": [],
    "done_by_others": []
  }
  {"schema":"quarry.error/1","error":{"code":"failed","exit_code":1,"message":"migrations/0002_mail.sql:3:1: a statement failed; nothing of this migration was kept","causes":["no such table: usres","the statement, from line 3 column 1: ALTER TABLE usres ADD COLUMN mail;"],"hint":"did you mean users?"}}
  [1]
  $ printf -- '-- quarry:up\nCREATE TABLE x(a,\n  b PRIMARY SCHLUESSEL);\n' > migrations/0002_mail.sql
  $ quarry migrate up 2>&1
  error: migrations/0002_mail.sql:3:13: a statement failed; nothing of this migration was kept
  caused by: near "SCHLUESSEL": syntax error
  caused by: the statement, from line 2 column 1: CREATE TABLE x(a, b PRIMARY SCHLUESSEL);
  [1]
  $ printf -- '-- quarry:up\nCREATE TABLE c(u REFERENCES users(id)); INSERT INTO c VALUES (7);\n' > migrations/0002_mail.sql
  $ quarry migrate up 2>&1
  error: migrations/0002_mail.sql: foreign keys would be broken; nothing of this migration was kept
  caused by: 1 row of c points to no row of users (rowid 1)
  hint: while a migration runs, foreign keys are not enforced, so that tables can be rebuilt, and ON DELETE does nothing: delete or update these rows in the migration itself
  [1]
  $ quarry migrate status 2>&1
  VERSION  NAME   STATE         APPLIED AT
  0001     users  applied       *Z (glob)
  0002     mail   pending
  app.db: 1 applied, 1 pending

No way back:

  $ quarry migrate down 2>&1
  error: migrations/0001_users.sql cannot be undone; nothing was undone
  caused by: there was nothing before
  hint: restore a backup, or write a new migration that repairs
  [1]
  $ quarry migrate down 5 2>&1
  error: there is only 1 migration to undo, not 5
  hint: for all of them write: quarry migrate down base
  [2]
  $ printf -- '-- quarry:up\nCREATE TABLE c(u);\n' > migrations/0002_mail.sql
  $ quarry migrate up --quiet > log
  $ quarry migrate down 2>&1
  error: migrations/0002_mail.sql has no down section; nothing was undone
  hint: write a new migration that undoes it; next time put a "-- quarry:down" section into the file before it is applied
  [1]

Edited, removed, out of order:

  $ echo '-- a remark' >> migrations/0002_mail.sql
  $ quarry migrate up 2>&1
  error: applied migrations were edited or are missing
  caused by: migrations/0002_mail.sql was edited after it was applied
  hint: restore the files as they were applied (quarry migrate repair --restore, or git log -- FILE), and make the change in a new migration
  [5]
  $ quarry migrate check 2>&1
  drift was not checked: correct the other findings first
  compared with the files in migrations
  error: app.db does not match its migrations
  caused by: migrations/0002_mail.sql was edited after it was applied
  hint: restore the files as they were applied (quarry migrate repair --restore, or git log -- FILE), and make the change in a new migration
  [5]
  $ quarry migrate check --json | head -9
  {"schema":"quarry.notice/1","level":"note","text":"drift was not checked: correct the other findings first"}
  {
    "schema": "quarry.migrate.check/1",
    "database": "app.db",
    "ok": false,
    "problem": {
      "code": "migration_edited",
      "exit_code": 5,
      "message": "applied migrations were edited or are missing",
      "hint": "restore the files as they were applied (quarry migrate repair --restore, or git log -- FILE), and make the change in a new migration"
  $ rm migrations/0002_mail.sql
  $ quarry migrate check 2>&1
  drift was not checked: correct the other findings first
  compared with the files in migrations
  error: app.db does not match its migrations
  caused by: 0002_mail was applied at *Z, and its file is missing (glob)
  hint: restore the files as they were applied (quarry migrate repair --restore, or git log -- FILE), and make the change in a new migration
  [5]
  $ quarry migrate status --quiet
  VERSION  NAME   STATE         APPLIED AT
  0001     users  applied       *Z (glob)
  0002     mail   missing       *Z (glob)
  $ printf -- '-- quarry:up\nCREATE TABLE c(u);\n' > migrations/0002_mail.sql
  $ cp migrations/0002_mail.sql migrations/0004_later.sql && sed -i 's/c(/d(/' migrations/0004_later.sql
  $ quarry migrate up --quiet > log
  $ sed 's/c(/e(/' migrations/0002_mail.sql > migrations/0003_between.sql
  $ quarry migrate up 2>&1
  error: migrations are out of order: newer ones are applied already
  caused by: migrations/0003_between.sql is not applied, but newer ones are
  hint: give each of them a version above all applied ones by renaming its file; or apply them all the same: quarry migrate up --out-of-order
  [6]
  $ quarry migrate check 2>&1
  drift was not checked: correct the other findings first
  compared with the files in migrations
  error: app.db does not match its migrations
  caused by: migrations/0003_between.sql is not applied, but newer ones are
  hint: give each of them a version above all applied ones by renaming its file; or apply them all the same: quarry migrate up --out-of-order
  [6]
  $ rm migrations/0003_between.sql

A database that cannot be used:

  $ printf 'this is not a database, but it is long enough to look like one%50s' ' ' > text.db
  $ quarry migrate up --url text.db 2>&1
  error: cannot open the database text.db
  caused by: file is not a database
  hint: check the path: the file exists but is not a SQLite database
  [1]
  $ quarry migrate up --url . 2>&1
  error: cannot open the database .
  caused by: Is a directory
  hint: give the path of a database file
  [1]
  $ quarry migrate up --url nowhere/app.db 2>&1
  error: cannot open the database nowhere/app.db
  caused by: No such file or directory
  hint: make its folder first
  [1]
  $ quarry migrate down --url nowhere.db 2>&1
  error: there is no database nowhere.db
  hint: check the path; quarry migrate up --url nowhere.db creates it
  [1]
  $ sql() { python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).executescript(sys.argv[2])' "$@"; }
  $ sql foreign.db 'CREATE TABLE quarry_migrations(id)'
  $ quarry migrate status --url foreign.db 2>&1
  error: this quarry does not recognise the ledger in the table quarry_migrations
  caused by: it has no column version
  hint: if a newer quarry made it, install that one; if it is something else, rename the table
  [9]
  $ quarry migrate status --database base --base foreign.db 2>&1
  error: cannot open the knowledge base foreign.db
  caused by: this is a SQLite database, but not a knowledge base
  hint: give the path of a knowledge base with --base, or another one to make
  [1]

A database that another process holds:

  $ printf -- '-- quarry:up\nCREATE TABLE f(u);\n' > migrations/0005_f.sql
  $ cat > hold.py <<END
  > import sqlite3, subprocess
  > holder = sqlite3.connect("app.db", isolation_level=None)
  > holder.execute("BEGIN IMMEDIATE")
  > print(subprocess.run(["quarry", "migrate", "up", "--lock-wait", "0"]).returncode, flush=True)
  > holder.execute("ROLLBACK")
  > holder.execute("BEGIN EXCLUSIVE")
  > print(subprocess.run(["quarry", "migrate", "status", "--lock-wait", "0"]).returncode)
  > END
  $ python3 hold.py 2>&1
  error: cannot begin a migration of app.db
  caused by: database is locked
  hint: another process is using it, perhaps another `quarry migrate`: run the command again when it is done, or wait longer with --lock-wait SECONDS
  7
  error: cannot open the database app.db
  caused by: database is locked
  hint: another process is using it: wait until it is done, then run the command again
  7

A knowledge base of a newer quarry:

  $ unset QUARRY_MIGRATE_DIR QUARRY_MIGRATE_URL
  $ echo 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ sql .quarry/base.db "INSERT INTO quarry_migrations VALUES (99, 'from_later', 'x', '2030-01-01T00:00:00Z', 1, '9.0.0')"
  $ quarry migrate status --database base --quiet
  VERSION  NAME              STATE         APPLIED AT
  0001     knowledge_base    applied       *Z (glob)
  0002     spans             applied       *Z (glob)
  0003     document_parts    applied       *Z (glob)
  0004     chunk_lengths     applied       *Z (glob)
  0005     merge_later       applied       *Z (glob)
  0006     conversations     applied       *Z (glob)
  0007     cache_and_runs    applied       *Z (glob)
  0008     source_values     applied       *Z (glob)
  0009     compact_postings  applied       *Z (glob)
  0010     row_checksums     applied       *Z (glob)
  0011     collections       applied       *Z (glob)
  0012     inner_headings    applied       *Z (glob)
  0013     computed_vectors  applied       *Z (glob)
  0014     server            applied       *Z (glob)
  0015     agents            applied       *Z (glob)
  0016     packed_texts      applied       *Z (glob)
  0017     feedback          applied       *Z (glob)
  0099     from_later        newer         *Z (glob)
  $ quarry migrate check --database base 2>&1
  drift was not checked: correct the other findings first
  compared with the migrations of this quarry
  error: the knowledge base .quarry/base.db does not match its migrations
  caused by: 0099_from_later was applied at *Z by quarry 9.0.0 (glob)
  hint: install the newer quarry; this one would not understand the database
  [9]
  $ quarry migrate up --database base 2>&1
  error: the database was migrated by a newer quarry
  caused by: 0099_from_later was applied at *Z by quarry 9.0.0 (glob)
  hint: install the newer quarry; this one would not understand the database
  [9]
  $ quarry migrate down --database base --yes 2>&1
  error: the database was migrated by a newer quarry
  caused by: 0099_from_later was applied at *Z by quarry 9.0.0 (glob)
  hint: install the newer quarry; this one would not understand the database
  [9]
