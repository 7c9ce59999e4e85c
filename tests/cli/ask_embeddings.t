Vectors of a server that speaks OpenAI's protocol, for ingest, search and ask:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_EMBED_BASE_URL=http://127.0.0.1:$(cat port)/v1
  $ export QUARRY_EMBED_PROVIDER=openai QUARRY_EMBED_MODEL=any OPENAI_API_KEY=sk-very-secret
  $ printf 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ printf 'Cheese is yellow.' | quarry ingest - --name cheese.txt --quiet
  $ quarry ask -q --mode vector 'How far is the moon?' | head -1
  The moon is 384,400 km away. [1]
  $ quarry ask -q --json 'How far is the moon?' | grep '"mode"'
    "mode": "hybrid",
  $ grep -c '"path": "/v1/embeddings", "authorization": "Bearer sk-very-secret"' log > /dev/null

A server that fails is told, with what to do and without the key; the base stays as it was:

  $ function embed { echo moon | QUARRY_EMBED_MODEL=$1 quarry embed --quiet 2>&1; }
  $ embed wrong-count
  error: the answer is not usable as embeddings
  caused by: it has 1 vectors for 2 texts
  hint: check embed.provider, embed.base_url and embed.model: the server must speak that provider's protocol
  [14]
  $ embed wrong-dimension
  error: the answer is not usable as embeddings
  caused by: a vector has 2 dimensions where 8 are expected
  hint: check embed.provider, embed.base_url and embed.model: the server must speak that provider's protocol
  [14]
  $ embed nan
  error: the answer is not usable as embeddings
  caused by: a vector holds a value that is not a finite number
  hint: check embed.provider, embed.base_url and embed.model: the server must speak that provider's protocol
  [14]
  $ embed base64-infinity
  error: the answer is not usable as embeddings
  caused by: a vector holds a value that is not a finite number
  hint: check embed.provider, embed.base_url and embed.model: the server must speak that provider's protocol
  [14]
  $ embed double-index
  error: the answer is not usable as embeddings
  caused by: it has two vectors for text 0
  hint: check embed.provider, embed.base_url and embed.model: the server must speak that provider's protocol
  [14]
  $ embed html
  error: the answer is not usable as embeddings
  caused by: it is not JSON
  caused by: it reports: Welcome to nginx
  hint: check embed.provider, embed.base_url and embed.model: the server must speak that provider's protocol
  [14]
  $ embed server-error
  error: cannot embed: http://127.0.0.1:*/v1/embeddings answered 500 (server error) (glob)
  caused by: the server reports: the flux capacitor broke
  hint: the server has a problem: try again later
  [14]
  $ embed rate-limited
  error: cannot embed: http://127.0.0.1:*/v1/embeddings answered 429 (too many requests) (glob)
  caused by: the server reports: slow down
  hint: wait a while, then run the command again
  [15]
  $ embed unauthorised
  error: cannot embed: http://127.0.0.1:*/v1/embeddings answered 401 (not authorised) (glob)
  caused by: the server reports: Incorrect API key provided: [key]. Get one.
  hint: check the API key, and that it may use this model
  [14]
  $ QUARRY_EMBED_TIMEOUT=1 embed hang
  error: no answer from http://127.0.0.1:*/v1/embeddings (glob)
  caused by: no complete answer within 1 s
  hint: try again, or allow more time in the configuration
  [14]
  $ kill $server; wait $server 2> /dev/null || true
  $ embed any-other
  error: no answer from http://127.0.0.1:*/v1/embeddings (glob)
  caused by: Connection refused
  hint: check that the server is running and that the address is right
  [14]
  $ quarry ask -q --mode lexical 'How far is the moon?' | head -1
  The moon is 384,400 km away. [1]

Where the server cannot be asked, search goes by words and says so; by meaning alone is an error:

  $ quarry search --format files moon 2>&1
  searched by words only: no answer from http://127.0.0.1:*/v1/embeddings (Connection refused) (glob)
  moon.txt
  $ quarry search --json moon 2> /dev/null | grep '"note"'
    "note": "searched by words only: no answer from http://127.0.0.1:*/v1/embeddings (Connection refused)", (glob)
  $ quarry ask 'How far away is the moon?' 2>&1
  The moon is 384,400 km away. [1]
      moon.txt:1
  searched by words only: no answer from http://127.0.0.1:*/v1/embeddings (Connection refused) (glob)
  $ quarry ask --json 'How far away is the moon?' 2> /dev/null | grep '"note"'
    "note": "searched by words only: no answer from http://127.0.0.1:*/v1/embeddings (Connection refused)", (glob)
  $ echo 'How far away is the moon?' | quarry batch - 2> /dev/null | grep -o '"mode":"[a-z]*"'
  "mode":"lexical"
  $ echo 'How far away is the moon?' | quarry chat --no-save 2>&1 | head -1
  The moon is 384,400 km away. [1]
  $ quarry search --mode vector moon 2>&1
  error: no answer from http://127.0.0.1:*/v1/embeddings (glob)
  caused by: Connection refused
  hint: check that the server is running and that the address is right
  [14]

A question that was asked before has its vector in the base; the sentences have not:

  $ quarry ask 'How far is the moon?' 2>&1
  The moon is 384,400 km away. [1]
      moon.txt:1
  sentences were chosen by words only: no answer from http://127.0.0.1:*/v1/embeddings (glob)
