A model has a name of its own, with its provider, address, key and headers. A server here speaks all protocols, and
writes down what reaches it:

  $ mkfifo alive; /usr/bin/python3 "$TESTDIR/../support/chat_server.py" "$PWD/log" < alive > url & exec 9> alive
  $ for i in $(seq 300); do test -s url && break; sleep 0.1; done; url=$(cat url)
  $ export QUARRY_CACHE_ENABLED=false OPENAI_API_KEY=sk-openai ANTHROPIC_API_KEY=sk-anthropic GEMINI_API_KEY=sk-gemini
  $ export TEAM_KEY=sk-team GATEWAY_KEY=sk-gateway
  $ printf 'Cheese is yellow.\nThe moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ function ask { quarry ask --quiet 'How far is the moon?' "$@" 2>&1 | head -1; tail -n 1 log; }
  $ quarry config set --user models.local.provider openai
  models.local.provider = "openai" in */.config/quarry/config.toml (glob)
  $ quarry config set --quiet --user models.local.model any
  $ quarry config set --quiet --user models.local.base_url "$url/local/v1"
  $ quarry config set --quiet --user models.local.api_key_env TEAM_KEY
  $ quarry config set --quiet --user models.local.headers '{"X-Team": "$GATEWAY_KEY"}'
  $ quarry config set --quiet --user models.claude.model anthropic:claude-haiku-4-5
  $ quarry config set --quiet --user models.claude.base_url "$url/claude/v1"
  $ quarry config set --quiet --user models.google.provider gemini
  $ quarry config set --quiet --user models.google.model gemini-2.5-flash
  $ quarry config set --quiet --user models.google.base_url "$url/google/v1"
  $ cat ~/.config/quarry/config.toml
  [models.local]
  provider = "openai"
  model = "any"
  base_url = "http://127.0.0.1:*/local/v1" (glob)
  api_key_env = "TEAM_KEY"
  headers = "{\"X-Team\": \"$GATEWAY_KEY\"}"
  
  [models.claude]
  model = "anthropic:claude-haiku-4-5"
  base_url = "http://127.0.0.1:*/claude/v1" (glob)
  
  [models.google]
  provider = "gemini"
  model = "gemini-2.5-flash"
  base_url = "http://127.0.0.1:*/google/v1" (glob)

Each goes to its own address, with its own key and headers; /v1 at the end of an address is not asked for twice:

  $ ask -m local
  The moon is 384,400 km away [1].
  /local/v1/chat/completions Authorization=Bearer sk-team X-Team=sk-gateway
  $ ask -m claude
  The moon is 384,400 km away. [1]
  /claude/v1/messages x-api-key=sk-anthropic
  $ ask -m google
  The moon is 384,400 km away [1].
  /google/v1/models/gemini-2.5-flash:streamGenerateContent x-goog-api-key=sk-gemini

A name that is nearly one of them is a mistake, and no server is asked for it; with its provider it is a model's:

  $ quarry ask --quiet -m locl 'How far is the moon?'
  error: there is no model profile [models.locl]
  hint: did you mean local? A model that is called so is written with its provider: openai:locl
  [2]
  $ quarry embed -m gogle
  error: unknown provider for the model gogle
  caused by: embed.provider is builtin
  hint: did you mean google?
  [2]

The other commands that ask a model take the same names:

  $ printf 'How far is the moon?\n' | quarry batch -m local - 2> /dev/null | grep -c 384,400; tail -n 1 log
  1
  /local/v1/chat/completions Authorization=Bearer sk-team X-Team=sk-gateway
  $ printf 'How far is the moon?\n/model claude\nHow far is the moon?\n/model other\nHow far is the moon?\n' | quarry chat -m local --config chat.follow_ups=none > /dev/null 2>&1; grep -v '^/google' log | tail -n 3
  /local/v1/chat/completions Authorization=Bearer sk-team X-Team=sk-gateway
  /claude/v1/messages x-api-key=sk-anthropic
  /claude/v1/messages x-api-key=sk-anthropic

