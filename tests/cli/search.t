A base of three short documents:

  $ mkdir docs
  $ printf '# Undo\n\nA migration is undone with `down`. Each migration file has a down part.\n\n## Locks\n\nA lock keeps two migrations apart.\n' > docs/undo.md
  $ printf 'Bread is baked in an oven. The baker keeps the yeast warm.\n' > docs/bread.txt
  $ printf 'Ships lie in the harbour \033[31mred\033[0m at night.\n' > docs/ships.txt
  $ quarry ingest docs --quiet

The best passages first; a small base is searched by words, as ingest has said, and search when it is asked for more:

  $ quarry search --mode hybrid undo migrations 2>&1
  searched by words only: there are no vectors to search by; quarry embed tells why
   1. Undo
      docs/undo.md:1  3.042
      # Undo A migration is undone with `down`. Each migration file has a down
      part. ## Locks A lock keeps two migrations apart.

By words alone, with what the score is made of:

  $ quarry search --mode lexical --explain --limit 1 bakers 2>&1
   1. Bread is baked in an oven. The baker keeps the yeast warm.
      docs/bread.txt:1  1.309
      Bread is baked in an oven. The baker keeps the yeast warm.
      lexical  rank    1   raw   1.3090   scaled 1.0000 x weight 1.00 = 1.0000
        baker              1.3090   idf 0.9808, in 1 passages; here 1 x title, 0 x headings, 1 x text
        length                 24   terms; 21.7 on average

Controls of the terminal in a document do not reach it:

  $ quarry search --mode lexical harbour
   1. Ships lie in the harbour red at night.
      docs/ships.txt:1  1.416
      Ships lie in the harbour red at night.

For other programs:

  $ quarry search --mode lexical --format files migration down
  docs/undo.md
  $ quarry search --mode lexical --format ndjson yeast
  {"rank":1,"score":1.308992843496751,"uri":"*/docs/bread.txt","title":"Bread is baked in an oven. The baker keeps the yeast warm.","heading_path":[],"media_type":"text/plain","start_line":1,"end_line":1,"start_byte":0,"end_byte":58,"chunk_id":1,"document_id":1,"text":"Bread is baked in an oven. The baker keeps the yeast warm.","snippet":{"start_byte":0,"end_byte":58,"matches":[[47,52]]},"lexical":{"rank":1,"raw":1.308992843496751,"scaled":1.0,"weight":1.0},"dense":null} (glob)
  $ quarry search --json yeast
  {
    "schema": "quarry.search/1",
    "query": "yeast",
    "mode": "lexical",
    "note": "searched by words only: there are no vectors to search by; quarry embed tells why",
    "terms": [
      "yeast"
    ],
    "suggestion": null,
    "missing_words": [],
    "hits": [
      {
        "rank": 1,
        "score": 1.308992843496751,
        "uri": "*/docs/bread.txt", (glob)
        "title": "Bread is baked in an oven. The baker keeps the yeast warm.",
        "heading_path": [],
        "media_type": "text/plain",
        "start_line": 1,
        "end_line": 1,
        "start_byte": 0,
        "end_byte": 58,
        "chunk_id": 1,
        "document_id": 1,
        "text": "Bread is baked in an oven. The baker keeps the yeast warm.",
        "snippet": {
          "start_byte": 0,
          "end_byte": 58,
          "matches": [
            [
              47,
              52
            ]
          ]
        },
        "lexical": {
          "rank": 1,
          "raw": 1.308992843496751,
          "scaled": 1.0,
          "weight": 1.0
        },
        "dense": null
      }
    ]
  }

Nothing in a query is an operator:

  $ quarry search --mode lexical 'NEAR("yeast" AND' --format files
  docs/bread.txt

Nothing found:

  $ quarry search --mode lexical zeppelin 2>&1
  nothing fits "zeppelin"
  no passage has: zeppelin
  hint: try other or fewer words; quarry docs ls lists the documents
  [10]
  $ quarry search --mode lexical --json zeppelin
  {
    "schema": "quarry.search/1",
    "query": "zeppelin",
    "mode": "lexical",
    "note": "",
    "terms": [
      "zeppelin"
    ],
    "suggestion": null,
    "missing_words": [
      "zeppelin"
    ],
    "hits": []
  }
  [10]

An empty base:

  $ mkdir none
  $ quarry --base empty.db ingest none --quiet
  $ quarry --base empty.db search --mode lexical anything 2>&1
  nothing fits "anything"
  no passage has: anything
  hint: the knowledge base is empty; add documents: quarry ingest PATH
  [10]

Failures:

  $ quarry search 2>&1
  error: there is no query
  hint: give one of them: quarry search WORDS\xe2\x80\xa6, --more-like PASSAGE, --batch FILE (esc)
  [2]
  $ quarry search ' ' 2>&1
  error: the query is empty
  hint: quarry search WORDS\xe2\x80\xa6 (esc)
  [2]
  $ quarry search --mode semantic x 2>&1
  error: --mode cannot be 'semantic'
  hint: it is one of lexical, vector, hybrid
  [2]
  $ quarry search --limit 0 x 2>&1
  error: --limit cannot be '0'
  hint: it takes a whole number from 1 to 10000
  [2]
  $ quarry search --json --format files x 2>&1
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"--json and --format files cannot be used together","causes":[],"hint":"give one of them"}}
  [2]
  $ quarry search --mode vector bread 2>&1
  error: cannot search by vector
  caused by: there are no vectors to search by; quarry embed tells why
  hint: search by words: --mode lexical; or make vectors: quarry embed
  [1]
  $ quarry --base missing.db search x 2>&1
  error: there is no knowledge base */missing.db (glob)
  hint: make one from your documents: quarry ingest PATH
  [1]
  $ printf 'not a database, but long enough to be read as the head of one: 0123456789 0123456789 0123456789' > bad.db
  $ quarry --base bad.db search x 2>&1
  error: cannot open the database */bad.db (glob)
  caused by: file is not a database
  hint: check the path: the file exists but is not a SQLite database
  [1]

What begins with a dash and is no option:

  $ quarry search '-locks x'
  error: unknown option '-locks x' for quarry search
  hint: text that begins with - goes after --: quarry search -- '-locks x'
  [2]
  $ quarry search --quiet -- -locks x > found; echo $?
  10

Lines of converted files are those of the text, and editors are not sent to lines that there are not:

  $ printf '<html><body><main><h1>Yeast</h1><p>Wild yeast lives on the skin of grapes.</p></main></body></html>' > page.html
  $ printf 'name,year\nyeast,1857\n' > years.csv
  $ quarry ingest --quiet page.html years.csv
  $ quarry search --mode lexical grapes
   1. Yeast
      page.html, text line 1  * (glob)
      # Yeast Wild yeast lives on the skin of grapes.
  $ quarry search --mode lexical --format editor grapes
  page.html:1:1: Wild yeast lives on the skin of grapes.
  $ quarry search --mode lexical --format editor 1857
  years.csv:1:1: | yeast | 1857 |
  $ quarry search --mode lexical --more-like page.html:3 --limit 1 --format files
  docs/bread.txt
  $ quarry search --more-like page.html:99
  error: the base has no passage "page.html:99"
  caused by: its text has 3 lines
  hint: give FILE:LINE or a chunk_id as printed by search; quarry docs ls lists the files
  [10]
  $ quarry search --batch queries.jsonl --format files
  error: --batch and --format files cannot be used together
  hint: the results of --batch are JSON, one object a line
  [2]
