Every setting has a default:

  $ quarry config show
  agent.durability = "process"
  agent.keep_days = 0
  agent.keep_steps = 0
  agent.max_steps = 1000
  ask.entailment = "none"
  ask.max_context_tokens = 3000
  ask.min_score = 0.5
  ask.redact = "off"
  ask.sources = 6
  ask.template = ""
  base = ""
  batch.parallel = 0
  cache.enabled = true
  cache.max_age = 30.0
  cache.max_bytes = 100000000
  cache.password_env = ""
  cache.url = ""
  chat.api_key_env = "auto"
  chat.api_key_file = ""
  chat.api_version = ""
  chat.base_url = ""
  chat.command = ""
  chat.context = 0
  chat.follow_ups = "model"
  chat.headers = ""
  chat.history_tokens = 2000
  chat.max_cost = 0.0
  chat.max_tokens = 0
  chat.max_tool_rounds = 8
  chat.model = ""
  chat.price_input = -1.0
  chat.price_output = -1.0
  chat.provider = "extractive"
  chat.requests_per_minute = 0
  chat.retries = 2
  chat.threads = 0
  chat.timeout = 120
  chat.tokens_per_minute = 0
  chat.tools = false
  chunk.breakpoint = "percentile"
  chunk.encoding = ""
  chunk.min_size = 0
  chunk.overlap = 0
  chunk.parent_size = 0
  chunk.sentence_vectors = "auto"
  chunk.separators = ""
  chunk.size = 1800
  chunk.strategy = "auto"
  chunk.threshold = 0.0
  chunk.unit = "chars"
  embed.api_key_env = "auto"
  embed.base_url = ""
  embed.batch = 0
  embed.command = ""
  embed.dimensions = 0
  embed.document_prompt = "auto"
  embed.model = ""
  embed.parallel = 4
  embed.price_per_million = -1.0
  embed.provider = "builtin"
  embed.query_prompt = "auto"
  embed.retries = 4
  embed.start = ""
  embed.threads = 0
  embed.timeout = 60
  extract.trusted = ""
  http.ca_file = ""
  http.proxy = ""
  ingest.allow_private = false
  ingest.language = "auto"
  ingest.max_converted_bytes = 40000000
  ingest.max_file_bytes = 100000000
  ingest.ocr = ""
  ingest.redact = ""
  ingest.threads = 0
  ingest.url_timeout = 60
  mcp.write = false
  migrate.dev_url = ""
  migrate.dir = ""
  migrate.env = ""
  migrate.lock = "advisory"
  migrate.lock_wait = 10
  migrate.schema = ""
  migrate.url = ""
  rerank.api_key_env = "auto"
  rerank.base_url = ""
  rerank.command = ""
  rerank.depth = 50
  rerank.model = ""
  rerank.provider = "none"
  rerank.timeout = 60
  search.b = 0.75
  search.body_weight = 1.0
  search.dense_weight = 0.3
  search.exact = false
  search.fusion = "minmax"
  search.heading_weight = 1.0
  search.k1 = 1.2
  search.limit = 10
  search.mode = "hybrid"
  search.title_weight = 1.0
  serve.agents = ""
  serve.audience = "quarry"
  serve.audit_days = 365
  serve.base_connections = 24
  serve.behind_proxy = ""
  serve.generate_per_minute = 0
  serve.hosts = ""
  serve.ingest_per_minute = 0
  serve.issuer = ""
  serve.jwks_private = false
  serve.jwks_url = ""
  serve.keep_runs = 7.0
  serve.listen = "127.0.0.1:8420"
  serve.origins = ""
  serve.search_per_minute = 0
  serve.shared_port = false
  serve.sign_in_per_minute = 20
  serve.tls_certificate = ""
  serve.tls_key = ""
  serve.upload_quota = 10000000000
  trace.content = false
  trace.enabled = true
  trace.max_age = 90.0
  trace.max_runs = 1000
  trace.redact = "default"
  ui.color = "auto"
  ui.hyperlinks = "auto"
  ui.pager = "auto"
  $ quarry config get search.mode
  hybrid
  $ quarry config get chunk.size --json
  {
    "schema": "quarry.config.get/1",
    "key": "chunk.size",
    "value": 1800,
    "origin": "default"
  }

