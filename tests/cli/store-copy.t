Two files are a matter of quarry backup:

  $ quarry store copy a.db b.db
  error: both bases are files
  hint: quarry backup copies a base in a file, with all that is in it
  [2]
  $ quarry store copy postgresql://127.0.0.1/q postgresql://127.0.0.1/q
  error: a base cannot be copied onto itself
  [2]
  $ quarry store copy a.db
  error: TO is missing
  hint: usage: quarry store copy [OPTIONS] FROM TO
        for example: quarry store copy .quarry/base.db postgresql://db.example.org/quarry
  [2]

A password in an address is neither taken nor shown:

  $ quarry store copy postgresql://me:s3cret@127.0.0.1/q b.db
  error: cannot use the knowledge base postgresql://me:***@127.0.0.1/q
  caused by: its address has a password in it, which would be seen in lists of processes and in messages
  hint: leave it out of the address; give it in the variable PGPASSWORD or in ~/.pgpass
  [2]
  $ quarry docs ls --base postgresql://me@127.0.0.1
  error: cannot use the knowledge base postgresql://me@127.0.0.1
  caused by: its address names no database
  hint: write postgresql://USER@HOST/DATABASE
  [2]

Nor is one of another kind of server, which is no path either:

  $ quarry docs ls --base mysql://me:s3cret@db/q
  error: cannot use the knowledge base mysql://me:***@db/q
  caused by: a base cannot be at an address with mysql://
  hint: name a file, or write postgresql://USER@HOST/DATABASE
  [2]
  $ QUARRY_BASE=mysql://me:s3cret@db/q quarry ingest . 2>&1 | grep error
  error: cannot use the knowledge base mysql://me:***@db/q
  $ echo 'base = "mysql://me:s3cret@db/q"' > quarry.toml && quarry docs ls 2>&1 | grep error
  error: cannot use the knowledge base mysql://me:***@db/q
  $ rm quarry.toml
  $ quarry store copy postgresql://127.0.0.1/q mysql://me:s3cret@db/q 2>&1 | grep error
  error: cannot use the knowledge base mysql://me:***@db/q
  $ ls | grep mysql
  [1]

What the server has its own commands for is refused before it is asked:

  $ quarry backup copy.db --base postgresql://127.0.0.1/q
  error: quarry backup is for a base in a file: PostgreSQL has its own
  hint: pg_dump --format=custom --file=FILE postgresql://127.0.0.1/q
  [2]

A project from elsewhere does not choose a server:

  $ echo 'base = "postgresql://127.0.0.1/q"' > quarry.toml
  $ quarry docs ls 2>&1 | sed 's/^error: .*quarry.toml/error: quarry.toml/'
  error: quarry.toml:1: a project's file may not set base = "postgresql://127.0.0.1/q": your documents, and your password for PostgreSQL, are sent there
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it
