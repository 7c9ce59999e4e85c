What vectors of a paid server cost is said before it is asked. The server here has a price, and counts requests:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_EMBED_BASE_URL=http://127.0.0.1:$(cat port)/v1 OPENAI_API_KEY=sk-secret
  $ export QUARRY_EMBED_PROVIDER=openai QUARRY_EMBED_MODEL=any QUARRY_EMBED_PRICE_PER_MILLION=100
  $ mkdir docs
  $ printf 'The moon is 384,400 km away. It is round.\n' > docs/moon.txt
  $ printf 'Cheese is yellow. It is made of milk.\n' > docs/cheese.txt
  $ quarry ingest --dry-run docs
  would be: 2 added; 2 chunks, 80 B in * s (glob)
  embedding about 24 tokens with any costs about 0.0024 (100 for a million)
  add     docs/cheese.txt (1 chunk)
  add     docs/moon.txt (1 chunk)
  $ quarry ingest --dry-run docs --max-cost 1 > /dev/null 2>&1
  $ quarry ingest --dry-run docs --max-cost 0.001
  would be: 2 added; 2 chunks, 80 B in * s (glob)
  embedding about 24 tokens with any costs about 0.0024 (100 for a million)
  error: nothing was embedded
  caused by: embedding about 24 tokens with any costs about 0.0024 (100 for a million), more than --max-cost 0.001
  hint: raise --max-cost, or ingest less; the stored documents can be searched by words
  add     docs/cheese.txt (1 chunk)
  add     docs/moon.txt (1 chunk)
  [16]
  $ test -e .quarry || test -s log || echo nothing was done, nobody was asked
  nothing was done, nobody was asked

What would cost too much is not begun; the documents are in all the same:

  $ quarry ingest docs --max-cost 0.001
  created a knowledge base: .quarry/base.db
  2 added; 2 chunks, 80 B in * s (glob)
  error: nothing was embedded
  caused by: embedding about 24 tokens with any costs about 0.0024 (100 for a million), more than --max-cost 0.001
  hint: raise --max-cost, or ingest less; the stored documents can be searched by words
  [16]
  $ test -s log || echo nobody was asked
  nobody was asked
  $ quarry search -q --mode lexical --format files cheese
  docs/cheese.txt
  $ quarry ingest docs --max-cost 1 2>&1
  2 unchanged; 0 chunks, * B in * s (glob)
  embedded 2 texts with openai:any
  $ grep -c embeddings log
  1
  $ quarry ingest --dry-run docs --max-cost 0
  would be: 2 unchanged; 0 chunks, * B in * s (glob)
  embedding about 0 tokens with any costs about 0 (100 for a million)

A price that nobody knows cannot be kept to:

  $ QUARRY_EMBED_PRICE_PER_MILLION=-1 QUARRY_EMBED_BASE_URL=https://example.com/v1 quarry ingest docs --max-cost 1
  error: cannot enforce --max-cost for the model any
  caused by: its price is unknown
  hint: set it: quarry config set embed.price_per_million AMOUNT (0 for a server of your own)
  [2]
  $ QUARRY_EMBED_PRICE_PER_MILLION=-1 quarry ingest --dry-run docs --max-cost 0
  would be: 2 unchanged; 0 chunks, * B in * s (glob)
  embedding about 0 tokens with any costs about 0 (0 for a million)
  $ quarry ingest docs --max-cost -1
  error: --max-cost cannot be '-1'
  caused by: it must be a number, 0 or more
  hint: see: quarry ingest --help
  [2]
  $ kill $server; wait $server 2> /dev/null || true