Where the files are:

  $ mkdir project && cd project
  $ quarry config path
  project  */project/quarry.toml (does not exist) (glob)
  user     */.config/quarry/config.toml (does not exist) (glob)
  base     */project/.quarry/base.db (does not exist) (glob)
  prompts  */.config/quarry/prompts (does not exist) (glob)
  $ quarry config path --json
  {
    "schema": "quarry.config.path/1",
    "project": {
      "path": "*/project/quarry.toml", (glob)
      "exists": false
    },
    "user": {
      "path": "*/.config/quarry/config.toml", (glob)
      "exists": false
    },
    "base": {
      "path": "*/project/.quarry/base.db", (glob)
      "exists": false
    },
    "prompts": [
      {
        "path": "*/.config/quarry/prompts", (glob)
        "exists": false
      }
    ]
  }

A setting goes to the project's file, which is made here:

  $ quarry config set chunk.size 900
  chunk.size = 900 in */project/quarry.toml (glob)
  $ cat quarry.toml
  [chunk]
  size = 900

Comments and layout of the file stay:

  $ cat > quarry.toml <<'END'
  > # Our documents are short.
  > [chunk]
  > size = 900   # characters
  > 
  > [search]
  > limit = 5
  > END
  $ quarry config set chunk.size 1200
  chunk.size = 1200 in */project/quarry.toml (glob)
  $ quarry config set chunk.overlap 100
  chunk.overlap = 100 in */project/quarry.toml (glob)
  $ quarry config set search.dense_weight 0.5 --json
  {
    "schema": "quarry.config.set/1",
    "key": "search.dense_weight",
    "value": 0.5,
    "file": "*/project/quarry.toml" (glob)
  }
  $ quarry config set --quiet ui.color never
  $ cat quarry.toml
  # Our documents are short.
  [chunk]
  size = 1200   # characters
  overlap = 100
  
  [search]
  limit = 5
  dense_weight = 0.5
  
  [ui]
  color = "never"

It is found from a folder below, and says so:

  $ mkdir deep && cd deep
  $ quarry config show --origin --changed
  chunk.overlap = 100                             # */project/quarry.toml:4 (glob)
  chunk.size = 1200                               # */project/quarry.toml:3 (glob)
  search.dense_weight = 0.5                       # */project/quarry.toml:8 (glob)
  search.limit = 5                                # */project/quarry.toml:7 (glob)
  ui.color = "never"                              # */project/quarry.toml:11 (glob)
  $ quarry config show --json --changed
  {
    "schema": "quarry.config.show/1",
    "settings": {
      "chunk.overlap": {
        "value": 100,
        "origin": "*/project/quarry.toml:4" (glob)
      },
      "chunk.size": {
        "value": 1200,
        "origin": "*/project/quarry.toml:3" (glob)
      },
      "search.dense_weight": {
        "value": 0.5,
        "origin": "*/project/quarry.toml:8" (glob)
      },
      "search.limit": {
        "value": 5,
        "origin": "*/project/quarry.toml:7" (glob)
      },
      "ui.color": {
        "value": "never",
        "origin": "*/project/quarry.toml:11" (glob)
      }
    },
    "extract_commands": [],
    "tools": [],
    "mcp_servers": []
  }
  $ cd ..

The environment wins over it, the command line over both:

  $ QUARRY_SEARCH_LIMIT=7 quarry config show --origin --changed | grep search.limit
  search.limit = 7                                # environment QUARRY_SEARCH_LIMIT
  $ QUARRY_SEARCH_LIMIT=7 quarry config show --origin --config search.limit=8 | grep search.limit
  search.limit = 8                                # flag --config
  $ QUARRY_SEARCH_LIMIT=7 quarry config set search.limit 9
  search.limit = 9 in */project/quarry.toml (glob)
  warning: the environment variable QUARRY_SEARCH_LIMIT is set and wins over the file

The user's own file lies below the project's:

  $ quarry config set --user search.limit 20
  search.limit = 20 in */.config/quarry/config.toml (glob)
  $ quarry config set --user embed.timeout 5
  embed.timeout = 5 in */.config/quarry/config.toml (glob)
  $ quarry config show --origin | grep -e search.limit -e embed.timeout
  embed.timeout = 5                               # */.config/quarry/config.toml:5 (glob)
  search.limit = 9                                # */project/quarry.toml:7 (glob)

