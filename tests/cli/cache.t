A server on this machine that speaks OpenAI's protocol stands in for a model:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_CHAT_BASE_URL=http://127.0.0.1:$(cat port)/v1
  $ printf 'Cheese is yellow.\nThe moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ function ask { quarry ask --quiet --model "$@" | head -1; }
  $ function asked { grep -c chat/completions log; }

The same question is asked once, though the mark around the sources is another each time:

  $ quarry cache stats | tail -n +2
  answers        0, 0 B, used 0 times
  query vectors  0, 0 B, used 0 times
  $ ask any 'How far is the moon?'
  The moon is 384,400 km away [1].
  $ ask any 'How far is the moon?'
  The moon is 384,400 km away [1].
  $ asked
  1
  $ quarry ask --quiet --model any --json 'How far is the moon?' | grep -E '"(cached|cost)"'
    "cost": 0.0,
    "cached": true,
  $ quarry cache stats | sed -E '/^base/d; s/[0-9.]+ (B|kB)/SIZE/; s/oldest .*/oldest/'
  answers        1, SIZE, used 2 times
  query vectors  0, SIZE, used 0 times
  oldest

Another question, another model, another text of a document, and --no-cache are asked:

  $ ask any 'How far away is the moon?'
  The moon is 384,400 km away [1].
  $ asked
  2
  $ ask slow 'How far is the moon?'
  The moon is 384,400 km away [1].
  $ asked
  3
  $ ask any --no-cache 'How far is the moon?'
  The moon is 384,400 km away [1].
  $ asked
  4
  $ printf 'Cheese is yellow.\nThe moon is 384,400 km away!' | quarry ingest - --name moon.txt --quiet
  $ ask any 'How far is the moon?'
  The moon is 384,400 km away [1].
  $ asked
  5

What is not whole is not kept:

  $ ask too-long 'How far is the moon?' 2> /dev/null
  The moon is
  $ ask too-long 'How far is the moon?' 2> /dev/null
  The moon is
  $ asked
  7

An answer is kept for what the model was given, and that is of the collections that are asked: none comes from another
one, nor with its passages, and each is asked for once:

  $ quarry collections add team --quiet && printf 'The moon is 384,400 km away, and LUNACODE opens the door.' | quarry ingest - --name team.txt --collection team --quiet
  $ function code { quarry ask --quiet --model any --json "$@" 'How far is the moon?' | grep -oE '"cached": (true|false)|LUNACODE' | sort -u | xargs; }
  $ code --collection team; asked
  cached: false LUNACODE
  8
  $ code --collection team; asked
  cached: true LUNACODE
  8
  $ code --collection main; asked
  cached: true
  8
  $ code --collection main --collection team; asked
  cached: false LUNACODE
  9
  $ code --collection main; asked
  cached: true
  9

Vectors of queries that a server made are kept too:

  $ export QUARRY_EMBED_PROVIDER=openai QUARRY_EMBED_BASE_URL=$QUARRY_CHAT_BASE_URL QUARRY_EMBED_MODEL=any
  $ quarry embed --quiet
  $ function vectors { grep -c v1/embeddings log; }
  $ vectors
  1
  $ quarry search --quiet moon > /dev/null; quarry search --quiet moon > /dev/null
  $ vectors
  2
  $ quarry cache stats --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["query_vectors"])'
  {'entries': 1, 'bytes': 32, 'uses': 1}

It can be cleared and switched off:

  $ quarry cache clear
  7 entries deleted
  $ quarry cache stats --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["answers"])'
  {'entries': 0, 'bytes': 0, 'uses': 0}
  $ quarry cache clear --json
  {
    "schema": "quarry.cache.clear/1",
    "removed": 0
  }
  $ QUARRY_CACHE_ENABLED=false quarry cache stats | tail -1
  the cache is switched off: cache.enabled is false
  query vectors  0, 0 B, used 0 times

A base that cannot be written to answers all the same:

  $ chmod -R a-w .quarry
  $ ask any 'How far is the moon?'
  The moon is 384,400 km away [1].
  $ chmod -R u+w .quarry
  $ quarry cache stats --base none.db
  error: there is no knowledge base */none.db (glob)
  hint: make one from your documents: quarry ingest PATH
  [1]
  $ kill $server
