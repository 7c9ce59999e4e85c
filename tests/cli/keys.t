Keys for programs:

  $ export QUARRY_EMBED_PROVIDER=none
  $ mkdir docs && printf '# Moon\n\nThe moon makes the tides.\n' > docs/moon.md
  $ quarry ingest docs --quiet
  $ quarry users add ada@example.org --no-password --quiet
  $ quarry collections grant main ada@example.org read --quiet

A key is printed on standard output, and nothing else is:

  $ quarry keys add wiki --scopes search,ask --collections main > key
  $ sed -E 's/[A-Za-z0-9_-]{43}$/SECRET/' key
  qk_SECRET
  $ quarry keys add later --scopes search > later
  later sees no documents yet; give it a collection: quarry collections grant main later read
  $ quarry keys add laptop --scopes search,ask,write --user ada@example.org --expires 90d --quiet > laptop
  $ quarry keys ls
  laptop  ada@example.org  search,ask,write  main read
  later  owner  search  no collection
  wiki  owner  search,ask  main read
  $ quarry keys ls --json --fields name,user,collections
  {"schema":"quarry.keys.ls/1", "keys": [
  {"name":"laptop","user":"ada@example.org","collections":{"main":"read"}},
  {"name":"later","user":"","collections":{}},
  {"name":"wiki","user":"","collections":{"main":"read"}}
  ]}
  $ grep -c "$(cat key)" .quarry/base.db
  0
  [1]
  $ quarry keys revoke wiki
  revoked the key wiki
  $ quarry keys revoke wiki
  error: there is no key wiki
  hint: quarry keys ls lists them
  [10]

What cannot be:

  $ quarry keys add laptop --scopes search
  error: there is a key laptop already
  hint: quarry keys ls lists them
  [2]
  $ quarry keys add 'my key' --scopes search
  error: "my key" cannot be the name of a key
  hint: use 1 to 64 letters, digits, - _ and .
  [2]
  $ quarry keys add other --scopes ''
  error: a key needs scopes
  hint: such as search,ask
  [2]
  $ quarry keys add other
  error: --scopes is missing
  hint: usage: quarry keys add [OPTIONS] NAME
        for example: quarry keys add wiki --scopes search,ask --collections main
  [2]
  $ quarry keys add other --scopes search --collections nowhere
  error: there is no collection nowhere
  [10]
  $ quarry keys add other --scopes search --user nobody@example.org
  error: there is no user nobody@example.org
  hint: did you mean ada@example.org?
  [10]
  $ quarry keys add other --scopes search --expires soon
  error: soon is not a length of time
  hint: give a number of days, hours or minutes: 90d, 12h, 15m
  [2]