What cannot be set:

  $ quarry config set serch.limit 5
  error: unknown setting serch.limit
  hint: did you mean search.limit?
  [2]
  $ quarry config set search.limit lots
  error: search.limit cannot be "lots"
  hint: search.limit is a whole number; the default is 10
  [2]
  $ quarry config set search.limit 0
  error: search.limit = 0 is out of range
  hint: search.limit must be from 1 to 10000
  [2]
  $ quarry config set search.limit 99999999999999999999
  error: search.limit cannot be "99999999999999999999"
  hint: search.limit is a whole number; the default is 10
  [2]
  $ quarry config set search.mode fuzzy
  error: search.mode cannot be "fuzzy"
  hint: it is one of lexical, vector, hybrid
  [2]
  $ quarry config set search.mode hybird
  error: search.mode cannot be "hybird"
  hint: did you mean hybrid? It is one of lexical, vector, hybrid
  [2]
  $ quarry config set chunk.strategy recursiv
  error: chunk.strategy cannot be "recursiv"
  hint: did you mean recursive? It is one of auto, fixed, recursive, sentence, paragraph, markdown, structure, code, semantic, page, row
  [2]
  $ quarry config set search.dense_weight nan
  error: search.dense_weight = nan is out of range
  hint: search.dense_weight must be from 0 to 1
  [2]
  $ quarry config get password --json
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"keys and passwords are not kept in the configuration (password)","causes":[],"hint":"put the key in an environment variable and its name in chat.api_key_env or embed.api_key_env"}}
  [2]
  $ quarry config set chat.api_key sk-12345
  error: keys and passwords are not kept in the configuration (chat.api_key)
  hint: put the key in an environment variable and its name in chat.api_key_env or embed.api_key_env
  [2]

Where keys are sent is not for a project to say, unless it is this machine or the user says the same:

  $ quarry config set chat.base_url https://models.example.com/v1
  error: */project/quarry.toml: a project's file may not set chat.base_url = "https://models.example.com/v1": it determines where your key is sent (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or say so in your own file: quarry config set --user chat.base_url VALUE
  [2]
  $ quarry config set chat.base_url http://localhost:8080/v1
  chat.base_url = "http://localhost:8080/v1" in */project/quarry.toml (glob)
  $ printf '[chat]\nbase_url = "https://localhost.example.com/v1"\n' > quarry.toml
  $ quarry config show
  error: */project/quarry.toml:2: a project's file may not set chat.base_url = "https://localhost.example.com/v1": it determines where your key is sent (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or say so in your own file: quarry config set --user chat.base_url VALUE
  [2]
  $ printf '[chat]\napi_key_env = "AWS_SECRET_ACCESS_KEY"\n' > quarry.toml
  $ quarry config show
  error: */project/quarry.toml:2: a project's file may not set chat.api_key_env = "AWS_SECRET_ACCESS_KEY": it determines where your key is sent (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or say so in your own file: quarry config set --user chat.api_key_env VALUE
  [2]
  $ QUARRY_CHAT_API_KEY_ENV=MY_KEY quarry config get chat.api_key_env
  MY_KEY
  $ quarry config set --user chat.base_url https://models.example.com/v1
  chat.base_url = "https://models.example.com/v1" in */.config/quarry/config.toml (glob)
  $ printf '[chat]\nbase_url = "https://models.example.com/v1"\n' > quarry.toml
  $ quarry config get chat.base_url
  https://models.example.com/v1

