  $ mkdir docs && printf '# The moon\n\nIt is far.\n\n## Tides\n\nThey come and go.\n' > docs/moon.md
  $ printf 'The sun is farther.\n' > docs/sun.txt && cp docs/sun.txt docs/copy.txt && printf x > docs/bad.eml
  $ quarry ingest --quiet docs --config chunk.size=40
  warning: docs/bad.eml: it has no mail header such as From or Subject
  [11]
  $ echo '{"id": "j1", "title": "Line", "text": "From JSON.", "metadata": {"year": 1969}}' | quarry ingest -q --jsonl - --config chunk.size=40

List:

  $ quarry docs ls
       -    failed  docs/bad.eml  it has no mail header such as From or Subject
       1      20 B  docs/copy.txt  The sun is farther.
       2      52 B  docs/moon.md  The moon
       1      20 B  docs/sun.txt  The sun is farther.
       1      10 B  j1  Line
  $ quarry docs ls docs/sun.txt
       1      20 B  docs/sun.txt  The sun is farther.
  $ quarry docs ls --failed
       -    failed  docs/bad.eml  it has no mail header such as From or Subject
  $ quarry docs ls nowhere
  no documents
  $ quarry docs ls --json | head -2 | sed "s#$PWD#HERE#"
  {"schema": "quarry.docs.ls/1", "documents": [
  {"uri":"HERE/docs/bad.eml","number":1,"collection":"main","kind":"file","status":"failed","error":"it has no mail header such as From or Subject","file_bytes":1,"content_hash":"","metadata":{},"ingested_at":"*"}, (glob)

Show:

  $ quarry docs show docs/moon.md
  docs/moon.md
  number     3
  title      The moon
  type       text/markdown
  language   en
  from       a file
  text       52 B
  ingested   * (glob)
  chunks     2
  
  1  lines 1-3, bytes 0-22  The moon
     # The moon It is far.
  
  2  lines 5-7, bytes 24-51  The moon > Tides
     ## Tides They come and go.
  $ quarry docs show j1 --json
  {
    "schema": "quarry.docs.show/1",
    "document": {
      "uri": "j1",
      "number": 5,
      "collection": "main",
      "kind": "jsonl",
      "status": "ok",
      "title": "Line",
      "media_type": "text/plain",
      "language": "",
      "text_bytes": 10,
      "chunks": 1,
      "document": 3,
      "content_hash": "adc0717b5598842b8be45dcdea84d26f",
      "metadata": {
        "year": 1969
      },
      "ingested_at": "*", (glob)
      "document_metadata": {}
    },
    "chunks": [
      {
        "id": 4,
        "start_byte": 0,
        "end_byte": 10,
        "start_line": 1,
        "end_line": 1,
        "heading_path": [],
        "text": "From JSON."
      }
    ]
  }
  $ quarry docs show docs/sun.txt --text
  The sun is farther.
  $ quarry docs show docs/moon.md --lines 3-5
  It is far.
  
  ## Tides
  $ quarry docs show docs/moon.md --lines 7-
  They come and go.
  $ quarry docs show docs/moon.md --lines 1 --json | tail -n 11
    "text": "# The moon\n",
    "part": {
      "start_byte": 0,
      "end_byte": 11,
      "start_line": 1,
      "end_line": 1,
      "lines": 7,
      "pages": 0,
      "cut": false
    }
  }
  $ quarry docs show docs/moon.md --lines 8
  error: there is no line 8: the document has 7
  [2]
  $ quarry docs show docs/moon.md --lines 3-1
  error: line 1 comes before line 3
  [2]
  $ quarry docs show docs/moon.md --lines three
  error: --lines three is no range
  hint: write --lines 10-20, --lines 10- or --lines 10
  [2]
  $ quarry docs show docs/moon.md --pages 1
  error: the document has no pages
  hint: ask for lines
  [2]
  $ quarry docs show docs/none.md
  error: docs/none.md is not in the knowledge base
  hint: quarry docs ls lists the documents
  [10]
  $ quarry docs show docs/bad.eml
  docs/bad.eml
  number     1
  from       a file
  ingested   * (glob)
  failed     it has no mail header such as From or Subject
  $ quarry docs show docs/bad.eml --text
  error: docs/bad.eml has no text
  caused by: it has no mail header such as From or Subject
  hint: when it can be read, run quarry ingest again
  [10]

Count:

  $ quarry docs stats
  base       .quarry/base.db
  sources    5 (1 failed)
  documents  3
  chunks     4
  vectors    0
  text       82 B
  file       * kB (glob)
  $ quarry docs stats --json | sed "s#$PWD#HERE#"
  {
    "schema": "quarry.docs.stats/1",
    "base": "HERE/.quarry/base.db",
    "sources": 5,
    "failed_sources": 1,
    "documents": 3,
    "chunks": 4,
    "vectors": 0,
    "text_bytes": 82,
    "file_bytes": * (glob)
  }

Check:

  $ quarry docs verify
  .quarry/base.db: all agrees
  $ quarry docs verify --json | sed "s#$PWD#HERE#"
  {
    "schema": "quarry.docs.verify/1",
    "base": "HERE/.quarry/base.db",
    "findings": [],
    "unfinished": []
  }
  $ cp .quarry/base.db sound.db
  $ python3 -c 'import sqlite3; c = sqlite3.connect(".quarry/base.db"); c.execute("UPDATE document_parts SET text = \"The sun is Farther.\" || char(10), packed = NULL WHERE id = 1"); c.execute("UPDATE document_parts SET packed = substr(packed, 2) WHERE id = 2"); c.commit()'
  $ quarry docs verify
  .quarry/base.db: 11 findings
  to rebuild the base from your documents, run quarry ingest into an empty one
  row 1 of document_parts: is not as it was stored (the checksum differs)
  row 2 of document_parts: is not as it was stored (the checksum differs)
  */docs/copy.txt: its text is not the one that was stored (the hash differs) (glob)
  chunk 1 of */docs/copy.txt: its text is not the one that was stored (the hash differs) (glob)
  */docs/moon.md: its text cannot be unpacked (glob)
  */docs/moon.md: its text is not the one that was stored (the hash differs) (glob)
  */docs/moon.md: its size is recorded wrongly (glob)
  chunk 2 of */docs/moon.md: its span [0, 22) is not in the text (glob)
  chunk 3 of */docs/moon.md: its span [24, 51) is not in the text (glob)
  the index entry 2: belongs to no chunk
  the index entry 3: belongs to no chunk
  [1]
  $ mv sound.db .quarry/base.db

Remove, all or nothing:

  $ quarry docs rm j1 docs/none.md
  error: docs/none.md is not in the knowledge base
  hint: nothing was removed; quarry docs ls lists the documents
  [10]
  $ quarry docs rm docs
  error: docs is a folder with 4 documents in the knowledge base
  hint: to remove them all, add --recursive
  [2]
  $ quarry docs rm j1
  removed j1
  quarry ingest cannot bring back j1
  $ quarry docs rm --recursive docs --json | sed "s#$PWD#HERE#"
  {
    "schema": "quarry.docs.rm/1",
    "removed": 4,
    "documents": [
      "HERE/docs/bad.eml",
      "HERE/docs/copy.txt",
      "HERE/docs/moon.md",
      "HERE/docs/sun.txt"
    ],
    "ingest_again": [
      "HERE/docs"
    ],
    "collections": [
      "main"
    ],
    "lost": []
  }
  $ quarry docs ls
  no documents
  $ quarry docs verify
  .quarry/base.db: all agrees
  $ ls docs
  bad.eml
  copy.txt
  moon.md
  sun.txt
  $ quarry docs gc --quiet
  $ quarry docs verify
  .quarry/base.db: all agrees

A document is found by the end of its name, and by its number:

  $ mkdir -p guides other && printf 'Install it.\n' > guides/install.txt && printf 'Other.\n' > other/install.txt
  $ printf 'Use it.\n' > guides/use.txt && quarry ingest --quiet guides other
  $ quarry docs show --text use
  Use it.
  $ quarry docs show --text guides/install
  Install it.
  $ quarry docs show --text "$(quarry docs ls other --json --fields number | grep -o '[0-9]*}' | tr -d '}')"
  Other.
  $ quarry docs show install
  error: install is the end of several names
  hint: write more of it: guides/install.txt, other/install.txt
  [2]
  $ quarry docs show usse.txt
  error: usse.txt is not in the knowledge base
  hint: did you mean guides/use.txt? quarry docs ls lists the documents
  [10]
  $ quarry docs rm use
  removed guides/use.txt
  to undo: quarry ingest guides/use.txt
  $ quarry docs rm -r guides other
  removed 2 documents
  to undo: quarry ingest guides other

A base as JSON Lines, and back:

  $ quarry ingest --quiet guides
  $ quarry docs export > base.jsonl
  $ cut -d '"' -f 2 base.jsonl
  schema
  source
  source
  end
  $ quarry docs import base.jsonl --base copy.db
  created a knowledge base: copy.db
  2 added, 0 updated, 0 unchanged
  $ quarry docs export --base copy.db | cmp - base.jsonl
  $ quarry docs verify --base copy.db
  copy.db: all agrees
  $ head -2 base.jsonl | quarry docs import - --base cut.db --quiet
  error: standard input is not complete
  caused by: it has no line that says where it ends
  hint: its documents were imported; import it again when it is whole
  [1]
  $ quarry docs import base.jsonl --base cut.db --json
  {
    "schema": "quarry.docs.import/1",
    "added": 1,
    "updated": 0,
    "unchanged": 1,
    "without_vectors": 0
  }
