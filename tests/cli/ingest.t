A folder:

  $ mkdir -p docs/sub && cd docs
  $ printf '# The moon\n\nIt is far.\n' > moon.md
  $ printf 'The sun is farther.\n' > sub/sun.txt
  $ printf 'x' > picture.png && printf 'x' > archive.gz && printf 'x' > other.gz && touch .hidden empty.txt
  $ printf '\177ELF\000\000\000' > program.txt
  $ printf 'secret.md\n' > .gitignore && printf 'no' > secret.md
  $ ln -s /etc outside && cd ..
  $ quarry ingest docs
  created a knowledge base: .quarry/base.db
  2 added, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 2 chunks, * B in * s (glob)
  too few chunks for vectors (2 of 64 needed): searching by words only
  $ ls -A .quarry
  .gitignore
  base.db
  base.db-embed-*.lock (glob)

The second time nothing is read; what was edited is, and what is gone goes when it is asked for:

  $ touch -d '1 hour ago' docs/moon.md docs/sub/sun.txt && quarry ingest --quiet docs
  $ quarry ingest docs
  2 unchanged, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 0 chunks, * B in * s (glob)
  $ echo 'It is 384,400 km away.' >> docs/moon.md && rm docs/sub/sun.txt
  $ quarry ingest docs
  1 updated, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 1 chunk, * B in * s (glob)
  $ quarry ingest docs --prune
  1 unchanged, 1 removed, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 0 chunks, * B in * s (glob)
  $ quarry docs ls
       1      46 B  docs/moon.md  The moon

Standard input:

  $ printf 'Mars is red.' | quarry ingest - --name mars.txt
  1 added; 1 chunk, * B in * s (glob)
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
  warning: lines.jsonl:4: its "id" a1 is already that of line 1
  1 added, 3 failed; 1 chunk, * B in * s (glob)
  [11]
  $ quarry docs show a1 | grep metadata
  metadata   kind=planet

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
  hint: quarry docs ls lists the documents
  [10]

For programs:

  $ quarry ingest --json docs/new.md | grep -v seconds
  {"schema":"quarry.notice/1","level":"note","text":"1 added; 1 chunk, 5 B in * s"} (glob)
  {
    "schema": "quarry.ingest/1",
    "dry_run": false,
    "added": 1,
    "updated": 0,
    "moved": 0,
    "unchanged": 0,
    "removed": 0,
    "redacted": 0,
    "rechunked": 0,
    "reindexed": false,
    "skipped": {},
    "skipped_extensions": {},
    "failed": [],
    "warnings": [],
    "chunks": 1,
    "tokens": 2,
    "taken_out": {},
    "bytes": 5,
    "embedder": "",
    "embedded": 0
  }

Other chunk settings cut everything anew:

  $ quarry ingest docs --config chunk.size=30
  2 unchanged, 4 cut again because the chunk settings changed, 9 skipped (1 binary; 1 empty; 2 hidden; 1 ignored; 1 symbolic link; 3 of unknown type: 2 gz, 1 png); 0 chunks, * B in * s (glob)

A file that was moved is followed; patterns and lists say what is read:

  $ mkdir moves && cd moves && export QUARRY_BASE=$PWD/base.db && mkdir docs && printf '# One\n' > docs/one.md && printf 'Two.\n' > docs/two.txt
  $ quarry ingest --quiet docs && mv docs/one.md docs/1.md
  $ quarry ingest --dry-run docs
  would be: 1 moved, 1 unchanged; 1 chunk, * B in * s (glob)
  move    docs/1.md (1 chunk) (from */moves/docs/one.md) (glob)
  $ quarry ingest docs | cat
  1 moved, 1 unchanged; 1 chunk, * B in * s (glob)
  $ quarry ingest 'docs/*.txt' --include '*.md'
  warning: docs/*.txt: no file matches it
  hint: ** stands for any number of folders, * for any part of one name
  1 skipped (1 excluded), 1 failed; 0 chunks, * B in * s (glob)
  [11]
  $ printf 'docs/1.md\r\n' | quarry ingest --files-from -
  1 unchanged; 0 chunks, * B in * s (glob)
  $ printf 'docs/1.md\nnone.md\n' | quarry ingest --files-from -
  warning: none.md: No such file or directory
  1 unchanged, 1 failed; 0 chunks, * B in * s (glob)
  [11]
  $ quarry docs ls
       1       6 B  docs/1.md  One
       1       5 B  docs/two.txt  two.txt

What cannot be meant:

  $ quarry ingest --since HEAD docs
  error: --since needs --git
  hint: add --git
  [2]
  $ quarry ingest -0 docs
  error: -0 needs --files-from
  hint: add --files-from FILE, or - for standard input
  [2]
  $ quarry ingest --watch --dry-run docs
  error: --watch needs files or folders
  hint: leave out web addresses, lists, standard input, --since and --dry-run
  [2]
  $ quarry ingest http://me:secret@example.com/
  warning: http://example.com/: it contains a user name or password, which would be stored with the page
  hint: fetch it with a program that keeps the password, and pipe it in: curl \xe2\x80\xa6 | quarry ingest - --name NAME (esc)
  1 failed; 0 chunks, * B in * s (glob)
  [11]
  $ quarry ingest http://127.0.0.1:9/
  warning: http://127.0.0.1:9/: its address 127.0.0.1 is not on the public internet
  hint: --allow-private allows pages on this machine and in private networks
  1 failed; 0 chunks, * B in * s (glob)
  [11]
  $ quarry ingest docs --max-cost 1 --config embed.provider=openai --config embed.model=unheard-of
  error: cannot enforce --max-cost for the model unheard-of
  caused by: its price is unknown
  hint: set it: quarry config set embed.price_per_million AMOUNT (0 for a server of your own)
  [2]

A file in a folder that fails as it did before is counted, and fails no further run:

  $ mkdir tree && echo 'Fine.' > tree/fine.txt && echo '{"a": ' > tree/broken.json
  $ quarry ingest tree 2>&1 | grep -v hint
  warning: tree/broken.json: * (glob)
  1 added, 1 failed; 1 chunk, * (glob)
  $ quarry ingest tree
  1 file fails as before: quarry docs ls --failed lists it, a file .ignore leaves it out
  1 unchanged, 1 failed; 0 chunks, * (glob)
  $ quarry ingest tree/broken.json --quiet 2>&1 | head -1
  warning: tree/broken.json: * (glob)
  $ echo '{"a": 1' > tree/broken.json && quarry ingest tree --quiet 2>&1 | head -1
  warning: tree/broken.json: * (glob)
