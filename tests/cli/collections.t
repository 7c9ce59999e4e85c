A base with two collections:

  $ export QUARRY_EMBED_PROVIDER=none
  $ mkdir docs work
  $ printf '# Undo\n\nA migration is undone with down.\n' > docs/undo.md
  $ printf '# Lease\n\nThe lease of the workshop ends in May.\n' > work/lease.md
  $ cp docs/undo.md work/undo.md
  $ quarry collections add work --description 'Contracts and minutes'
  created a knowledge base: .quarry/base.db
  added the collection work
  $ quarry ingest docs --quiet
  $ quarry ingest --collection work work --quiet
  $ quarry collections ls
  main       1
  work       2  Contracts and minutes
  $ quarry collections ls --json | sed 's/"created_at": ".*"/"created_at": "TIME"/'
  {
    "schema": "quarry.collections/1",
    "collections": [
      {
        "name": "main",
        "description": "",
        "sources": 1,
        "documents": 1
      },
      {
        "name": "work",
        "description": "Contracts and minutes",
        "sources": 2,
        "documents": 2,
        "created_at": "TIME"
      }
    ]
  }
  $ quarry collections add home --json
  {
    "schema": "quarry.collections.add/1",
    "name": "home",
    "description": ""
  }
  $ quarry collections add 'my work'
  error: "my work" cannot be the name of a collection
  hint: use 1 to 64 letters, digits, - _ and ., without accents; begin with a letter or a digit
  [2]
  $ quarry collections add work
  error: there is a collection work already
  hint: quarry collections ls lists them
  [2]

Each search sees what it names, and all where it names nothing:

  $ quarry search --format files lease
  work/lease.md
  $ quarry search --format files --collection work lease
  work/lease.md
  $ quarry search --collection main lease
  nothing fits "lease"
  no passage has: lease
  hint: try other or fewer words; quarry docs ls lists the documents
  [10]
  $ quarry search --format files --collection main,work lease
  work/lease.md
  $ quarry search --format files --collection main --collection work lease
  work/lease.md
  $ quarry search --collection home lease
  nothing fits "lease"
  no passage has: lease
  hint: the collections are empty; put documents in: quarry ingest --collection NAME PATH
  [10]
  $ quarry search --collection wrok lease
  error: there is no collection wrok
  hint: did you mean work?
  [2]
  $ quarry search --collection work, lease
  error: --collection has no name
  hint: write one, or several with commas between: --collection work,home
  [2]

A text that both have is shown with the source that may be seen:

  $ quarry search --format files --collection main migration
  docs/undo.md
  $ quarry search --format files --collection work migration
  work/undo.md

A misspelt word is taken for none of another collection either:

  $ quarry search --collection work laese
  no passage has: laese
  also searched for: lease
   1. Lease
      work/lease.md:1  0.807
      # Lease The lease of the workshop ends in May.
  $ quarry search --collection main laese
  nothing fits "laese"
  no passage has: laese
  hint: try other or fewer words; quarry docs ls lists the documents
  [10]

Answers:

  $ quarry ask --collection work 'When does the lease end?'
  The lease of the workshop ends in May. [1]
      work/lease.md:3  Lease
  $ quarry ask --collection main --json 'When does the lease end?' | grep -c May
  0
  [1]
  $ printf 'When does the lease end?\n' | quarry batch --collection main - 2>&1 | grep -c May
  0
  [1]
  $ printf 'When does the lease end?\n' | quarry chat --no-save --collection main 2>&1 | grep -c May
  0
  [1]

Documents:

  $ quarry docs ls --collection work
       1      48 B  work/lease.md  Lease
       1      41 B  work/undo.md  Undo
  $ quarry docs show work/lease.md --collection main
  error: work/lease.md is not in the knowledge base
  hint: quarry docs ls lists the documents
  [10]
  $ quarry docs show work/lease.md | grep collection
  collection work
  $ quarry docs rm work/lease.md --collection main
  error: work/lease.md is not in the knowledge base
  hint: nothing was removed; quarry docs ls lists the documents
  [10]
  $ quarry docs rm work/undo.md 2>&1
  removed work/undo.md
  to undo: quarry ingest --collection work work/undo.md
  $ quarry ingest --collection work work/undo.md --quiet
  $ quarry docs stats --collection work | head -3
  base       .quarry/base.db
  sources    2
  documents  2
  $ quarry docs verify
  .quarry/base.db: all agrees

A source that is known stays where it is, unless it is told to go:

  $ quarry ingest --collection nowhere docs
  error: there is no collection nowhere
  hint: make it: quarry collections add nowhere
  [2]
  $ quarry ingest . --quiet
  $ quarry collections ls
  main       1
  home       0
  work       2  Contracts and minutes
  $ quarry ingest --collection home work/undo.md
  1 updated; 1 chunk, 41 B in * s (glob)
  $ quarry collections ls
  main       1
  home       1
  work       1  Contracts and minutes

Removed:

  $ quarry collections rm work
  error: the collection work has 1 document
  hint: to remove them too, add --yes; to keep them, move them first: quarry ingest --collection main PATH
  [2]
  $ quarry collections rm work --yes
  removed the collection work with 1 document
  $ quarry collections rm home --yes --json
  {
    "schema": "quarry.collections.rm/1",
    "name": "home",
    "removed_sources": 1
  }
  $ quarry collections rm main --yes
  error: the collection main cannot be removed
  hint: it holds every source that nothing else is said of; quarry docs rm removes documents
  [2]
  $ quarry collections rm work
  error: there is no collection work
  hint: quarry collections ls lists them
  [10]
  $ quarry docs ls
       1      41 B  docs/undo.md  Undo

Where there is main alone, it is all that there is:

  $ quarry search --format files --collection main migration
  docs/undo.md

Who may use one at quarry serve:

  $ quarry users add ada@example.org --no-password --quiet
  $ quarry collections grant main ada@example.org read
  ada@example.org has read access to the collection main
  $ quarry collections grant main bob@example.org read
  error: there is no user and no key bob@example.org
  hint: quarry users ls and quarry keys ls list them
  [10]
  $ quarry collections grant main ada@example.org admin --json | sed 's/user:[0-9a-f]*/user:ID/'
  {
    "schema": "quarry.collections.grant/1",
    "collection": "main",
    "principal": "user:ID",
    "access": "admin"
  }