An address that was set for one provider is not for another one, and neither is its key:

  $ export QUARRY_CHAT_PROVIDER=openai QUARRY_CHAT_BASE_URL=$url/mine/v1 QUARRY_CHAT_API_KEY_ENV=TEAM_KEY
  $ ask -m any
  The moon is 384,400 km away [1].
  /mine/v1/chat/completions Authorization=Bearer sk-team
  $ ask -m openai:any
  The moon is 384,400 km away [1].
  /mine/v1/chat/completions Authorization=Bearer sk-team
  $ wc -l < log > before; https_proxy=http://127.0.0.1:9 ask -m anthropic:any --config chat.retries=0 | head -1; wc -l < log | diff before -
  error: no answer from https://api.anthropic.com/v1/messages
  $ unset QUARRY_CHAT_PROVIDER
  $ ask -m any
  The moon is 384,400 km away [1].
  /mine/v1/chat/completions Authorization=Bearer sk-team
  $ https_proxy=http://127.0.0.1:9 ask -m anthropic:any --config chat.retries=0 | head -1; wc -l < log > after; echo $(($(cat after) - $(cat before)))
  error: no answer from https://api.anthropic.com/v1/messages
  1
  $ ask -m vllm:any | tail -n 1
  /mine/v1/chat/completions Authorization=Bearer sk-team
  $ ask -m claude
  The moon is 384,400 km away. [1]
  /claude/v1/messages x-api-key=sk-anthropic
  $ unset QUARRY_CHAT_BASE_URL QUARRY_CHAT_API_KEY_ENV

What is not an answer of the protocol is said in that protocol's words:

  $ quarry ask -q "How far is the moon?" --provider anthropic -m html --config "chat.base_url=$url"
  error: the server's answer is not a model's
  caused by: it is a web page
  caused by: it reports: Welcome to nginx
  hint: check chat.provider and chat.base_url, or those of the model's profile: Anthropic's is https://api.anthropic.com, and quarry asks /v1/messages below it
  [14]
  $ quarry ask -q "How far is the moon?" --provider gemini -m broken --config "chat.base_url=$url/v1beta" 2>&1 | tail -n 1
  hint: check chat.provider and chat.base_url, or those of the model's profile: Google's is https://generativelanguage.googleapis.com/v1beta, and quarry asks /models/NAME below it
  $ OTEL_EXPORTER_OTLP_HEADERS= quarry trace export --otlp "$url/wrong"
  error: cannot send runs to the collector: http://127.0.0.1:*/wrong answered 404 (not found) (glob)
  * (glob)
  hint: check the collector's address: the one of its OTLP receiver over HTTP, whose port is mostly 4318; without a path quarry sends to /v1/traces
  [14]

