A program stands in for a model that does what its question says: "call NAME {…}" has a tool called.

  $ cat > model.py << 'PY'
  > import json, re, sys
  > request = json.loads(sys.stdin.readline())
  > last = request["messages"][-1]
  > def say(**line): print(json.dumps(line), flush=True)
  > if last["role"] == "tool":
  >     print(last["content"], file=open("told", "a"))
  >     found = re.search(r"BEGIN SOURCE (\d+)", last["content"])
  >     say(text=f"The moon is 384,400 km away [{found[1]}]." if found else "Done.")
  > else:
  >     call = re.search(r"call (\w+) (\{.*\})", last["content"])
  >     if call and request.get("tools"):
  >         say(text="Let me look.")
  >         say(tool_call={"name": call[1], "arguments": json.loads(call[2])}, finish_reason="tool_calls")
  >     else:
  >         say(text="I have no tools.")
  > say(finish_reason="stop")
  > PY
  $ printf 'Cheese is yellow.' | quarry ingest - --name cheese.txt --quiet
  $ printf 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ export QUARRY_CHAT_COMMAND='python3 model.py' QUARRY_SEARCH_MODE=lexical QUARRY_CACHE_ENABLED=false QUARRY_ASK_MIN_SCORE=0
  $ function ask { quarry ask --provider command "$@" 2>&1 | sed -E 's/[0-9]+ ms/N ms/'; }

Tools are not offered unless they are switched on:

  $ ask 'cheese: call search {"query": "moon"}' 2>&1 | head -1
  I have no tools.

What a tool finds becomes a source; the call is shown:

  $ ask --tools 'cheese: call search {"query": "moon"}'
  Let me look.
  
  tool search {"query":"moon"} (done: 144 B, N ms)
  The moon is 384,400 km away [2].
  
  Sources:
  [2] moon.txt:1
      "The moon is 384,400 km away."
  $ ask --tools --json 'cheese: call sql {"query": "SELECT uri FROM sources ORDER BY uri"}' | sed -n '/tool_calls/,$p' | sed -E 's/[0-9a-f]{32}/FENCE/g'
    "tool_calls": [
      {
        "name": "sql",
        "arguments": {
          "query": "SELECT uri FROM sources ORDER BY uri"
        },
        "outcome": "done",
        "result": "BEGIN ROWS FENCE\n[\"uri\"]\n[\"cheese.txt\"]\n[\"moon.txt\"]\n\nEND ROWS FENCE\n",
        "sources": [],
        "milliseconds": * (glob)
      }
    ]
  }
  $ ask --tools 'cheese: call read_document {"document": "moon.txt"}' | head -4
  Let me look.
  
  tool read_document {"document":"moon.txt"} (done: 172 B, N ms)
  The moon is 384,400 km away [1].

