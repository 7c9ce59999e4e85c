The server speaks over standard input and output, a message a line, and ends with its input:

  $ export QUARRY_EMBED_PROVIDER=none
  $ printf 'The moon is far.\n' > moon.txt
  $ quarry ingest moon.txt --quiet
  $ cat > show.py <<'END'
  > import json, sys
  > for line in sys.stdin:
  >     message = json.loads(line)
  >     result = message.get("result", {})
  >     print(message.get("id"), message.get("error") or [tool["name"] for tool in result.get("tools", [])]
  >           or [one.get("text") for one in result.get("content", [])][:1] or list(result))
  > END
  $ meta='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
  $ request() { printf '{"jsonrpc":"2.0","id":%s,"method":"%s","params":{%s%s}}\n' "$1" "$2" "$3" "$meta"; }
  $ request 1 server/discover | quarry mcp | python3 show.py
  1 ['resultType', 'supportedVersions', 'capabilities', 'instructions', 'ttlMs', 'cacheScope', '_meta']
  $ request 2 tools/list | quarry mcp | python3 show.py
  2 ['search', 'ask', 'read_document', 'list_documents', 'verify', 'list_collections', 'migrate_status', 'migrate_check', 'migrate_lint', 'migrate_plan']
  $ request 3 tools/list | quarry mcp --write | python3 show.py | grep -c "'ingest', 'delete_document'"
  1
  $ request 4 tools/call '"name":"read_document","arguments":{"document":"moon.txt"},' | quarry mcp | python3 show.py
  4 ['The moon is far.\n']

What it cannot read is answered, and the rest goes on:

  $ (echo '{'; echo '[]'; request 5 no/such) | quarry mcp | python3 show.py
  None {'code': -32700, 'message': 'the message is not JSON, or too deep'}
  None {'code': -32600, 'message': 'batches are not taken'}
  5 {'code': -32601, 'message': 'unknown method'}
  $ quarry mcp </dev/null
  $ quarry mcp --wrong </dev/null
  error: unknown option '--wrong' for quarry mcp
  hint: see: quarry mcp --help
  [2]
  $ quarry mcp instal claude-code
  error: unknown sub-command 'instal' of quarry mcp
  hint: did you mean 'quarry mcp install'?
  [2]

A client that cannot ask its user changes nothing:

  $ request 6 tools/call '"name":"delete_document","arguments":{"documents":["moon.txt"]},' | quarry mcp --write | python3 show.py
  6 {'code': -32021, 'message': 'this needs a client with the capability elicitation', 'data': {'requiredCapabilities': {'elicitation': {}}}}
  $ quarry docs ls --json | grep -c moon.txt
  1

An assistant is told how to start it:

  $ export HOME="$PWD/home" XDG_CONFIG_HOME=
  $ mkdir home
  $ quarry mcp install codex 2>/dev/null | sed "s#\"/[^\"]*/#\"#g"
  [mcp_servers.quarry]
  command = "quarry"
  args = ["--base", "base.db", "mcp"]
  $ quarry mcp install windsurf
  error: HOST cannot be 'windsurf'
  hint: it is one of claude-desktop, claude-code, vscode, cursor, zed, codex, gemini
  [2]
  $ mkdir home/.codex
  $ printf 'model = "o9"  # mine\n' > home/.codex/config.toml
  $ quarry mcp install codex --write --quiet
  $ head -3 home/.codex/config.toml
  model = "o9"  # mine
  
  [mcp_servers.quarry]
  $ quarry mcp install codex --write 2>&1 | sed "s#$PWD#.#"
  ./home/.codex/config.toml has it already

A file that cannot be read is left as it is:

  $ mkdir -p home/.config/zed
  $ printf '// mine\n{"theme": "One"}\n' > home/.config/zed/settings.json
  $ quarry mcp install zed --write 2>&1 | sed '3,$d'
  error: the configuration of Zed cannot be changed: it is not plain JSON (comments cannot be kept)
  hint: it was left as it is; add this by hand:
  $ cat home/.config/zed/settings.json
  // mine
  {"theme": "One"}
  $ printf '[mcp_servers.quarry]\ncommand = "another"\n' > home/.codex/config.toml
  $ quarry mcp install codex --write 2>&1 | head -1
  error: the configuration of Codex cannot be changed: [mcp_servers.quarry] is there already and says something else
  $ quarry mcp install gemini --write --json | python3 -c 'import json,sys; d = json.load(sys.stdin); print(d["schema"], d["written"])'
  quarry.mcp.install/1 True