Profiles are shown with the settings and with the models, without what is secret:

  $ quarry config set --quiet --user models.local.headers '{"X-Team": "s3cret"}'
  $ quarry config set --quiet --user models.local.base_url "http://me:s3cret@127.0.0.1:9/v1"
  $ quarry config show --changed --origin | grep local
  models.local.api_key_env = "TEAM_KEY"           # */.config/quarry/config.toml:5 (glob)
  models.local.base_url = "http://me:***@127.0.0.1:9/v1" # */.config/quarry/config.toml:4 (glob)
  models.local.headers = "{\"X-Team\":\"***\"}"   # */.config/quarry/config.toml:6 (glob)
  models.local.model = "any"                      # */.config/quarry/config.toml:3 (glob)
  models.local.provider = "openai"                # */.config/quarry/config.toml:2 (glob)
  $ quarry config get models.local.headers; quarry config get models.local.base_url; quarry config get models.local.price_input
  {"X-Team":"***"}
  http://me:***@127.0.0.1:9/v1
  -1
  $ quarry config show --json | grep -c s3cret
  0
  [1]
  $ quarry models ls
  in the settings:
    claude  anthropic:claude-haiku-4-5 at http://127.0.0.1:*/claude/v1 (glob)
    google  gemini:gemini-2.5-flash at http://127.0.0.1:*/google/v1 (glob)
    local  openai:any at http://me:***@127.0.0.1:9/v1
  $ quarry models ls --json | grep -A6 '"profiles"'
    "profiles": [
      {
        "name": "claude",
        "provider": "anthropic",
        "model": "claude-haiku-4-5",
        "address": "http://127.0.0.1:*/claude/v1", (glob)
        "origin": "*/.config/quarry/config.toml:9" (glob)

Names and values are checked like all settings:

  $ quarry config set --user models.local.modle any
  error: unknown setting models.local.modle
  hint: did you mean models.local.model?
  [2]
  $ quarry config set --user models.local.provider opnai
  error: models.local.provider cannot be "opnai"
  hint: did you mean openai? It is one of * (glob)
  [2]
  $ quarry config get models.local
  error: models.local is a section of settings, not a setting
  hint: one of its settings is models.local.api_key_env
  [2]
  $ quarry config set --user models.local.api_key sk-1
  error: keys and passwords are not kept in the configuration (models.local.api_key)
  hint: put the key in an environment variable and its name in models.local.api_key_env
  [2]
  $ quarry config set --quiet --user models.vectors.model voyage:voyage-4
  $ quarry ask -m vectors x
  error: models.vectors: chat.provider cannot be "voyage"
  hint: * (glob)
  [2]

A project's file may have models, and may not say where a key goes:

  $ mkdir project; cd project; quarry init --quiet
  $ quarry config set models.team.headers '{"X-Team": "s3cret"}'
  error: a password must not be in a project's file (models.team.headers)
  caused by: others can read the file, and it is committed with the project
  hint: write "$NAME" for the value, and put it into that environment variable
  [2]
  $ quarry config set models.team.api_key_env AWS_SECRET_ACCESS_KEY 2>&1 | sed 's/.*toml: //'
  a project's file may not set models.team.api_key_env = "AWS_SECRET_ACCESS_KEY": it determines where your key is sent
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or say so in your own file: quarry config set --user models.team.api_key_env VALUE
  $ quarry config set models.team.command 'sh -c id' 2>&1 | head -1 | sed 's/.*toml: //'
  a project's file may not set models.team.command = "sh -c id": it determines which commands run
  $ quarry config set models.team.base_url https://models.example.com 2>&1 | head -1 | sed 's/.*toml: //'
  a project's file may not set models.team.base_url = "https://models.example.com": it determines where your key is sent
  $ printf '[models.team]\nmodel = "openai:any"\nbase_url = "%s/team/v1"\n' "$url" > quarry.toml
  $ printf 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ quarry ask -q -m team 'How far is the moon?' 2>&1 | head -1 | sed 's/.*toml/quarry.toml/'
  quarry.toml:3: a project's file may not set models.team.base_url = "http://127.0.0.1:*/team/v1": your key for the provider is sent to whatever listens there (glob)
  $ OPENAI_API_KEY= quarry ask -q -m team 'How far is the moon?' | head -1
  The moon is 384,400 km away [1].
  $ printf '[models.claude]\nmodel = "openai:any"\n' > quarry.toml
  $ quarry ask -q -m claude 'How far is the moon?' 2>&1 | head -1 | sed 's/.*toml/quarry.toml/'
  quarry.toml:2: a project's file may not set models.claude.model = "openai:any": it replaces your own model of that name
  $ quarry ask -q 'How far is the moon?' | head -1
  The moon is 384,400 km away. [1]

The model of a base's vectors is found again by what its profile says:

  $ cd ..; mkdir vectors; cd vectors
  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ printf 'The moon is far away.\n' > moon.txt; printf 'Cheese is yellow.\n' > cheese.txt; quarry ingest --quiet moon.txt cheese.txt
  $ quarry config set --quiet --user models.vectors.model openai:any
  $ quarry config set --quiet --user models.vectors.base_url "http://127.0.0.1:$(cat port)/v1"
  $ quarry config set --quiet --user models.vectors.api_key_env TEAM_KEY
  $ quarry config set --quiet --user models.vectors.price_input 5
  $ quarry embed -m vectors --dry-run
  3 texts of about 25 tokens to embed with openai:any, in 1 requests or more
  embedding about 25 tokens with any costs about 0.000125 (5 for a million)
  duration unknown before the first run
  $ quarry embed -m vectors 2>&1
  embedded 3 texts with openai:any
  $ quarry search --limit 1 --format files moon
  moon.txt
  $ grep -c 'Bearer sk-team' log; grep -c sk-openai log
  2
  0
  [1]

Without its address, searches go by words and texts are kept, unless vectors are asked for by name:

  $ quarry config set --quiet --user models.vectors.base_url ''
  $ quarry search --limit 1 --format files moon
  the vectors of the base cannot be used: no server is set for openai:any: the vectors in the base were made at http://127.0.0.1:*/v1, and embed.base_url is not set (set the address of a server that you trust: quarry config set --user embed.base_url URL; or make other vectors: quarry embed --model MODEL) (glob)
  moon.txt
  $ quarry search --mode vector moon
  error: no server is set for openai:any
  caused by: the vectors in the base were made at http://127.0.0.1:*/v1, and embed.base_url is not set (glob)
  hint: set the address of a server that you trust: quarry config set --user embed.base_url URL; or make other vectors: quarry embed --model MODEL
  [2]
  $ printf 'The sun is hot.\n' > sun.txt; quarry ingest sun.txt 2>&1 | sed 's/ in .* s$//; s/: no server.*//'
  texts are kept, and their vectors wait for quarry embed
  1 added; 1 chunk, 16 B
  $ quarry search -q --limit 1 --format files sun
  sun.txt
  $ kill $server; exec 9>&-
