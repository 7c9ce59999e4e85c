A folder:

  $ mkdir -p docs/sub && cd docs
  $ printf '# The moon\n\nIt is far.\n' > moon.md
  $ printf 'The sun is farther.\n' > sub/sun.txt
  $ printf 'x' > picture.png && printf 'x' > archive.gz && printf 'x' > other.gz && touch .hidden empty.txt
  $ printf '\177ELF\000\000\000' > program.txt
  $ printf 'secret.md\n' > .gitignore && printf 'no' > secret.md
  $ ln -s /etc outside && cd ..
  $ quarry ingest docs
  made a knowledge base: .quarry/base.db
  2 added, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 2 chunks, 50 B in * s (glob)
  the base has 2 chunks, and vectors are fitted from 64 on: search goes by words
  $ ls -A .quarry
  .gitignore
  base.db

The second time nothing is read; what was edited is, and what is gone goes when it is asked for:

  $ touch -d '1 hour ago' docs/moon.md docs/sub/sun.txt && quarry ingest --quiet docs
  $ quarry ingest docs
  2 unchanged, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 0 chunks, * B in * s (glob)
  the base has 2 chunks, and vectors are fitted from 64 on: search goes by words
  $ echo 'It is 384,400 km away.' >> docs/moon.md && rm docs/sub/sun.txt
  $ quarry ingest docs
  1 updated, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 1 chunk, 53 B in * s (glob)
  the base has 2 chunks, and vectors are fitted from 64 on: search goes by words
  $ quarry ingest docs --prune
  1 unchanged, 1 removed, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 0 chunks, * B in * s (glob)
  the base has 1 chunk, and vectors are fitted from 64 on: search goes by words
  $ quarry docs ls
       1      46 B  docs/moon.md  The moon

Standard input:

  $ printf 'Mars is red.' | quarry ingest - --name mars.txt
  1 added; 1 chunk, 12 B in * s (glob)
  the base has 2 chunks, and vectors are fitted from 64 on: search goes by words
  $ quarry docs show mars.txt --text
  Mars is red. (no-eol)

JSON lines, with each bad line by its number:

  $ cat > lines.jsonl << END
  > {"id": "a1", "title": "Venus", "text": "Venus is hot.", "metadata": {"kind": "planet"}}
  > {"id": "a2"}
  > not JSON
  > {"id": "a1", "text": "Again."}
  > END
  $ quarry ingest --jsonl lines.jsonl
  warning: lines.jsonl:2: it has no "text"
  hint: each line is an object like {"id": "a1", "title": "\xe2\x80\xa6", "text": "\xe2\x80\xa6", "metadata": {}} (esc)
  warning: lines.jsonl:3: it is not JSON: column 2: syntax error while parsing value - invalid literal; last read: 'no'
  warning: lines.jsonl:4: its "id" a1 is that of line 1 already
  1 added, 3 failed; 1 chunk, 13 B in * s (glob)
  the base has 3 chunks, and vectors are fitted from 64 on: search goes by words
  [11]
  $ quarry docs show a1 | grep metadata
  metadata   {"kind":"planet"}

A dry run changes nothing:

  $ echo 'New.' > docs/new.md
  $ quarry ingest --dry-run docs
  would be: 1 added, 1 unchanged, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 1 chunk, * B in * s (glob)
  skip    docs/.gitignore (hidden)
  skip    docs/.hidden (hidden)
  skip    docs/archive.gz (unknown_type)
  skip    docs/other.gz (unknown_type)
  skip    docs/outside (symbolic_link)
  skip    docs/picture.png (unknown_type)
  skip    docs/secret.md (ignored)
  skip    docs/empty.txt (empty)
  add     docs/new.md (1 chunk)
  skip    docs/program.txt (binary)
  $ quarry docs show docs/new.md
  error: docs/new.md is not in the knowledge base
  hint: quarry docs ls lists what is
  [10]

For programs:

  $ quarry ingest --json docs/new.md | grep -v seconds
  1 added; 1 chunk, 5 B in * s (glob)
  the base has 4 chunks, and vectors are fitted from 64 on: search goes by words
  {
    "schema": "quarry.ingest/1",
    "dry_run": false,
    "added": 1,
    "updated": 0,
    "unchanged": 0,
    "removed": 0,
    "rechunked": 0,
    "reindexed": false,
    "skipped": {},
    "skipped_extensions": {},
    "failed": [],
    "chunks": 1,
    "bytes": 5,
    "embedder": "",
    "embedded": 0
  }

Other chunk settings cut everything anew:

  $ quarry ingest docs --config chunk.size=30
  2 unchanged, 4 cut anew, because the chunk settings changed, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 0 chunks, * B in * s (glob)
  the base has 5 chunks, and vectors are fitted from 64 on: search goes by words
