Users, keys, and what they may do in collections:

  $ export QUARRY_EMBED_PROVIDER=none
  $ mkdir docs && printf '# Moon\n\nThe moon makes the tides.\n' > docs/moon.md
  $ quarry ingest docs --quiet
  $ quarry collections add work
  added the collection work
  $ echo 'correct horse' | quarry users add Ada@Example.org --name Ada
  added the user ada@example.org; give it a collection: quarry collections grant main ada@example.org read
  $ echo 'correct horse' | quarry users add bob@example.org --scopes search,admin --max-tokens 1000
  added the user bob@example.org; give it a collection: quarry collections grant main bob@example.org read
  $ quarry users ls
  ada@example.org  search,ask,read  no collection
  bob@example.org  search,admin  no collection
  $ quarry collections grant main ada@example.org read
  ada@example.org has read access to the collection main
  $ quarry collections grant work ada@example.org admin
  ada@example.org has admin access to the collection work
  $ quarry users ls
  ada@example.org  search,ask,read  main read, work admin
  bob@example.org  search,admin  no collection
  $ quarry users ls --json | sed -E 's/"(id|created_at)": ".*"/"\1": "…"/'
  {
    "schema": "quarry.users.ls/1",
    "users": [
      {
        "id": "\xe2\x80\xa6", (esc)
        "email": "ada@example.org",
        "name": "Ada",
        "scopes": [
          "search",
          "ask",
          "read"
        ],
        "collections": {
          "main": "read",
          "work": "admin"
        },
        "has_password": true,
        "disabled": false,
        "created_at": "\xe2\x80\xa6", (esc)
        "max_tokens": null,
        "max_cost": null,
        "spent": {
          "tokens": 0,
          "cost": 0.0
        }
      },
      {
        "id": "\xe2\x80\xa6", (esc)
        "email": "bob@example.org",
        "name": "",
        "scopes": [
          "search",
          "admin"
        ],
        "collections": {},
        "has_password": true,
        "disabled": false,
        "created_at": "\xe2\x80\xa6", (esc)
        "max_tokens": 1000,
        "max_cost": null,
        "spent": {
          "tokens": 0,
          "cost": 0.0
        }
      }
    ]
  }
  $ quarry users ls --fields email,max_tokens --json
  {"schema":"quarry.users.ls/1", "users": [
  {"email":"ada@example.org","max_tokens":null},
  {"email":"bob@example.org","max_tokens":1000}
  ]}
  $ quarry collections grant work ada@example.org none
  ada@example.org has no access to the collection work

What cannot be:

  $ echo 'correct horse' | quarry users add ada@example.org
  error: there is a user ada@example.org already
  [2]
  $ echo 'correct horse' | quarry users add ada
  error: ada is not an e-mail address
  hint: give one such as ada@example.org
  [2]
  $ echo short | quarry users add eve@example.org
  error: a password has 8 bytes or more, and at most 1024
  [2]
  $ quarry users add eve@example.org < /dev/null
  error: there is no password
  hint: type one, or give it on a line of standard input
  [2]
  $ echo | quarry users add eve@example.org
  error: the password is empty
  [2]
  $ echo 'correct horse' | quarry users add eve@example.org --scopes serach
  error: there is no scope serach
  hint: did you mean search?
  [2]
  $ quarry users add eve@example.org --no-password --max-cost -1
  error: --max-cost cannot be '-1'
  hint: it takes a value from 0 to 1000000000
  [2]
  $ echo "another horse" | quarry users passwd nobody@example.org
  error: there is no user nobody@example.org
  hint: did you mean bob@example.org?
  [10]
  $ quarry collections grant nowhere ada@example.org read
  error: there is no collection nowhere
  [10]
  $ quarry collections grant main nobody read
  error: there is no user and no key nobody
  hint: quarry users ls and quarry keys ls list them
  [10]
  $ quarry collections grant main ada@example.org everything
  error: ACCESS cannot be 'everything'
  hint: it is one of read, write, admin, none
  [2]
  $ cd docs && quarry users ls --base none.db
  error: there is no knowledge base */docs/none.db (glob)
  hint: make one from your documents: quarry ingest PATH
  [1]

A password is set from standard input; a user goes with all that it has:

  $ cd ..
  $ echo 'another horse' | quarry users passwd ada@example.org
  set the password of ada@example.org
  $ echo 'another horse' | quarry users passwd ada@example.org --json
  {
    "schema": "quarry.users.passwd/1",
    "user": "ada@example.org"
  }
  $ quarry users rm ada@example.org
  removed the user ada@example.org and everything that belonged to it
  $ quarry users rm ada@example.org
  error: there is no user ada@example.org
  hint: did you mean bob@example.org?
  [10]
  $ quarry keys ls
  $ quarry users rm bob@example.org --json
  {
    "schema": "quarry.users.rm/1",
    "user": "bob@example.org"
  }
  $ quarry docs verify --quiet