What is refused is told to the model:

  $ rm told
  $ ask --tools 'call search {"query": 3}' > /dev/null
  $ ask --tools 'call sql {"query": "SELECT question FROM conversation_turns"}' > /dev/null
  $ ask --tools 'call sql {"query": "ATTACH \"/etc/passwd\" AS p"}' > /dev/null
  $ ask --tools 'call read_document {"document": "/etc/passwd"}' > /dev/null
  $ ask --tools 'call sudo {}' > /dev/null
  $ cut -c1-120 told
  error: the arguments do not fit: /query: must be of type string, not number
  error: the statement cannot be run: access to conversation_turns.question is prohibited; write one SELECT of these table
  error: the statement cannot be run: not authorized; write one SELECT of these tables and columns only. sources (what was
  error: there is no document named /etc/passwd; find it with the tool search
  error: there is no such tool; there are: search, read_document, sql, verify, list_collections, list_documents

The user's own tools. One that does not only read needs to be allowed, which nobody can here:

  $ mkdir -p ~/.config/quarry
  $ cat > ~/.config/quarry/config.toml << 'TOML'
  > [[tool]]
  > name = "note"
  > description = "Write a note"
  > command = ["tee", "notes/{name}"]
  > parameters = {type = "object", properties = {name = {type = "string"}}, required = ["name"]}
  > 
  > [[tool]]
  > name = "today"
  > description = "What day it is"
  > command = ["echo", "a Saturday"]
  > read_only = true
  > TOML
  $ mkdir notes; rm told
  $ ask --tools 'call note {"name": "a"}' | head -4
  Let me look.
  
  tool note {"name":"a"} (denied: error: the user did not allow this call; do not ask for it again, answer without it)
  Done.
  $ ls notes
  $ ask --tools --allow-tool note 'call note {"name": "a"}' > /dev/null
  $ cat notes/a; echo
  {"name":"a"}
  $ ask --tools --allow-tool note 'call note {"name": "$(touch x); `touch y`"}' > /dev/null
  $ ls notes
  $(touch x); `touch y`
  a
  $ ask --tools 'call today {}' > /dev/null
  $ sed -E 's/[0-9a-f]{32}/FENCE/' told
  error: the user did not allow this call; do not ask for it again, answer without it
  BEGIN RESULT FENCE
  {"name":"a"}
  END RESULT FENCE
  
  BEGIN RESULT FENCE
  {"name":"$(touch x); `touch y`"}
  END RESULT FENCE
  
  BEGIN RESULT FENCE
  a Saturday
  
  END RESULT FENCE
  

In the trace of the question each call is a part of its own; what it was called with is not there:

  $ ask --session moon --tools 'cheese: call search {"query": "moon"}' > /dev/null
  $ quarry trace show last | grep -vE 'time_to|^(run|at|model|trace) ' | sed -E 's/ +[0-9.]+ ms//'
  
  ask
      gen_ai.conversation.id moon
    retrieval
        gen_ai.operation.name retrieval
        quarry.search.mode lexical
        quarry.search.passages 2
    chat python3
        gen_ai.operation.name chat
        gen_ai.provider.name command
        gen_ai.request.model python3
        gen_ai.output.type text
        quarry.cached false
        gen_ai.response.finish_reasons tool_calls
    execute_tool search
        gen_ai.operation.name execute_tool
        gen_ai.tool.name search
        gen_ai.tool.type function
        gen_ai.tool.call.id call_1
        quarry.tool.outcome done
      retrieval
          gen_ai.operation.name retrieval
          quarry.search.mode lexical
          quarry.search.passages 1
    chat python3
        gen_ai.operation.name chat
        gen_ai.provider.name command
        gen_ai.request.model python3
        gen_ai.output.type text
        quarry.cached false
        gen_ai.response.finish_reasons stop
    check citations
  $ ask --tools 'call sql {"query": "DROP TABLE sources"}' > /dev/null
  $ quarry trace show last | grep -A 9 execute_tool | sed -E 's/ +[0-9.]+ ms//'
    execute_tool sql  failed: the tool failed
        gen_ai.operation.name execute_tool
        gen_ai.tool.name sql
        gen_ai.tool.type function
        gen_ai.tool.call.id call_1
        quarry.tool.outcome failed
    chat python3
        gen_ai.operation.name chat
        gen_ai.provider.name command
        gen_ai.request.model python3
        gen_ai.output.type text
  $ quarry trace export last | grep -oE '"name":"(ask|execute_tool sql)"'
  "name":"ask"
  "name":"execute_tool sql"

A project's file may not bring tools, unless it is trusted:

  $ cp ~/.config/quarry/config.toml quarry.toml
  $ quarry config show 2>&1 | sed 's/ = .*: its commands/: its commands/'
  error: */quarry.toml:1: a project's file may not set tool: its commands would be run (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or write the commands into your own file
  $ rm quarry.toml

Mistakes:

  $ ask --tools --allow-tool nte moon
  error: --allow-tool nte: there is no such tool
  hint: did you mean note?
  $ printf '[[tool]]\nname = "a b"\ndescription = "x"\ncommand = ["true"]\n' > ~/.config/quarry/config.toml
  $ quarry config show 2>&1
  error: */.config/quarry/config.toml:1: this tool cannot be used (glob)
  caused by: "a b" is not a valid name for a tool
  hint: a name has 1 to 64 letters, digits, _ and -
  [2]
  $ printf '[[tool]]\nname = "a"\ndescription = "x"\ncommand = ["echo", "{city}"]\n' > ~/.config/quarry/config.toml
  $ quarry config show 2>&1
  error: */.config/quarry/config.toml:1: this tool cannot be used (glob)
  caused by: the tool a has {city} in its command
  caused by: its parameters have no such property
  hint: use the name of a property of its parameters; arguments are also on standard input
  [2]

A model that only calls tools is told from one that says nothing:

  $ rm -f "$HOME/.config/quarry/config.toml"
  $ cat > stubborn.py << 'PY'
  > import json, sys
  > sys.stdin.readline()
  > print(json.dumps({"tool_call": {"name": "search", "arguments": {"query": "moon"}}, "finish_reason": "tool_calls"}))
  > print(json.dumps({"finish_reason": "stop"}))
  > PY
  $ QUARRY_CHAT_COMMAND='python3 stubborn.py' ask --tools --config chat.max_tool_rounds=2 'How far is the moon?' | grep -v '^tool'
  error: the model used up its rounds of tool calls and did not answer
  hint: allow it more: chat.max_tool_rounds; or ask more exactly
