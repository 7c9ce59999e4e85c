A small base gets no vectors:

  $ printf 'One short text.\n' > a.txt
  $ quarry ingest a.txt --quiet
  $ quarry embed 2>&1
  too few chunks for vectors (1 of 64 needed): searching by words only
  $ quarry embed --json
  {"schema":"quarry.notice/1","level":"note","text":"too few chunks for vectors (1 of 64 needed): searching by words only"}
  {
    "schema": "quarry.embed/1",
    "embedder": "",
    "fitted": false,
    "embedded": 0,
    "vectors": 0,
    "note": "too few chunks for vectors (1 of 64 needed): searching by words only"
  }
  $ echo text | quarry embed --stdin 2>&1
  error: the knowledge base has no embedder
  caused by: no vectors were made in */.quarry/base.db (glob)
  hint: the built-in one needs 64 passages: add documents with quarry ingest, then run quarry embed; or configure a server: quarry help embed
  [2]

A larger one is fitted when it is ingested:

  $ for i in $(seq 80); do echo "{\"id\": \"d$i\", \"title\": \"Text $i\", \"text\": \"The text number$i tells of subject$((i % 7)) and of subject$((i % 5)). Nobody has read it for a while, they say.\"}"; done > all.jsonl
  $ quarry ingest --jsonl all.jsonl 2>&1
  80 added; 80 chunks, 7.5 kB in [0-9.]+ s (re)
  fitted the built-in embedder on these documents and embedded 81 texts in * s (glob)
  $ quarry embed 2>&1
  every passage has a vector already
  $ quarry embed fit --json
  {"schema":"quarry.notice/1","level":"note","text":"fitted the built-in embedder on these documents and embedded 0 texts in * s"} (glob)
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
  $ for mode in lexical vector hybrid; do quarry search --mode $mode 'what is zzzzqqq' 2>&1; done
  nothing fits "what is zzzzqqq"
  no passage has: zzzzqqq
  hint: try other or fewer words; quarry docs ls lists the documents
  nothing fits "what is zzzzqqq"
  no passage has: zzzzqqq
  hint: try other or fewer words; quarry docs ls lists the documents
  nothing fits "what is zzzzqqq"
  no passage has: zzzzqqq
  hint: try other or fewer words; quarry docs ls lists the documents
  [10]
  $ quarry search --explain --limit 1 subject3 number17 2>&1
   1. Text 17
      d17:1  1.000
      The text number17 tells of subject3 and of subject2. Nobody has read it for
      a while, they say.
      lexical  rank    1   raw   5.1509   scaled 1.0000 x weight 0.59 = 0.5950
        number17           3.9870   idf 4.0013, in 1 passages; here 0 x title, 0 x headings, 1 x text
        subject3           1.1639   idf 1.1680, in 25 passages; here 0 x title, 0 x headings, 1 x text
        length                 20   terms; 19.8 on average
      dense    rank    1   raw   0.9152   scaled 1.0000 x weight 0.26 = 0.2550
      grams    rank    1   raw  12.2442   scaled 1.0000 x weight 0.15 = 0.1500

A table of its own, for other bases to start from:

  $ for i in $(seq 40); do echo '{"query": "moon", "text": "it is far away"}'; echo '{"query": "cheese", "text": "it is yellow"}'; done > pairs.jsonl
  $ quarry embed train --pairs pairs.jsonl -o pairs.table 2>&1
  made pairs.table from 0 passages and 80 pairs: vectors of 7 words, 1.1 MB
  quarry models add pairs.table adds it to your models
  $ quarry embed train -o base.table --json
  {
    "schema": "quarry.embed.train/1",
    "output": "base.table",
    "bytes": 1136164,
    "passages": 81,
    "pairs": 0,
    "words": 21,
    "seconds": [0-9.e-]+ (re)
  }
  $ quarry embed train --corpus . --pairs pairs.jsonl -o both.table --quiet && quarry models add both.table 2>&1
  added the table both, 1.1 MB; quarry config set embed.start both lets the built-in embedder start from it
  sha256 [0-9a-f]{64} (re)
  $ quarry models ls
    both  table to start from, 256 dimensions, 1.1 MB
  
  in the knowledge base:
  * builtin  81 vectors of 256 dimensions, 1.2 MB
  $ echo 'The moon tonight.' > moon.txt
  $ quarry --base small.db ingest moon.txt --config embed.start=both 2>&1
  created a knowledge base: small.db
  1 added; 1 chunk, 18 B in [0-9.]+ s (re)
  embedded 1 texts with builtin
  $ quarry --base small.db search --mode vector --format files moon
  moon.txt
  $ quarry embed train --pairs moon.txt -o x.table 2>&1
  error: moon.txt:1: this line is not a pair of texts
  hint: each line is a JSON object such as {"query": "who pays?", "text": "The buyer pays."}
  [1]
  $ echo '{"query": "a", "text": "b"}' > one.jsonl; quarry embed train --pairs one.jsonl -o x.table 2>&1
  error: there is too little text to make a table of token vectors from
  caused by: there are 0 passages and 1 pairs, and 64 are needed
  hint: give it more documents (--corpus) or pairs (--pairs)
  [1]
  $ quarry embed train --pairs pairs.jsonl 2>&1
  error: --output is needed by embed train
  hint: quarry embed --help explains them
  [2]
  $ quarry embed --corpus . 2>&1
  error: --corpus, --pairs and --output are for embed train
  hint: quarry embed --help explains them
  [2]
  $ quarry embed fit --config embed.start=nowhere 2>&1
  error: there is no table nowhere for the built-in embedder
  caused by: embed.start names it
  hint: make one: quarry embed train -o FILE.table; add it: quarry models add FILE.table
  [1]
  $ quarry embed fit --config embed.start=./moon.txt 2>&1
  error: cannot start from ./moon.txt
  caused by: cannot use the built-in embedder's table of token vectors
  caused by: it does not start like a table of this version
  hint: quarry embed fit fits a base's own table again; quarry embed train makes a file again
  [1]
  $ quarry embed fit --model openai:m 2>&1
  error: --model cannot be used with embed fit
  hint: quarry embed --help explains them
  [2]

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
  caused by: invalid byte 4 of the line
  hint: convert it first, for example with iconv -t UTF-8
  [1]
  $ head -c 1500000 /dev/zero | tr '\0' 'x' | quarry embed --stdin 2>&1
  error: line 1 of standard input is too long
  caused by: the limit is 1000000 bytes
  hint: split long texts first: quarry chunk
  [1]
  $ quarry embed fit --stdin 2>&1
  error: --stdin cannot be used with embed fit
  hint: quarry embed --help explains them
  [2]
  $ quarry embed --config embed.provider=none 2>&1
  error: embedding is switched off
  caused by: embed.provider is none
  hint: switch it on: quarry config set embed.provider builtin
  [2]
  $ quarry embed --config embed.provider=openai 2>&1
  error: no embedding model is configured
  caused by: embed.provider is openai, which needs embed.model
  hint: name one: quarry config set embed.model NAME; or use the built-in embedder: quarry config set embed.provider builtin
  [2]
  $ quarry embed --config embed.provider=openai --config embed.model=m 2>&1
  error: no API key for https://api.openai.com/v1
  caused by: the environment variable OPENAI_API_KEY is not set
  hint: put the key into that variable (export OPENAI_API_KEY=\xe2\x80\xa6), or name another one with embed.api_key_env; for a server that needs none: --config embed.api_key_env= (esc)
  [2]
  $ quarry embed --config embed.provider=openai --config embed.model=m fit 2>&1
  error: embed fit needs the built-in embedder, but another one is configured
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
