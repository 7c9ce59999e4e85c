A base of documents with metadata:

  $ mkdir -p docs/sub
  $ printf -- '---\ntags: [db, locks]\ndate: 2024-05-01\n---\n# Undo\n\nA migration is undone with `down`.\n' > docs/undo.md
  $ printf 'Bread is baked in an oven. Then the migration of the yeast begins.\n' > docs/sub/bread.txt
  $ quarry ingest docs --quiet
  $ printf '{"id": "n1", "text": "A note on the migration of birds.", "metadata": {"year": 1999, "author": "Ada"}}\n' | quarry ingest --jsonl - --quiet

Only some of them, by their place:

  $ quarry search --mode lexical --format files migration
  n1
  docs/undo.md
  docs/sub/bread.txt
  $ quarry search --mode lexical --format files --path docs/sub migration
  docs/sub/bread.txt
  $ quarry search --mode lexical --format files --path 'docs/**/*.txt' migration
  docs/sub/bread.txt
  $ quarry search --mode lexical --format files --path '*.md' --path docs/sub/bread.txt migration
  docs/undo.md
  docs/sub/bread.txt
  $ quarry search --mode lexical --format files --kind jsonl migration
  n1
  $ quarry search --mode lexical --format files --type markdown migration
  docs/undo.md

By what they say of themselves, or what was said of them:

  $ quarry search --mode lexical --format files --tag LOCKS migration
  docs/undo.md
  $ quarry search --mode lexical --format files --since 2024-05 --until 2024-06 migration
  docs/undo.md
  $ quarry search --mode lexical --format files --where 'year<2000' --where author=Ada migration
  n1
  $ quarry search --mode lexical --format files --where '!year' --path docs/undo.md migration
  docs/undo.md
  $ quarry search --mode lexical --format files --heading undo migration
  docs/undo.md

Everything that front matter says, with its type, nested names with dots:

  $ printf -- '---\nstatus: draft\nyear: 2024\nisbn: 0123\nreview:\n  by: [Ada, Bob]\n---\nThe draft of a migration.\n' > docs/draft.md
  $ quarry ingest docs --quiet
  $ quarry search --mode lexical --format files --where status=draft migration
  docs/draft.md
  $ quarry search --mode lexical --format files --where 'year>=2020' --where isbn migration
  docs/draft.md
  $ quarry search --mode lexical --format files --where review.by=Bob migration
  docs/draft.md
  $ quarry search --mode lexical --format files --where 'status!=draft' --type markdown migration
  docs/undo.md
  $ quarry docs ls --json docs/draft.md | grep -o '"metadata":{.*}'
  "metadata":{"isbn":"0123","review.by":["Ada","Bob"],"status":"draft","year":2024},"ingested_at":"*"} (glob)
  $ quarry docs show docs/draft.md | grep -A3 metadata
  metadata   isbn=0123
             review.by=["Ada","Bob"]
             status=draft
             year=2024
  $ printf -- '---\r\ntitle: Part one: the sea\r\nteam: &us [ada, bob]\r\nreview: {by: *us, year: !!int "2020"}\r\n---\r\nThe draft of a migration.\r\n' > docs/draft.md
  $ quarry ingest docs --quiet
  $ quarry search --mode lexical --format files --where review.by=bob --where 'review.year<2021' migration
  docs/draft.md
  $ quarry docs show docs/draft.md | grep title
  title      Part one: the sea
  $ quarry docs show docs/draft.md | grep -A2 metadata
  metadata   review.by=["ada","bob"]
             review.year=2020
             team=["ada","bob"]

It is not a part of the text that is searched, and chunks hold all the rest:

  $ quarry search --mode lexical --format files ada
  nothing fits "ada"
  no passage has: ada
  hint: try other or fewer words; quarry docs ls lists the documents
  [10]
  $ quarry chunk docs/draft.md | grep -o -E '"start_(byte|line)":[0-9]+|"text":".*"'
  "start_byte":97
  "start_line":6
  "text":"The draft of a migration."
  $ quarry docs verify
  .quarry/base.db: all agrees
  $ quarry docs rm docs/draft.md --quiet
  $ rm docs/draft.md

Nothing is left:

  $ quarry search --mode lexical --path elsewhere migration
  nothing fits "migration"
  hint: no document matches --path, --tag and other filters; quarry docs ls --json shows what they can match
  [10]
  $ quarry search --until sometime migration
  error: "sometime" is not a date for --until
  hint: write 2024, 2024-05, 2024-05-31 or 2024-05-31T12:30
  [2]
  $ quarry search --where '=x' migration
  error: "=x" does not name a metadata field
  hint: write a name first, as in author=Ada, year>=2020, topic~locks, isbn, !isbn
  [2]

More of the text, fewer of the documents, and lines for editors:

  $ quarry search --mode lexical --parent --limit 1 --path docs/sub migration
   1. Bread is baked in an oven. Then the migration of the yeast begins.
      docs/sub/bread.txt:1  0.* (glob)
      Bread is baked in an oven. Then the migration of the yeast begins.
  $ quarry search --mode lexical --format editor --path docs migration
  docs/undo.md:7:3: A migration is undone with `down`.
  docs/sub/bread.txt:1:37: Bread is baked in an oven. Then the migration of the yeast begins.
  $ quarry search --mode lexical --format files --more-like docs/undo.md:7
  n1
  docs/sub/bread.txt
  $ quarry search --more-like docs/gone.md:7
  error: the base has no passage "docs/gone.md:7"
  hint: give FILE:LINE or a chunk_id as printed by search; quarry docs ls lists the files
  [10]

Many queries:

  $ printf '{"id":"a","query":"yeast"}\n{"query":"birds"}\nnone\n' > queries.jsonl
  $ quarry search --mode lexical --batch queries.jsonl > found.ndjson
  error: line 3 is not a query
  caused by: it is not a JSON object
  hint: write one JSON object a line: {"id": 1, "query": "words"}
  [11]
  $ python3 -c 'import json; [print(r["id"], [h["uri"].split("/")[-1] for h in r["hits"]]) for r in map(json.loads, open("found.ndjson"))]'
  a ['bread.txt']
  2 ['n1']

A reranker, here a program:

  $ quarry search --rerank migration
  error: no reranker is configured
  caused by: rerank.provider is none
  hint: name one, such as a server of your own: quarry config set rerank.provider server; quarry config set --user rerank.base_url http://localhost:8080/v1
  [2]
  $ printf 'import json, sys\nq = json.load(sys.stdin)\nprint(json.dumps({"scores": [len(t) for t in q["documents"]]}))\n' > longest.py
  $ quarry search --mode lexical --format files --config rerank.provider=command --config rerank.command='python3 longest.py' migration
  docs/sub/bread.txt
  n1
  docs/undo.md
  $ quarry search --mode lexical --format files --config rerank.provider=command --config rerank.command=false migration
  error: cannot rerank with false
  caused by: it ended with status 1
  hint: run the command by hand with {"query": "\xe2\x80\xa6", "documents": ["\xe2\x80\xa6"]} as its input (esc)
  [14]

One thing at a time:

  $ quarry search
  error: there is no query
  hint: give one of them: quarry search WORDS\xe2\x80\xa6, --more-like PASSAGE, --batch FILE (esc)
  [2]
  $ quarry search --expand hyde migration
  error: --expand hyde needs a chat model
  hint: name one: quarry config set chat.provider openai; quarry config set chat.model NAME
  [2]