A project is trusted as it is, with all that it asks for:

  $ printf '[chat]\nbase_url = "https://a.example/v1"\n[[tool]]\nname = "x"\ndescription = "d"\ncommand = ["sh", "-c", "id"]\n' > quarry.toml
  $ quarry search moon
  error: */project/quarry.toml:2: a project's file may not set chat.base_url = "https://a.example/v1": it determines where your key is sent (2 of its settings are like this) (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or say so in your own file: quarry config set --user chat.base_url VALUE
  [2]
  $ quarry config trust
  */project/quarry.toml asks for: (glob)
    chat.base_url = "https://a.example/v1"
      it determines where your key is sent
    tool = [ { command = [ 'sh', '-c', 'id' ], description = 'd', name = 'x' } ]
      its commands would be run
  not allowed: quarry config trust --yes allows it
  [1]
  $ quarry config trust --yes --json 2>&1 | grep -E 'schema|allowed|key"'
    "schema": "quarry.config.trust/1",
    "allowed": true,
        "key": "chat.base_url",
        "key": "tool",
  $ quarry config get chat.base_url
  https://a.example/v1
  $ quarry config trust | head -1
  */project/quarry.toml asks for (allowed): (glob)
  $ echo '# another line' >> quarry.toml; quarry config get chat.base_url 2>&1 | cut -c1-5 | head -1
  error
  $ quarry config trust --yes --quiet > /dev/null; quarry config trust --revoke
  no longer allowed
  $ quarry config trust --revoke
  it was not allowed before
  $ printf '[search]\nlimit = 5\n' > quarry.toml; quarry config trust
  */project/quarry.toml has no settings that need your permission (glob)

Files that are not right, each with its line:

  $ printf 'search.limit = "5"\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:1: search.limit cannot be text (glob)
  hint: search.limit is a whole number; the default is 10
  [2]
  $ printf '\n[search]\nlimit = 5.5\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:3: search.limit cannot be a number (glob)
  hint: search.limit is a whole number; the default is 10
  [2]
  $ printf 'search = 5\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:1: search is a section of settings, not a setting (glob)
  hint: one of its settings is search.b
  [2]
  $ printf '[search]\nlimits = 5\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:2: unknown setting search.limits (glob)
  hint: did you mean search.limit?
  [2]
  $ printf '[search]\nlimit = 0\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:2: search.limit = 0 is out of range (glob)
  hint: search.limit must be from 1 to 10000
  [2]
  $ printf '[search]\nlimit = [5]\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:2: search.limit cannot be a list (glob)
  hint: search.limit is a whole number; the default is 10
  [2]
  $ printf '[search\nlimit = 5\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:1: not valid TOML (glob)
  caused by: Error while parsing table header: expected ']', saw '\n'
  hint: the file holds lines such as chunk.size = 1800 or sections such as [chunk]; put text in quotes
  [2]
  $ printf '[search]\nlimit = 5\nlimit = 6\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:3: not valid TOML (glob)
  caused by: Error while parsing key-value pair: cannot redefine existing integer 'limit'
  hint: the file holds lines such as chunk.size = 1800 or sections such as [chunk]; put text in quotes
  [2]
  $ printf 'search.mode = "a\xff"\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:1: not valid TOML (glob)
  caused by: Encountered invalid utf-8 sequence
  hint: the file holds lines such as chunk.size = 1800 or sections such as [chunk]; put text in quotes
  [2]
  $ printf 'chat.api_key = "sk-12345"\n' > quarry.toml; quarry config show
  error: */project/quarry.toml:1: keys and passwords are not kept in the configuration (chat.api_key) (glob)
  hint: put the key in an environment variable and its name in chat.api_key_env or embed.api_key_env
  [2]
  $ printf '[search]\nlimits = 5\n' > quarry.toml; quarry config show --json
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"*/project/quarry.toml:2: unknown setting search.limits","causes":[],"hint":"did you mean search.limit\?"}} (glob)
  [2]
  $ quarry config set search.limit 5
  search.limit = 5 in */project/quarry.toml (glob)
  $ rm quarry.toml; mkdir quarry.toml; quarry config show
  error: cannot use the configuration file */project/quarry.toml (glob)
  caused by: cannot read */project/quarry.toml (glob)
  caused by: Is a directory
  [1]
  $ rmdir quarry.toml; head -c 2000000 /dev/zero > quarry.toml; quarry config show
  error: cannot use the configuration file */project/quarry.toml (glob)
  caused by: cannot read */project/quarry.toml (glob)
  caused by: it is larger than the limit of 1.0 MB
  [1]
  $ rm quarry.toml; QUARRY_SEARCH_LIMIT=x quarry config show
  error: environment QUARRY_SEARCH_LIMIT: search.limit cannot be "x"
  hint: search.limit is a whole number; the default is 10
  [2]

