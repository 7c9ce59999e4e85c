The vector index is measured on vectors of the base; a base of a few documents has none.

  $ mkdir docs
  $ echo "The moon." > docs/moon.md
  $ quarry ingest docs --quiet
  /bin/bash: line 6: quarry: command not found
  [127]
  $ quarry eval index
  /bin/bash: line 8: quarry: command not found
  [127]
