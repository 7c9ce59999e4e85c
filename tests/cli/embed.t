A small base gets no vectors:

  $ printf 'One short text.\n' > a.txt
  $ quarry ingest a.txt --quiet
  $ quarry embed 2>&1
  the base has 1 chunk, and vectors are fitted from 64 on: search goes by words
  $ quarry embed --json
  the base has 1 chunk, and vectors are fitted from 64 on: search goes by words
  {
    "schema": "quarry.embed/1",
    "embedder": "",
    "fitted": false,
    "embedded": 0,
    "vectors": 0,
    "note": "the base has 1 chunk, and vectors are fitted from 64 on: search goes by words"
  }
  $ echo text | quarry embed --stdin 2>&1
  error: the knowledge base has no embedder
  caused by: no vectors were made in */.quarry/base.db (glob)
  hint: the built-in one needs 64 passages: put more documents in with quarry ingest, then quarry embed; or name a server: quarry help embed
  [1]

A larger one is fitted when it is ingested:

  $ for i in $(seq 80); do echo "{\"id\": \"d$i\", \"title\": \"Text $i\", \"text\": \"The text number$i tells of subject$((i % 7)) and of subject$((i % 5)). Nobody has read it for a while, they say.\"}"; done > all.jsonl
  $ quarry ingest --jsonl all.jsonl 2>&1
  80 added; 80 chunks, 7.5 kB in [0-9.]+ s (re)
  fitted the built-in embedder on these documents and embedded 81 texts
  $ quarry embed 2>&1
  every passage has its vector already
  $ quarry embed --refit --json
  fitted the built-in embedder on these documents and embedded 0 texts
  {
    "schema": "quarry.embed/1",
    "embedder": "builtin",
    "fitted": true,
    "embedded": 0,
    "vectors": 81,
    "note": ""
  }
  $ quarry search --mode vector --limit 1 --format files subject3 number17
  d17
  $ quarry search --explain --limit 1 subject3 number17 2>&1
   1. Text 17
      d17:1  1.000
      The text number17 tells of subject3 and of subject2. Nobody has read it for
      a while, they say.
      lexical  rank    1   raw   5.1509   scaled 1.0000 x weight 0.70 = 0.7000
        number17           3.9870   idf 4.0013, in 1 passages; here 0 x title, 0 x headings, 1 x text
        subject3           1.1639   idf 1.1680, in 25 passages; here 0 x title, 0 x headings, 1 x text
        length                 20   terms; 19.8 on average
      dense    rank    1   raw   0.9152   scaled 1.0000 x weight 0.30 = 0.3000

As a filter, a line in is a line out:

  $ printf 'first\nsecond line\n\n' | quarry embed --stdin > vectors.ndjson
  $ python3 -c "
  > import json
  > for line in open('vectors.ndjson'):
  >     row = json.loads(line)
  >     print(repr(row['text']), len(row['vector']), round(sum(x * x for x in row['vector']), 3))"
  'first' 256 1.0
  'second line' 256 1.0
  '' 256 0

Failures:

  $ printf 'good\nbad \377\n' | quarry embed --stdin 2>&1 > /dev/null
  error: line 2 of standard input is not UTF-8
  caused by: byte 4 of the line begins no valid character
  hint: convert it first, such as with iconv -t UTF-8
  [1]
  $ head -c 1500000 /dev/zero | tr '\0' 'x' | quarry embed --stdin 2>&1
  error: line 1 of standard input is too long
  caused by: 1000000 bytes are the most
  hint: cut long texts first: quarry chunk
  [1]
  $ quarry embed --stdin --refit 2>&1
  error: --refit and --stdin cannot be used together
  hint: leave one of them out
  [2]
  $ quarry embed --config embed.provider=none 2>&1
  error: embedding is switched off
  caused by: embed.provider is none
  hint: switch it on: quarry config set embed.provider builtin
  [2]
  $ quarry embed --config embed.provider=openai 2>&1
  error: no embedding model is configured
  caused by: embed.provider is openai, which needs embed.model
  hint: name one that it has: quarry config set embed.model NAME; or go back to the one that needs no server: quarry config set embed.provider builtin
  [2]
  $ quarry embed --config embed.provider=openai --config embed.model=m 2>&1
  error: no API key for https://api.openai.com/v1
  caused by: the environment variable OPENAI_API_KEY is not set
  hint: put the key into that variable (export OPENAI_API_KEY=\xe2\x80\xa6), or name another one with embed.api_key_env; for a server that needs none: --config embed.api_key_env= (esc)
  [2]
  $ quarry embed --config embed.provider=openai --config embed.model=m --refit 2>&1
  error: --refit is for the built-in embedder, which is not the one configured
  caused by: embed.provider is openai
  hint: leave it out; or switch: quarry config set embed.provider builtin
  [2]
  $ quarry embed --config embed.provider=openai --config embed.model=m --config embed.base_url=http://127.0.0.1:9/v1 > out 2>&1; echo $?; head -n 1 out
  14
  error: no answer from http://127.0.0.1:9/v1/embeddings
  $ quarry --base missing.db embed 2>&1
  error: there is no knowledge base */missing.db (glob)
  hint: make one from your documents: quarry ingest PATH
  [1]
