A base, its copy, and the copy in its place:

  $ export QUARRY_EMBED_PROVIDER=none
  $ printf '# Undo\n\nA migration is undone with down.\n' > undo.md
  $ quarry ingest undo.md --quiet
  $ quarry backup base.backup
  base.backup: 1 document
  $ stat -c %a base.backup
  600
  $ quarry backup base.backup
  error: base.backup exists already
  hint: name another file, or overwrite it with --force
  [2]
  $ quarry backup --force base.backup --json | sed 's/"bytes": [0-9]*/"bytes": N/'
  {
    "schema": "quarry.backup/1",
    "file": "base.backup",
    "bytes": N,
    "documents": 1
  }
  $ printf '# Lease\n\nThe lease ends in May.\n' > lease.md
  $ quarry ingest lease.md --quiet
  $ quarry restore base.backup
  error: the knowledge base .quarry/base.db has documents
  hint: to replace it, add --force; to keep it, back it up first
  [2]
  $ quarry restore base.backup --force
  .quarry/base.db: 1 document
  $ quarry docs ls
       1      41 B  undo.md  Undo
  $ quarry docs verify
  .quarry/base.db: all agrees
  $ quarry search undone --json | grep -c '"uri"'
  1

Into a base that is not there yet:

  $ quarry restore base.backup --base other/copy.db --json | sed 's/"bytes": [0-9]*/"bytes": N/; s|: ".*/other|: "…/other|'
  {
    "schema": "quarry.restore/1",
    "base": "\xe2\x80\xa6/other/copy.db", (esc)
    "bytes": N,
    "documents": 1
  }
  $ quarry docs ls --base other/copy.db
       1      41 B  undo.md  Undo

What is no backup, or damaged, changes nothing:

  $ quarry restore nothing.backup
  error: there is no backup nothing.backup
  hint: give a file that quarry backup wrote
  [1]
  $ quarry restore undo.md --force
  error: cannot open the database */undo.md (glob)
  caused by: file is not a database
  hint: check the path: the file exists but is not a SQLite database
  [1]
  $ quarry backup .quarry/base.db
  error: the backup and the knowledge base are the same file
  hint: name another file
  [2]
  $ sqlite3 base.backup "UPDATE document_parts SET text = 'broken', packed = NULL"
  $ quarry restore base.backup --force 2>&1 | sed 's/chunk [0-9]*/chunk N/'
  error: the backup base.backup is damaged
  caused by: row 1 of document_parts: is not as it was stored (the checksum differs)
  hint: use another backup; the knowledge base was not changed
  $ quarry docs ls
       1      41 B  undo.md  Undo
  $ quarry backup nowhere/base.backup
  error: cannot write nowhere/base.backup
  caused by: No such file or directory
  hint: check the folder and its rights
  [1]
  $ ls
  base.backup
  lease.md
  other
  undo.md
