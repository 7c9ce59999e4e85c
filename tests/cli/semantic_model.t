Cutting by meaning asks the model that embeds, if it is one that can be asked. The one here tells texts apart by their
words:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_EMBED_BASE_URL=http://127.0.0.1:$(cat port)/v1 OPENAI_API_KEY=sk-secret QUARRY_EMBED_MODEL=any
  $ export QUARRY_CHUNK_STRATEGY=semantic QUARRY_EMBED_PRICE_PER_MILLION=100
  $ mkdir docs
  $ printf 'Bread is baked. Dough is bread. Bread is dough. Tides rise high. High tides rise. Tides rise.' > docs/a.txt

Without a model the words are compared, which is said; nobody is asked:

  $ quarry chunk --format text docs/a.txt 2>&1
  semantic compares sentences by their words: embed.provider builtin has no model for it
  docs/a.txt:1-1  bytes 0-31, about 8 tokens
  Bread is baked. Dough is bread.
  
  docs/a.txt:1-1  bytes 32-93, about 14 tokens
  Bread is dough. Tides rise high. High tides rise. Tides rise.
  
  $ quarry chunk --format text -q --config chunk.sentence_vectors=words docs/a.txt | grep -c 'chars\|bytes'
  2
  $ test -s log || echo nobody was asked
  nobody was asked

With one, it is asked:

  $ export QUARRY_EMBED_PROVIDER=openai
  $ quarry chunk --format text --threshold 80 docs/a.txt 2>&1
  docs/a.txt:1-1  bytes 0-31, about 8 tokens
  Bread is baked. Dough is bread.
  
  docs/a.txt:1-1  bytes 32-93, about 14 tokens
  Bread is dough. Tides rise high. High tides rise. Tides rise.
  
  $ grep -c embeddings log
  1
  $ quarry chunk --config chunk.sentence_vectors=words --format text docs/a.txt > /dev/null 2>&1
  $ grep -c embeddings log
  1

What that costs is in the dry run, and is kept to:

  $ quarry ingest --dry-run docs
  would be: 1 added; 2 chunks, 93 B in * s (glob)
  embedding about 88 tokens with any costs about 0.0088 (100 for a million)
  add     docs/a.txt (2 chunks)
  $ quarry chunk --max-cost 0.001 docs/a.txt
  error: semantic chunking was stopped
  caused by: embedding about 58 tokens with any costs about 0.0058 (100 for a million), more than --max-cost 0.001
  hint: raise --max-cost; or compare sentences by words at no cost: quarry config set chunk.sentence_vectors words
  [16]
  $ quarry ingest --max-cost 0.001 docs
  created a knowledge base: .quarry/base.db
  error: semantic chunking was stopped
  caused by: embedding about 58 tokens with any costs about 0.0058 (100 for a million), more than --max-cost 0.001
  hint: raise --max-cost; or compare sentences by words at no cost: quarry config set chunk.sentence_vectors words
  [16]
  $ grep -c embeddings log
  1
  $ quarry ingest --max-cost 1 docs
  1 added; 2 chunks, 93 B in * s (glob)
  embedded 2 texts with openai:any
  $ quarry ingest docs
  1 unchanged; 0 chunks, * B in * s (glob)

Another model cuts anew, a server that fails ends the run, and the next goes on:

  $ QUARRY_EMBED_MODEL=unauthorised quarry ingest docs
  error: cannot embed: http://127.0.0.1:*/v1/embeddings answered 401 (not authorised) (glob)
  caused by: the server reports: Incorrect API key provided: [key]. Get one.
  hint: check the API key, and that it may use this model
  [14]
  $ quarry docs ls --failed
  no failed documents
  $ QUARRY_EMBED_MODEL=other quarry ingest docs
  1 unchanged, 1 cut again because the chunk settings changed; 0 chunks, * B in * s (glob)
  embedded 2 texts with openai:other
  $ kill $server; wait $server 2> /dev/null || true
