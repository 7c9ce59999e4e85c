What nobody writes for a purpose is an error of its own line, and no end of the program.

  $ deep() { python3 -c 'print("[" * 100000 + "]" * 100000, end="")'; }
  $ echo 'The moon is 384,400 km away from the earth.' > m.txt
  $ quarry ingest -q m.txt

JSON that is nested too deeply:

  $ (echo '{"id":1,"query":"moon"}'; echo "{\"id\":$(deep),\"query\":\"moon\"}") | quarry search --batch - 2> err | wc -l
  1
  $ cut -c1-100 err
  error: line 2 is not a query
  caused by: it is not a JSON object
  hint: write one JSON object a line: {"id": 1, "query": "words"}
  $ (echo '{"id":"a","text":"A good line."}'; echo "{\"id\":\"b\",\"text\":\"x\",\"metadata\":{\"a\":$(deep)}}"; echo '{"id":"c","text":"x","metadata":{"a":1e400}}'; echo '{"id":"d","text":"Another good line."}') | quarry ingest --jsonl - 2>&1
  warning: stdin:2: its arrays and objects are more than 500 levels deep
  hint: each line is an object like {"id": "a1", "title": "\xe2\x80\xa6", "text": "\xe2\x80\xa6", "metadata": {}} (esc)
  warning: stdin:3: number overflow parsing '1e400'
  2 added, 2 failed; 2 chunks, 30 B in [0-9.]+ s (re)
  [11]
  $ quarry docs ls --json | grep -c '"uri"'
  3
  $ echo "{\"id\":$(deep),\"text\":\"moon\"}" | quarry embed --stdin --input ndjson --model builtin 2>&1 | cut -c1-100
  error: the knowledge base has no embedder
  caused by: no vectors were made in * (glob)
  hint: the built-in one needs 64 passages: add documents with quarry ingest, then run quarry embed; o

A schema that leads back to itself:

  $ for schema in '{"$ref":"#"}' '{"type":"object","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}'; do echo "$schema" > schema.json; OPENAI_API_KEY=k quarry ask --schema schema.json --model m --config chat.base_url=http://127.0.0.1:9/v1 how far is the moon 2>&1; echo $?; done
  error: cannot use schema.json as a schema
  caused by: this is not a JSON Schema that can be used
  caused by: the schema: its references form a loop, or too long a chain, without going into the value
  hint: a schema looks like {"type": "object", "properties": {"city": {"type": "string"}}}
  2
  error: cannot use schema.json as a schema
  caused by: this is not a JSON Schema that can be used
  caused by: /$defs/a: its references form a loop, or too long a chain, without going into the value
  hint: a schema looks like {"type": "object", "properties": {"city": {"type": "string"}}}
  2

Numbers and dates that are none:

  $ for args in '--where year>=NaN' '--where year<inf' '--mmr nan' '--since 2024-01-01T25:00' '--batch /tmp'; do quarry search $args $(case $args in --batch*) ;; *) echo moon ;; esac) > out 2>&1; echo $?; head -1 out; done
  2
  error: "year>=NaN" does not compare with a number
  2
  error: "year<inf" does not compare with a number
  2
  error: --mmr cannot be 'nan'
  2
  error: "2024-01-01T25:00" is not a date for --since
  1
  error: cannot read /tmp
  $ quarry search --since '' moon 2>&1
  error: "" is not a date for --since
  hint: write 2024, 2024-05, 2024-05-31 or 2024-05-31T12:30
  [2]
  $ quarry search --path '' moon 2>&1
  error: --path has no path
  hint: write a folder, a file or a pattern: --path 'docs/**/*.md'
  [2]
  $ quarry search 'm*' 2>&1
  nothing fits "m*"
  no passage has: m
  hint: a star must follow at least two letters of a word: mo*
  [10]

