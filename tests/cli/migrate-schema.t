The wanted schema is a file of CREATE statements; the migrations are made from it:

  $ export QUARRY_MIGRATE_DIR=migrations QUARRY_MIGRATE_URL=sqlite:app.db
  $ cat > schema.sql <<'SQL'
  > CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  > CREATE INDEX users_name ON users (name);
  > SQL
  $ quarry migrate new users --autogenerate 2>&1
  migrations/0001_users.sql
  review it and complete it; this applies it: quarry migrate up
  $ cat migrations/0001_users.sql
  -- quarry:up
  CREATE TABLE users (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL
  );
  CREATE INDEX users_name ON users (name);
  
  -- quarry:down
  -- destroys data
  -- The contents of users are lost.
  DROP TABLE users;
  $ quarry migrate up 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  created the database app.db
  applied 0001_users (N ms)
  1 migration applied: app.db
  $ quarry migrate diff 2>&1
  the schemas are equal
  $ quarry migrate check
  compared with the files in migrations, the schema that they give and schema.sql
  app.db: the one migration is applied
  $ quarry migrate new again --autogenerate 2>&1
  nothing to write: the migrations give the wanted schema

The schema changes; what differs, as SQL and as data:

  $ sqlite3 app.db "INSERT INTO users (name) VALUES ('Ann')"
  $ cat > schema.sql <<'SQL'
  > CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL CHECK (mail LIKE '%@%'));
  > CREATE INDEX users_name ON users (name DESC);
  > SQL
  $ quarry migrate diff 2>&1
  -- Views and triggers that mention a rebuilt table are not changed.
  PRAGMA legacy_alter_table = ON;
  -- SQLite cannot change users in place: the table is rebuilt.
  CREATE TABLE quarry_new_users (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      mail TEXT NOT NULL CHECK (mail LIKE '%@%')
  );
  -- users.mail must not be NULL: put a value in the marked place for the rows that have none.
  INSERT INTO quarry_new_users (id, name, mail)
  SELECT id, name, NULL /* FILL IN: users.mail */
  FROM users;
  DROP TABLE users;
  ALTER TABLE quarry_new_users RENAME TO users;
  PRAGMA legacy_alter_table = OFF;
  CREATE INDEX users_name ON users (name DESC);
  3 differences
  [4]
  $ quarry migrate diff --down 2>&1
  -- Views and triggers that mention a rebuilt table are not changed.
  PRAGMA legacy_alter_table = ON;
  -- SQLite cannot change users in place: the table is rebuilt.
  CREATE TABLE quarry_new_users (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL
  );
  INSERT INTO quarry_new_users (id, name)
  SELECT id, name
  FROM users;
  -- destroys data
  -- The contents of users.mail are lost.
  DROP TABLE users;
  ALTER TABLE quarry_new_users RENAME TO users;
  PRAGMA legacy_alter_table = OFF;
  CREATE INDEX users_name ON users (name);
  3 differences
  [4]
  $ quarry migrate diff --json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["equal"], [(c["kind"], c["object"], c["destructive"]) for c in d["changes"]])'
  False [('add_column', 'users.mail', False), ('add_constraint', 'users', False), ('change_index', 'users_name', False)]
  $ quarry migrate new mail --autogenerate --backfill "users.mail=name || '@example.com'" 2>&1
  migrations/0002_mail.sql
  review it and complete it; this applies it: quarry migrate up
  $ quarry migrate up 2>&1 | sed 's/([0-9]* ms)/(N ms)/'
  applied 0002_mail (N ms)
  1 migration applied: app.db
  $ sqlite3 app.db "SELECT * FROM users"
  1|Ann|Ann@example.com
  $ quarry migrate check --roundtrip 2>&1
  compared with the files in migrations, the schema that they give and schema.sql; each migration was tried up, down and up again
  app.db: all 2 migrations are applied

