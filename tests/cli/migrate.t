A project's first migrations, from nothing:

  $ quarry migrate new create_users_table 2>&1
  migrations/0001_create_users_table.sql
  review it and complete it; this applies it: quarry migrate up --dir migrations --url sqlite:app.db
  $ quarry migrate new "Add mail to users" 2>&1
  migrations/0002_add_mail_to_users.sql
  review it and complete it; this applies it: quarry migrate up --dir migrations --url sqlite:app.db
  $ cat migrations/0002_add_mail_to_users.sql
  -- quarry:up
  ALTER TABLE users ADD COLUMN mail TEXT;
  
  -- quarry:down
  ALTER TABLE users DROP COLUMN mail;
  $ export QUARRY_MIGRATE_DIR=migrations QUARRY_MIGRATE_URL=sqlite:app.db
  $ quarry migrate status 2>&1
  app.db does not exist yet; this creates it: quarry migrate up
  VERSION  NAME                STATE         APPLIED AT
  0001     create_users_table  pending
  0002     add_mail_to_users   pending
  app.db: 2 pending
  $ quarry migrate check 2>&1
  app.db does not exist yet; this creates it: quarry migrate up
  compared with the files in migrations
  error: app.db does not match its migrations
  caused by: 0001_create_users_table is pending
  caused by: 0002_add_mail_to_users is pending
  hint: apply them with: quarry migrate up
  [3]
  $ quarry migrate up --dry-run 2>&1
  would apply 0001_create_users_table
  would apply 0002_add_mail_to_users
  $ ls
  migrations
  $ quarry migrate up 2>&1
  created the database app.db
  applied 0001_create_users_table (* ms) (glob)
  applied 0002_add_mail_to_users (* ms) (glob)
  2 migrations applied: app.db
  $ quarry migrate up 2>&1
  nothing to apply: app.db is up to date
  $ quarry migrate status 2>&1
  VERSION  NAME                STATE         APPLIED AT
  0001     create_users_table  applied       *Z (glob)
  0002     add_mail_to_users   applied       *Z (glob)
  app.db: all 2 migrations are applied
  $ quarry migrate check
  compared with the files in migrations and the schema that they give
  app.db: all 2 migrations are applied

Back and forth:

  $ quarry migrate down --dry-run 2>&1
  would undo 0002_add_mail_to_users
  $ quarry migrate down 2>&1
  undone 0002_add_mail_to_users (* ms) (glob)
  1 migration undone: app.db
  $ quarry migrate up 1 2>&1
  applied 0002_add_mail_to_users (* ms) (glob)
  1 migration applied: app.db
  $ quarry migrate down 0001 2>&1
  undone 0002_add_mail_to_users (* ms) (glob)
  1 migration undone: app.db
  $ quarry migrate down base 2>&1
  undone 0001_create_users_table (* ms) (glob)
  1 migration undone: app.db
  $ quarry migrate down base 2>&1
  nothing to undo in app.db
  $ quarry migrate up 0001 --quiet 2>&1
  applied 0001_create_users_table (* ms) (glob)

For programs:

  $ quarry migrate up --dry-run --json
  {
    "schema": "quarry.migrate.up/1",
    "database": "app.db",
    "dry_run": true,
    "planned": [
      {
        "version": "0002",
        "name": "add_mail_to_users",
        "file": "migrations/0002_add_mail_to_users.sql",
        "direction": "up"
      }
    ]
  }
  $ quarry migrate up --json
  {
    "schema": "quarry.migrate.up/1",
    "database": "app.db",
    "dry_run": false,
    "applied": [
      {
        "version": "0002",
        "name": "add_mail_to_users",
        "file": "migrations/0002_add_mail_to_users.sql",
        "duration_ms": * (glob)
      }
    ],
    "undone": [],
    "done_by_others": []
  }
  $ quarry migrate down --json
  {
    "schema": "quarry.migrate.down/1",
    "database": "app.db",
    "dry_run": false,
    "applied": [],
    "undone": [
      {
        "version": "0002",
        "name": "add_mail_to_users",
        "file": "migrations/0002_add_mail_to_users.sql",
        "duration_ms": * (glob)
      }
    ],
    "done_by_others": []
  }
  $ quarry migrate status --json
  {
    "schema": "quarry.migrate.status/1",
    "database": "app.db",
    "ok": false,
    "problem": {
      "code": "migrations_pending",
      "exit_code": 3,
      "message": "migrations are pending",
      "hint": "apply them with: quarry migrate up"
    },
    "migrations": [
      {
        "version": "0001",
        "name": "create_users_table",
        "state": "applied",
        "file": "migrations/0001_create_users_table.sql",
        "applied_at": "*Z", (glob)
        "duration_ms": *, (glob)
        "checksum": "6cb7a98736bc67e0fcd35891aa59ca611703559cf00fcbcd37707781cda505f3",
        "quarry_version": "*" (glob)
      },
      {
        "version": "0002",
        "name": "add_mail_to_users",
        "state": "pending",
        "file": "migrations/0002_add_mail_to_users.sql",
        "applied_at": null
      }
    ],
    "database_named_by": "environment QUARRY_MIGRATE_URL"
  }
  $ quarry migrate check --json
  {
    "schema": "quarry.migrate.check/1",
    "database": "app.db",
    "ok": false,
    "problem": {
      "code": "migrations_pending",
      "exit_code": 3,
      "message": "migrations are pending",
      "hint": "apply them with: quarry migrate up"
    },
    "migrations": [
      {
        "version": "0001",
        "name": "create_users_table",
        "state": "applied",
        "file": "migrations/0001_create_users_table.sql",
        "applied_at": "*Z", (glob)
        "duration_ms": *, (glob)
        "checksum": "6cb7a98736bc67e0fcd35891aa59ca611703559cf00fcbcd37707781cda505f3",
        "quarry_version": "*" (glob)
      },
      {
        "version": "0002",
        "name": "add_mail_to_users",
        "state": "pending",
        "file": "migrations/0002_add_mail_to_users.sql",
        "applied_at": null
      }
    ],
    "findings": [
      {
        "rule": "migration-pending",
        "exit_code": 3,
        "message": "0002_add_mail_to_users is pending",
        "path": "migrations/0002_add_mail_to_users.sql",
        "details": [],
        "hint": "apply them with: quarry migrate up"
      }
    ],
    "notes": [],
    "compared": {
      "migrations": "migrations",
      "schema": true,
      "wanted": null,
      "roundtrip": false
    }
  }
  [3]
  $ quarry migrate new add_phone_to_users --json
  {
    "schema": "quarry.migrate.new/1",
    "file": "migrations/0003_add_phone_to_users.sql",
    "files": [
      "migrations/0003_add_phone_to_users.sql"
    ],
    "repeatable": []
  }

