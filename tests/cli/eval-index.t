The vector index is measured on vectors of the base; a base of a few documents has none.

  $ mkdir docs
  $ echo "The moon." > docs/moon.md
  $ quarry ingest docs --quiet
  $ quarry eval index
  error: cannot measure the vector index
  caused by: the base has 0 vectors, 200 queries with 10 neighbours each need 210
  hint: put more documents in (quarry ingest, quarry embed), or ask for fewer queries: --queries
  [1]