A byte-order mark and carriage returns are no text:

  $ for i in $(seq 80); do echo "{\"id\": \"d$i\", \"text\": \"The text number$i tells of subject$((i % 7)) and of subject$((i % 5)). Nobody has read it for a while, they say.\"}"; done | quarry ingest -q --jsonl -
  $ printf '\357\273\277{"text":"number1"}\r\n' | quarry embed --stdin | cut -c1-18
  {"text":"number1",
  $ printf 'number1\r\nnumber2\r\n' | quarry embed --stdin --input lines | cut -c1-18
  {"text":"number1",
  {"text":"number2",

Model files that are none:

  $ quarry models add . 2>&1
  error: "." is not a valid name for a model
  hint: give it another name with --name: letters, digits, dots, dashes and underscores
  [2]
  $ mkfifo fifo
  $ timeout 10 quarry models add fifo 2>&1
  error: cannot add the model fifo
  caused by: it is not a regular file
  hint: give the path of a .gguf file, or an https:// address
  [1]
  $ python3 -c 'import sys,struct; sys.stdout.buffer.write(b"GGUF" + struct.pack("<IQQ", 3, 0, 0))' > none.gguf
  $ quarry models add none.gguf 2>&1
  error: cannot add the model none.gguf
  caused by: none.*.part is not a model (glob)
  caused by: it does not name the kind of model
  hint: use the GGUF file of a model, which names its general.architecture
  [1]

A base that was tampered with:

  $ cp -r .quarry good
  $ sql() { rm -rf .quarry; cp -r good .quarry; python3 -c 'import sqlite3,sys; c = sqlite3.connect(".quarry/base.db"); c.executescript(sys.argv[1]); c.commit()' "$1"; }
  $ for dimensions in 2000000000 -1; do sql "UPDATE embedders SET dimensions=$dimensions"; quarry search --mode vector subject1 2>&1; done
  error: the vectors by builtin:* cannot be used (glob)
  caused by: they are recorded with 2000000000 dimensions
  hint: the base is damaged: quarry docs verify reports details; restore it from a backup, or move it away and run quarry ingest to rebuild it
  error: the vectors by builtin:* cannot be used (glob)
  caused by: they are recorded with -1 dimensions
  hint: the base is damaged: quarry docs verify reports details; restore it from a backup, or move it away and run quarry ingest to rebuild it
  [1]
  $ sql 'DELETE FROM settings; DELETE FROM models'
  $ quarry docs verify 2>&1
  the vectors by builtin:*: no search uses them yet, because embedding was not finished; to finish it: quarry embed (glob)
  .quarry/base.db: 1 finding
  to rebuild the base from your documents, run quarry ingest into an empty one
  the checksums of rows: cannot be compared: the setting that says how they were made is damaged
  [1]
  $ sql 'DELETE FROM models'
  $ quarry docs verify 2>&1
  .quarry/base.db: 2 findings
  to rebuild the base from your documents, run quarry ingest into an empty one
  row 1 of models: is not as it was stored (the checksum differs)
  the built-in embedder's table: it is missing, so that no vector can be searched; fit it again: quarry embed fit
  [1]
  $ sql 'DROP TABLE settings'
  $ quarry search moon 2>&1
  error: cannot use the knowledge base */.quarry/base.db (glob)
  caused by: its table settings is missing
  hint: the base is damaged: quarry docs verify reports details; restore it from a backup, or move it away and run quarry ingest to rebuild it
  [1]
  $ quarry --config base=/dev/null docs ls 2>&1
  error: cannot open the database /dev/null
  caused by: it is not a regular file
  hint: give the path of a database file
  [1]

A number that is greater than any is not taken for the greatest, and an archive without its beginning is named:

  $ quarry migrate history --show 99999999999999999999
  error: --show cannot be '99999999999999999999'
  caused by: it is too large
  hint: it takes a whole number
  [2]
  $ echo '{"x":1}' | quarry --base fresh/base.db docs import - 2>&1
  created a knowledge base: fresh/base.db
  error: cannot import line 1 of standard input
  caused by: it is not the beginning of what quarry docs export writes
  hint: give a file that quarry docs export wrote
  [1]