Nothing is renamed or destroyed without being told to:

  $ cat > schema.sql <<'SQL'
  > CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, mail TEXT NOT NULL CHECK (mail LIKE '%@%'));
  > CREATE INDEX users_name ON users (full_name DESC);
  > SQL
  $ quarry migrate new rename --autogenerate 2>&1
  error: the column users.name is gone and users.full_name is new: this may be a rename
  hint: say which: --rename users.name:full_name keeps what is in it, --not-renamed users.name drops it
  [2]
  $ quarry migrate new rename --autogenerate --not-renamed users.name 2>&1
  error: the new migration would destroy data
  caused by: drop_column users.name (name TEXT NOT NULL)
  hint: look at it with quarry migrate diff; if it is what you want, add --allow-destructive
  [2]
  $ quarry migrate new rename --autogenerate --rename users.nmae:full_name 2>&1
  error: --rename users.nmae: the old schema has no users.nmae
  hint: did you mean users.name?
  [2]
  $ quarry migrate new rename --autogenerate --rename users.name:full_name 2>&1
  migrations/0003_rename.sql
  review it and complete it; this applies it: quarry migrate up
  $ cat migrations/0003_rename.sql
  -- quarry:up
  ALTER TABLE users RENAME COLUMN name TO full_name;
  
  -- quarry:down
  ALTER TABLE users RENAME COLUMN full_name TO name;
  $ echo 'CREATE TABLE nothing (' > bad.sql
  $ quarry migrate diff --to bad.sql 2>&1
  error: bad.sql:1:14: a statement failed
  caused by: near "nothing": syntax error
  caused by: the statement, from line 1 column 1: CREATE TABLE nothing (
  [1]
  $ quarry migrate diff --to nowhere.sql 2>&1
  error: there is no file, folder or database "nowhere.sql"
  hint: name a file of SQL (schema.sql), a folder of migrations or of SQL files, or a database (sqlite:app.db, postgresql://USER@HOST/DATABASE)
  [2]
  $ quarry migrate diff --to schema.sql --dialect postgresql 2>&1
  error: the migrations do not run on an empty database
  caused by: migrations/0002_mail.sql:3:1: a statement failed; nothing of this migration was kept
  caused by: syntax error at or near "PRAGMA"
  caused by: the statement, from line 3 column 1: PRAGMA legacy_alter_table = ON;
  [1]
  $ quarry migrate diff --from postgresql://joe:secret@127.0.0.1:1/x --to sqlite:app.db 2>&1
  error: sqlite:app.db is not a postgresql database
  hint: a SQLite schema cannot be compared with a PostgreSQL schema
  [2]
  $ quarry migrate diff --rename users 2>&1
  error: "users" is not a rename
  hint: write --rename users:people for a table, --rename users.name:full_name for a column, --rename KIND:OLD=NEW for anything else; KIND is one of table, column, schema, type, attribute, value, domain, sequence, function, view, index, constraint, trigger, policy, statistics, rule
  [2]
  $ quarry migrate diff --backfill users 2>&1
  error: "users" is not a backfill
  hint: write --backfill "users.email='unknown'": the column, and an SQL expression for its value
  [2]

A migration written by hand leaves schema.sql behind; the hint can be typed as it stands:

  $ cp app.db hand.db; cp schema.sql schema.bak; quarry migrate dump --from migrations --output schema.sql --force --quiet
  $ printf -- '-- quarry:up\nALTER TABLE users ADD COLUMN nick TEXT;\n-- quarry:down\nALTER TABLE users DROP COLUMN nick;\n' > migrations/0004_nick.sql
  $ quarry migrate up --dir migrations --url sqlite:hand.db --quiet | sed 's/([0-9]* ms)/(N ms)/'
  applied 0003_rename (N ms)
  applied 0004_nick (N ms)
  $ quarry migrate check --dir migrations --url sqlite:hand.db --quiet 2>&1
  error: hand.db does not match its migrations
  caused by: the migrations do not give the schema of schema.sql
  caused by: drop_column users.nick (nick TEXT)
  hint: if schema.sql is out of date: quarry migrate dump --dir migrations --url sqlite:hand.db --from migrations --output schema.sql writes it again; if the migrations are at fault: quarry migrate new --dir migrations --url sqlite:hand.db sync_schema --autogenerate --schema schema.sql writes the migration, which may drop data: read it first
  [4]
  $ quarry migrate dump --dir migrations --url sqlite:hand.db --from migrations --output schema.sql
  wrote schema.sql
  $ quarry migrate check --dir migrations --url sqlite:hand.db --quiet
  hand.db: all 4 migrations are applied
  $ mv schema.bak schema.sql; rm migrations/0004_nick.sql hand.db

Somebody changes the database by hand:

  $ quarry migrate up --quiet | sed 's/([0-9]* ms)/(N ms)/'
  applied 0003_rename (N ms)
  $ sqlite3 app.db "CREATE TABLE hand (a); DROP INDEX users_name"
  $ quarry migrate check 2>&1
  compared with the files in migrations, the schema that they give and schema.sql
  error: app.db does not match its migrations
  caused by: the database's schema differs from what its applied migrations give: someone changed it by hand
  caused by: add_table hand
  caused by: drop_index users_name
  hint: quarry migrate diff --drift shows the SQL; write it as a migration, or undo it
  [4]
  $ quarry migrate diff --from migrations --to app.db 2>&1
  DROP INDEX users_name;
  CREATE TABLE hand (
      a
  );
  2 differences
  [4]
  $ quarry migrate check --format github 2>&1
  ::error title=schema-drift::the database's schema differs from what its applied migrations give: someone changed it by hand%0Aadd_table hand%0Adrop_index users_name%0Ahint: quarry migrate diff --drift shows the SQL; write it as a migration, or undo it
  [4]
  $ quarry migrate check --format sarif | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["version"], [r["ruleId"] for r in d["runs"][0]["results"]])'
  2.1.0 ['schema-drift']
  $ quarry migrate check --format junit | python3 -c 'import sys, xml.dom.minidom as m; d = m.parse(sys.stdin); print(d.documentElement.getAttribute("failures"))'
  1
  $ quarry migrate check --no-drift 2>&1
  compared with the files in migrations and schema.sql
  app.db: all 3 migrations are applied

The schema as SQL that loads again:

  $ quarry migrate dump 2>&1
  CREATE TABLE hand (
      a
  );
  
  CREATE TABLE users (
      id INTEGER PRIMARY KEY,
      full_name TEXT NOT NULL,
      mail TEXT NOT NULL CHECK (mail LIKE '%@%')
  );
  $ quarry migrate dump --output dump.sql 2>&1
  wrote dump.sql
  $ head -1 dump.sql
  -- Written by quarry migrate dump. It writes this file again as long as this line is here.
  $ quarry migrate dump --output dump.sql --json | grep -E 'schema|file'
    "schema": "quarry.migrate.dump/1",
    "file": "dump.sql",
  $ sed -i 1d dump.sql; cp dump.sql own.sql; quarry migrate dump --output own.sql 2>&1; cmp dump.sql own.sql
  error: own.sql exists, and was not written by this command
  hint: name another file with --output, or add --force if it may be overwritten
  $ quarry migrate dump --output own.sql --force 2>&1
  wrote own.sql
  $ quarry migrate diff --from dump.sql --to app.db 2>&1
  the schemas are equal
  $ quarry migrate dump --from nowhere 2>&1
  error: there is no file, folder or database "nowhere"
  hint: name a file of SQL (schema.sql), a folder of migrations or of SQL files, or a database (sqlite:app.db, postgresql://USER@HOST/DATABASE)
  [2]

What repeatable migrations make is left to them:

  $ mkdir ../repeatable && cd ../repeatable && mkdir migrations
  $ printf -- '-- quarry:up\nCREATE TABLE users (id INTEGER PRIMARY KEY);\n-- quarry:down\nDROP TABLE users;\n' > migrations/0001_users.sql
  $ printf 'DROP VIEW IF EXISTS ids;\nCREATE VIEW ids AS SELECT id FROM users;\n' > migrations/R_ids.sql
  $ quarry migrate up --quiet | sed 's/([0-9]* ms)/(N ms)/'
  applied 0001_users (N ms)
  applied R_ids (N ms)
  $ printf 'CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);\nCREATE VIEW ids AS SELECT id, mail FROM users;\n' > schema.sql
  $ quarry migrate diff 2>&1
  -- change_view ids (CREATE VIEW ids AS SELECT id, mail FROM users): migrations/R_ids.sql makes it, change it there
  ALTER TABLE users ADD COLUMN mail TEXT;
  2 differences
  [4]
  $ quarry migrate diff --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["repeatable"])'
  [{'kind': 'change_view', 'object': 'ids', 'file': 'migrations/R_ids.sql'}]
  $ quarry migrate new mail --autogenerate 2>&1
  migrations/0002_mail.sql
  change_view ids (CREATE VIEW ids AS SELECT id, mail FROM users): migrations/R_ids.sql makes it, change it there
  review it and complete it; this applies it: quarry migrate up
  $ quarry migrate up --quiet | sed 's/([0-9]* ms)/(N ms)/'
  applied 0002_mail (N ms)
  $ quarry migrate new again --autogenerate 2>&1
  change_view ids (CREATE VIEW ids AS SELECT id, mail FROM users): migrations/R_ids.sql makes it, change it there
  nothing else to write
  $ quarry migrate check 2>&1
  compared with the files in migrations, the schema that they give and schema.sql
  error: app.db does not match its migrations
  caused by: migrations/R_ids.sql: this file differs from schema.sql has
  caused by: change_view ids (CREATE VIEW ids AS SELECT id, mail FROM users)
  hint: edit that file, which then runs again, or the wanted schema
  [4]
  $ sed -i 's/id FROM/id, mail FROM/' migrations/R_ids.sql && quarry migrate up --quiet | sed 's/([0-9]* ms)/(N ms)/'
  applied R_ids (N ms)
  $ quarry migrate check 2>&1
  compared with the files in migrations, the schema that they give and schema.sql
  app.db: all 3 migrations are applied

In a SQLite database nothing has an owner:

  $ quarry migrate dump --owners
  error: --owners is for PostgreSQL
  hint: in a SQLite database nothing has an owner
  [2]