A file that cannot be edited safely is left alone:

  $ printf 'search = { mode = "lexical" }\n' > quarry.toml
  $ quarry config set search.limit 5
  error: cannot edit */project/quarry.toml (glob)
  caused by: cannot change search.limit in the file as it is written
  hint: edit it by hand: search.limit = 5
  [1]
  $ quarry config set search.mode vector
  search.mode = "vector" in */project/quarry.toml (glob)
  $ cat quarry.toml
  search = { mode = "vector" }

The schema of the file, for editors:

  $ quarry config schema | python3 -c 'import json, sys; s = json.load(sys.stdin); print(s["$schema"], s["properties"]["search"]["properties"]["limit"])'
  https://json-schema.org/draft/2020-12/schema {'description': 'Maximum number of results', 'type': 'integer', 'minimum': 1, 'maximum': 10000, 'default': 10}

What is set to its default is no change:

  $ rm quarry.toml
  $ quarry config set search.limit 10 --quiet
  $ quarry config show --changed | grep -c search.limit
  0
  [1]
  $ quarry config set search.limit 11 --quiet
  $ quarry config show --changed | grep search.limit
  search.limit = 11

Passwords in addresses and headers are not shown, and `config set` keeps them out of a project's file:

  $ quarry config set migrate.url postgresql://me:LEAKPW@db/shop
  error: a password must not be in a project's file (migrate.url)
  caused by: others can read the file, and it is committed with the project
  hint: leave it out; PGPASSWORD or ~/.pgpass has it, or your own file: quarry config set --user
  [2]
  $ printf '[migrate]\nurl = "postgresql://me:LEAKPW@db/shop"\n' > quarry.toml
  $ quarry config set --user chat.headers '{"X-Key":"LEAKPW","X-Name":"$NAME"}'
  chat.headers = "{\"X-Key\":\"***\",\"X-Name\":\"$NAME\"}" in */config.toml (glob)
  $ quarry config set --user http.proxy http://me:LEAKPW@proxy:3128 --json | grep value
    "value": "http://me:***@proxy:3128",
  $ stat -c %a "${XDG_CONFIG_HOME:-$HOME/.config}/quarry/config.toml"
  600
  $ { quarry config show; quarry config show --json; quarry config show --origin; quarry config get migrate.url --json; \
  >   quarry config get chat.headers; quarry config trust; quarry doctor; quarry migrate status; } 2>&1 | grep LEAKPW
  [1]
  $ quarry config get migrate.url
  postgresql://me:***@db/shop
  $ quarry config get --raw migrate.url
  postgresql://me:LEAKPW@db/shop

A setting is taken out again, and nothing else:

  $ rm quarry.toml && printf '# mine\n[search]\n# few\nlimit = 3\nmode = "lexical" # words\n' > quarry.toml
  $ quarry config unset search.limit
  took search.limit out of */quarry.toml (glob)
  $ cat quarry.toml
  # mine
  [search]
  # few
  mode = "lexical" # words
  $ quarry config unset search.mode --json | grep -c schema
  1
  $ quarry config unset search.mode
  error: search.mode is not set in */quarry.toml (glob)
  hint: quarry config get search.mode --json says where its value comes from
  [10]
  $ printf 'search = { limit = 3, mode = "lexical" }\n' > quarry.toml
  $ quarry config unset search.limit
  error: cannot edit */quarry.toml (glob)
  caused by: cannot take search.limit out of the file as it is written
  hint: edit it by hand
  [1]

A section that there is not is a mistake without settings too, and so is a file that cannot be read:

  $ printf '[serch]\n' > quarry.toml
  $ quarry config get search.limit
  error: */quarry.toml:1: unknown setting serch (glob)
  hint: did you mean search?
  [2]
  $ printf '[search]\n[migrate.databases.x]\n' > quarry.toml
  $ quarry config get search.limit
  20
  $ quarry config set extract.trusted "$(printf 'a\377')" --user
  error: cannot edit */config.toml (glob)
  caused by: the value of extract.trusted is not UTF-8
  hint: a file of settings is; give such a value with QUARRY_EXTRACT_TRUSTED, or with --config
  [2]
  $ rm quarry.toml && ln -s quarry.toml quarry.toml
  $ quarry config get search.limit 2>&1 | head -1
  error: cannot use the configuration file */quarry.toml (glob)
  $ rm quarry.toml