quarry's own knowledge base is called base; without a database nothing is done:

  $ unset QUARRY_MIGRATE_DIR QUARRY_MIGRATE_URL
  $ quarry migrate up 2>&1
  error: which database? No database is named
  hint: name it: --url sqlite:app.db or --url postgresql://USER@HOST/DATABASE; the variable DATABASE_URL in the environment or in a file .env; or the setting migrate.url. quarry's own knowledge base is --database base
  [2]
  $ quarry migrate check 2>&1
  error: which database? No database is named
  hint: name it: --url sqlite:app.db or --url postgresql://USER@HOST/DATABASE; the variable DATABASE_URL in the environment or in a file .env; or the setting migrate.url. quarry's own knowledge base is --database base
  [2]
  $ quarry migrate status 2>&1
  error: which database? No database is named
  hint: name it: --url sqlite:app.db or --url postgresql://USER@HOST/DATABASE; the variable DATABASE_URL in the environment or in a file .env; or the setting migrate.url. quarry's own knowledge base is --database base
  [2]
  $ mv migrations elsewhere && quarry migrate status 2>&1; mv elsewhere migrations
  error: which database? No database is named
  hint: name it: --url sqlite:app.db or --url postgresql://USER@HOST/DATABASE; the variable DATABASE_URL in the environment or in a file .env; or the setting migrate.url. quarry's own knowledge base is --database base
  $ quarry migrate status --database base --dir migrations 2>&1
  error: --database base is quarry's own knowledge base, which has its own migrations and its own file
  hint: leave out --dir and --url; --base PATH names a base other than this folder's
  [2]
  $ quarry migrate new more --database base 2>&1
  error: the migrations of the knowledge base are part of quarry and cannot be changed
  hint: leave out --database base, and give --dir FOLDER and --url for a project's own database
  [2]
  $ quarry migrate status --database base 2>&1
  error: there is no knowledge base at .quarry/base.db
  hint: quarry ingest PATH creates one; for a project's own database leave out --database base
  [1]
  $ echo 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ quarry migrate up --database base 2>&1
  nothing to apply: the knowledge base .quarry/base.db is up to date
  $ quarry migrate status --database base 2>&1
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
  the knowledge base .quarry/base.db: all 17 migrations are applied
  $ quarry migrate check --database base 2>&1
  compared with the migrations of this quarry and the schema that they give
  the knowledge base .quarry/base.db: all 17 migrations are applied
  $ quarry migrate down --database base 2>&1
  error: undoing migrations of the knowledge base .quarry/base.db deletes the documents, chunks and vectors that their tables hold
  hint: if you mean it: copy it first (cp .quarry/base.db .quarry/base.db.bak), then add --yes; --dry-run shows what would be undone
  [2]
  $ quarry migrate down --database base --dry-run 2>&1
  would undo 0017_feedback
  $ quarry migrate down --database base --yes 2>&1
  undone 0017_feedback (* ms) (glob)
  1 migration undone: the knowledge base .quarry/base.db
  $ quarry migrate check --database base 2>&1
  compared with the migrations of this quarry and the schema that they give
  error: the knowledge base .quarry/base.db does not match its migrations
  caused by: 0017_feedback is pending
  hint: apply them with: quarry migrate up --database base
  [3]
  $ quarry migrate up --database base 2>&1
  applied 0017_feedback (* ms) (glob)
  1 migration applied: the knowledge base .quarry/base.db

A folder whose versions are times:

  $ quarry migrate new first --dir timed --timestamp 2>&1
  timed/*_first.sql (glob)
  review it and complete it; this applies it: quarry migrate up --dir timed --url sqlite:app.db
  $ quarry migrate new second --dir timed 2>&1
  timed/*_second.sql (glob)
  review it and complete it; this applies it: quarry migrate up --dir timed --url sqlite:app.db
  $ quarry migrate new third --dir migrations --timestamp 2>&1
  error: the folder's versions are numbers, such as 0001
  hint: a folder has one kind of versions: leave the option out
  [2]
