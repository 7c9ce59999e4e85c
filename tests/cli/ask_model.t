A server on this machine that speaks OpenAI's protocol stands in for a model:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_CHAT_BASE_URL=http://127.0.0.1:$(cat port)/v1
  $ export QUARRY_CACHE_ENABLED=false
  $ printf 'Cheese is yellow.\nThe moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ function ask { quarry ask --quiet 'How far is the moon?' --model "$@"; }

The model's answer is printed as it comes; its citations are tied to sentences and checked:

  $ ask any
  The moon is 384,400 km away [1].
  
  Sources:
  [1] moon.txt:2  Cheese is yellow.
      "The moon is 384,400 km away."
  $ ask any --answer-only
  The moon is 384,400 km away.
  $ ask any --format md
  The moon is 384,400 km away[^1].
  
  [^1]: [`moon.txt:2`](<moon.txt#L2>) Cheese is yellow.
      \xe2\x80\x9cThe moon is 384,400 km away.\xe2\x80\x9d (esc)
  $ ask any --json
  {
    "schema": "quarry.ask/1",
    "question": "How far is the moon?",
    "kind": "model",
    "form": null,
    "answered": true,
    "answer": "The moon is 384,400 km away [1].",
    "citations": [
      {
        "number": 1,
        "uri": "moon.txt",
        "title": "Cheese is yellow.",
        "heading_path": [],
        "start_byte": 18,
        "end_byte": 46,
        "start_line": 2,
        "end_line": 2,
        "page": null,
        "quote": "The moon is 384,400 km away.",
        "sha256": "ffbd5bbe1f74f00a3f36eaa700c866dc815e9001030ac3ef1b6c50f31c28d40c",
        "overlap": 1.0
      }
    ],
    "sentences": [
      {
        "text": "The moon is 384,400 km away [1].",
        "start_byte": 0,
        "end_byte": 32,
        "cites": [
          1
        ],
        "verdict": "supported",
        "support": 1.0,
        "problems": []
      }
    ],
    "unknown_citations": [],
    "model": "any",
    "finish_reason": "stop",
    "usage": {
      "input_tokens": 12,
      "output_tokens": 7
    },
    "cost": 0.0,
    "cached": false,
    "mode": "lexical",
    "sources": 1,
    "score": 0.*, (glob)
    "note": "searched by words only: there are no vectors to search by; quarry embed tells why",
    "retries": null,
    "warnings": []
  }
  $ quarry ask --require-citations --quiet 'How far is the moon?' --model no-citation > /dev/null 2>&1
  [13]
  $ ask any --require-citations --json > answer.json
  $ quarry verify answer.json | tail -1
  1 of 1 sentences supported; 1 of 1 citations hold
  $ for model in slow crlf cr comments not-streaming flaky; do ask $model | head -1; done
  The moon is 384,400 km away [1].
  The moon is 384,400 km away [1].
  The moon is 384,400 km away [1].
  The moon is 384,400 km away [1].
  The moon is 384,400 km away [1].
  The moon is 384,400 km away [1].

What was sent: the question, the passages, no key when there is none:

  $ tail -1 log | /usr/bin/python3 -c 'import json,sys; r = json.loads(sys.stdin.read()); b = json.loads(r["body"]); print(r["path"], r["authorization"], sorted(b), [m["role"] for m in b["messages"]])'
  /v1/chat/completions None ['messages', 'model', 'stream', 'stream_options'] ['system', 'user']

What a reader should know of an answer:

  $ ask wrong-citation 2>&1
  The moon is 384,400 km away [1][9].
  
  Sources:
  [1] moon.txt:2  Cheese is yellow.
      "The moon is 384,400 km away."
  warning: the model cited source [9], which does not exist
  $ ask no-citation 2>&1
  The moon is far away.
  
  Not supported by the sources:
  - uncited: The moon is far away.
      it cites nothing
  warning: the model cited no source: nothing of this answer was checked
  $ ask too-long 2>&1
  The moon is
  
  Not supported by the sources:
  - uncited: The moon is
      it cites nothing
  warning: the model stopped at its length limit (chat.max_tokens): the answer is cut off
  warning: the model cited no source: nothing of this answer was checked
  $ ask no-done 2>&1 | tail -1
  warning: the server did not say that the answer is complete
  $ ask escapes 2> stderr | cat -v
  red ink here [1].
  
  Sources:
  [1] moon.txt:1  Cheese is yellow.
      "Cheese is yellow."
  
  Not supported by the sources:
  - unsupported: red ink here [1].
      not in the source: red, ink
  $ cat stderr
  $ ask split-utf8 2> /dev/null
  caf\xc3\xa9 \xf0\x9f\x8c\x99 (esc)
  
  Not supported by the sources:
  - uncited: caf\xc3\xa9 \xf0\x9f\x8c\x99 (esc)
      it cites nothing

The model may say that the documents do not; nobody asks it when nothing was found:

  $ ask does-not-know
  The documents do not say.
  [10]
  $ ask mute 2>&1
  error: the model returned no text
  hint: ask again, or ask another model: --model
  [14]
  $ wc -l < log > before
  $ quarry ask -q --model any 'Xylophone?' 2>&1
  error: the documents do not say
  caused by: nothing in the knowledge base fits the question
  hint: use words from the documents, or see what is there: quarry search WORDS
  [10]
  $ wc -l < log | diff before -

Failures: each with its own exit code, without the key:

  $ export OPENAI_API_KEY=sk-very-secret
  $ ask unauthorised 2>&1
  error: cannot ask the model: http://127.0.0.1:*/v1/chat/completions answered 401 (not authorised) (glob)
  caused by: the server reports: Incorrect API key provided: [key]. Get one.
  hint: check the API key, and that it may use this model
  [14]
  $ ask unauthorised --json 2>&1
  {"schema":"quarry.error/1","error":{"code":"provider_failed","exit_code":14,"message":"cannot ask the model: http://127.0.0.1:*/v1/chat/completions answered 401 (not authorised)","causes":["the server reports: Incorrect API key provided: [key]. Get one."],"hint":"check the API key, and that it may use this model"}} (glob)
  [14]
  $ ask server-error 2>&1
  error: cannot ask the model: http://127.0.0.1:*/v1/chat/completions answered 500 (server error) (glob)
  caused by: the server reports: the flux capacitor broke
  caused by: tried 3 times, waiting 0.0 s in total
  hint: the server has a problem: try again later
  [14]
  $ ask rate-limited 2>&1
  error: cannot ask the model: http://127.0.0.1:*/v1/chat/completions answered 429 (too many requests) (glob)
  caused by: the server reports: slow down
  caused by: tried 3 times, waiting 0.0 s in total
  hint: wait a while, then run the command again
  [15]
  $ wc -l < log > before
  $ ask limited-for-long 2>&1
  error: cannot ask the model: http://127.0.0.1:*/v1/chat/completions answered 429 (too many requests) (glob)
  caused by: the server asks to wait 15 min
  caused by: the server reports: slow down
  hint: run the command again in 15 min
  [15]
  $ echo "asked $(($(wc -l < log) - $(cat before))) times"
  asked 1 times
  $ ask quota 2>&1
  error: cannot ask the model: http://127.0.0.1:*/v1/chat/completions answered 429 (too many requests) (glob)
  caused by: the server reports: You exceeded your current quota
  hint: the account's quota is used up: check its plan and billing
  [15]
  $ ask html 2>&1
  error: the server's answer is not a model's
  caused by: it is a web page
  caused by: it reports: Welcome to nginx
  hint: check chat.provider and chat.base_url, or those of the model's profile: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]
  $ ask nonsense 2>&1
  error: the server's answer is not a model's
  caused by: there is no answer in it
  caused by: it reports: lorem ipsum dolor
  hint: check chat.provider and chat.base_url, or those of the model's profile: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]
  $ ask empty 2>&1
  error: the server's answer is not a model's
  caused by: it is empty
  hint: check chat.provider and chat.base_url, or those of the model's profile: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]
  $ ask no-choices 2>&1
  error: the server's answer is not a model's
  caused by: it has no choices
  caused by: it reports: {"choices":[],"object":"chat.completion"}
  hint: check chat.provider and chat.base_url, or those of the model's profile: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]
  $ ask not-json-event 2>&1
  error: the server's answer is not a model's
  caused by: it is not JSON
  caused by: it reports: lorem ipsum
  hint: check chat.provider and chat.base_url, or those of the model's profile: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]
  $ ask mid-stream-error 2>&1
  The moon 
  error: the model's answer ended too early
  caused by: the server reports: out of memory with Bearer [key]
  [14]
  $ ask cut-off 2>&1
  The moon is 
  error: the answer ended too early: http://127.0.0.1:*/v1/chat/completions (glob)
  caused by: the server closed the connection before its answer was complete
  [14]
  $ ask drop 2>&1
  error: no answer from http://127.0.0.1:*/v1/chat/completions (glob)
  caused by: the server closed the connection without an answer
  [14]
  $ ask huge 2>&1
  error: the server's answer is not a model's
  caused by: it is blank
  hint: check chat.provider and chat.base_url, or those of the model's profile: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]
  $ ask hang --config chat.timeout=1 2>&1
  error: no answer from http://127.0.0.1:*/v1/chat/completions (glob)
  caused by: no data for 1 s
  hint: try again, or allow more time in the configuration
  [14]
  $ ask silent --config chat.timeout=1 2>&1
  The moon 
  error: the answer ended too early: http://127.0.0.1:*/v1/chat/completions (glob)
  caused by: no data for 1 s
  hint: try again, or allow more time in the configuration
  [14]
  $ QUARRY_CHAT_BASE_URL=http://127.0.0.1:$(cat port)/wrong ask any 2>&1
  error: cannot ask the model: http://127.0.0.1:*/wrong/chat/completions answered 404 (not found) (glob)
  caused by: the server reports: no such path: /wrong/chat/completions
  hint: check the model's name, and the address: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]

Nobody listens there any more:

  $ kill $server; wait $server 2> /dev/null || true
  $ ask any 2>&1
  error: no answer from http://127.0.0.1:*/v1/chat/completions (glob)
  caused by: Connection refused
  hint: check that the server is running and that the address is right
  [14]

Settings that cannot work:

  $ quarry ask --provider openai moon 2>&1
  error: no chat model is configured
  caused by: chat.provider is openai, which needs chat.model
  hint: name one: quarry ask --model NAME, or quarry config set chat.model NAME
  [2]
  $ OPENAI_API_KEY= QUARRY_CHAT_BASE_URL=https://example.com/v1 ask any 2>&1
  error: no API key for https://example.com/v1
  caused by: the environment variable OPENAI_API_KEY is not set
  hint: put the key into that variable (export OPENAI_API_KEY=\xe2\x80\xa6), or name another one with chat.api_key_env; for a server that needs none: --config chat.api_key_env= (esc)
  [2]
  $ QUARRY_CHAT_BASE_URL=http://example.com/v1 ask any 2>&1
  error: will not send an API key to http://example.com/v1/chat/completions
  caused by: over plain http anyone on the network can read the key
  hint: use https://; for a server that needs no key, set chat.api_key_env or embed.api_key_env to an empty text
  [2]
  $ QUARRY_CHAT_BASE_URL=http://nowhere.invalid/v1 ask any --config chat.api_key_env= 2>&1
  error: no answer from http://nowhere.invalid/v1/chat/completions
  caused by: the host name is not known
  hint: check the spelling of the address, and the network
  [14]
  $ QUARRY_CHAT_BASE_URL=http://me:hidden@nowhere.invalid/v1 OPENAI_API_KEY= ask any 2>&1
  error: no API key for http://nowhere.invalid/v1
  caused by: the environment variable OPENAI_API_KEY is not set
  hint: put the key into that variable (export OPENAI_API_KEY=\xe2\x80\xa6), or name another one with chat.api_key_env; for a server that needs none: --config chat.api_key_env= (esc)
  [2]
  $ QUARRY_CHAT_BASE_URL=ftp://example.com ask any 2>&1
  error: not a usable web address: ftp://example.com
  caused by: it does not begin with http:// or https://
  hint: write it as http://HOST:PORT/PATH or https://HOST/PATH
  [2]
  $ OPENAI_API_KEY=$'two\nlines' ask any 2>&1
  error: cannot send the header Authorization
  caused by: it holds a control character
  hint: look for a line break in the environment variable that holds the key
  [2]
