A database is made, and dropped again:

  $ export DATABASE_URL=sqlite:app.db
  $ quarry migrate create 2>&1
  created the database app.db
  $ quarry migrate create 2>&1
  app.db exists already
  $ quarry migrate new create_users_table --quiet
  migrations/0001_create_users_table.sql
  $ quarry migrate up 2>&1
  applied 0001_create_users_table (* ms) (glob)
  1 migration applied: app.db
  $ quarry migrate status 2>&1
  VERSION  NAME                STATE         APPLIED AT
  0001     create_users_table  applied       *Z (glob)
  app.db: the one migration is applied
  app.db is named by environment DATABASE_URL
  $ mkdir sub && touch quarry.toml
  $ (cd sub && DATABASE_URL=sqlite:../app.db quarry migrate status 2>&1 | head -2 | tail -1)
  0001     create_users_table  applied       *Z (glob)
  $ rm -r sub quarry.toml
  $ quarry migrate drop 2>&1
  error: dropping app.db deletes everything in it
  hint: if you mean it, add --yes
  [2]
  $ quarry migrate drop --yes 2>&1
  dropped the database app.db
  $ quarry migrate drop --yes --json 2>&1
  {
    "schema": "quarry.migrate.drop/1",
    "database": "app.db",
    "dropped": false
  }
  $ quarry migrate create --json
  {
    "schema": "quarry.migrate.create/1",
    "database": "app.db",
    "created": true
  }
  $ ls
  app.db
  migrations

quarry's own base is neither made nor dropped so:

  $ quarry migrate drop --database base --yes 2>&1
  error: --database base is quarry's own knowledge base: it is not dropped
  hint: leave out --database base; quarry ingest makes a base, and removing its folder .quarry removes it
  [2]

A server is waited for:

  $ quarry migrate wait 2>&1
  app.db is ready
  $ quarry migrate wait --url sqlite:not-there.db 2>&1
  not-there.db does not exist yet, but can be created: quarry migrate create --url sqlite:not-there.db
  $ quarry migrate wait --url sqlite:not-there.db --json
  {
    "schema": "quarry.migrate.wait/1",
    "database": "not-there.db",
    "exists": false,
    "waited_ms": 0
  }
  $ quarry migrate wait --url postgresql://joe:secret@127.0.0.1:1/app --timeout 1 2>&1
  waiting for postgresql://joe:***@127.0.0.1:1/app: connection to server at "127.0.0.1", port 1 failed: Connection refused; Is the server running on that host and accepting TCP/IP connections?
  error: cannot connect to postgresql://joe:***@127.0.0.1:1/app
  caused by: connection to server at "127.0.0.1", port 1 failed: Connection refused; Is the server running on that host and accepting TCP/IP connections?
  hint: check that a server listens there: host and port in the URL
  [1]

The project's file .env names the database, where the environment does not:

  $ unset DATABASE_URL
  $ printf 'SECRET=1\nDATABASE_URL="sqlite:dotenv.db" # ours\n' > .env
  $ quarry migrate up --quiet
  applied 0001_create_users_table (* ms) (glob)
  $ quarry migrate status 2>&1 | tail -1
  dotenv.db is named by DATABASE_URL of */.env:2 (glob)
  $ printf 'DATABASE_URL=sqlite:../outside.db\n' > .env
  $ quarry migrate up 2>&1
  error: */.env:1: a project's file may not set DATABASE_URL = "sqlite:../outside.db": migrations change that database, outside of the project (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it
  [2]
  $ quarry config trust 2>&1
  */.env asks for: (glob)
    DATABASE_URL = "sqlite:../outside.db"
      migrations change that database, outside of the project
  not allowed: quarry config trust --yes allows it
  [1]
  $ quarry config trust --yes --quiet > trusted.txt; quarry migrate up --quiet; ls ..  | grep outside
  applied 0001_create_users_table (* ms) (glob)
  outside.db
  $ quarry config trust --revoke 2>&1
  no longer allowed
  $ printf 'DATABASE_URL=postgresql://db.example/app\n' > .env
  $ quarry config trust 2>&1
  */.env asks for: (glob)
    DATABASE_URL = "postgresql://db.example/app"
      your passwords for PostgreSQL are sent there
      (not needed now: it is used unasked while no password or key of yours would go there)
  $ PGPASSWORD=x quarry config trust 2>&1 | tail -2
      your passwords for PostgreSQL are sent there
  not allowed: quarry config trust --yes allows it
  $ printf 'DATABASE_URL=postgres://u:${SECRET}@h/d\n' > .env
  $ quarry migrate up 2>&1
  error: */.env:1: cannot read DATABASE_URL (glob)
  caused by: quarry replaces no $NAME in it
  hint: write the value in full; if the $ is part of it, use single quotation marks
  [2]
  $ printf 'DATABASE_URL=mysql://u:secret@h/d\n' > .env
  $ quarry migrate up 2>&1
  error: DATABASE_URL of */.env:1 names no database (glob)
  caused by: cannot use the database "mysql://u:***@h/d"
  caused by: "mysql:" is not a kind of database that quarry knows
  hint: write sqlite:PATH, such as sqlite:app.db, or postgresql://USER@HOST/DATABASE; for a file with a ":" in its name write ./mysql://u:***@h/d
  [2]
