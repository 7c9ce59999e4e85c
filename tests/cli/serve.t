A server listens on loopback, and on addresses that are ones:

  $ export QUARRY_EMBED_PROVIDER=none
  $ printf 'The moon is far.\n' > moon.txt
  $ quarry ingest moon.txt --quiet
  $ quarry serve --listen 0.0.0.0:8420
  error: a server that other machines can reach, on 0.0.0.0, needs a user or a key
  hint: add one: quarry users add EMAIL, or quarry keys add NAME --scopes search,ask --collections main
  [2]
  $ quarry serve --listen 127.0.0.1
  error: 127.0.0.1 is not an address to listen on
  hint: give ADDRESS:PORT, such as 127.0.0.1:8420; port 0 takes any that is free
  [2]
  $ quarry serve --listen localhost:99999
  error: localhost:99999 is not an address to listen on
  hint: give ADDRESS:PORT, such as 127.0.0.1:8420; port 0 takes any that is free
  [2]

It says how it is reached, and ends when it is told to:

  $ cat > ask.py <<'END'
  > import json, os, signal, subprocess, urllib.request
  > server = subprocess.Popen(["quarry", "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
  >                           stderr=open("log", "w"), text=True)
  > said = dict(server.stdout.readline().split() for _ in range(3))
  > print(*said)
  > request = urllib.request.Request(said["serving"] + "/api/v1/search", b'{"query": "moon"}',
  >     {"Authorization": "Bearer " + said["token"], "Content-Type": "application/json"})
  > print(json.load(urllib.request.urlopen(request))["hits"][0]["text"])
  > server.send_signal(signal.SIGINT)
  > print("exit code", server.wait())
  > END
  $ python3 ask.py
  serving browser token
  The moon is far.
  exit code 0
  $ sed 's/"\(time\|ms\)":[0-9.]*/"\1":N/g; s/"[0-9a-f]\{16\}"/"ID"/' log
  {"time":N,"id":"ID","method":"POST","route":"/api/v1/search","status":200,"ms":N,"peer":"127.0.0.1","caller":"owner"}
  ended

Without a base there is nothing to serve:

  $ mkdir empty
  $ cd empty
  $ HOME=$PWD quarry serve --base none.db 2>&1 | sed "s#$PWD#.#"
  error: there is no knowledge base ./none.db
  hint: make one from your documents: quarry ingest PATH

What would be exposed to whom:

  $ cd ..
  $ quarry serve --check
  address   127.0.0.1:8420, this machine only
  TLS       off; a proxy in front of the server may provide it
  proxies   none trusted
  hosts     localhost
  origins   only its own pages
  issuer    none
  agents    none
  owner     everything, with the token that is printed at the start
  $ quarry users add ada@example.org --no-password --max-tokens 1000 --quiet
  $ quarry collections grant main ada@example.org read --quiet
  $ quarry keys add wiki --scopes search --collections main --quiet > key
  $ quarry serve --check --listen 0.0.0.0:8420
  address   0.0.0.0:8420, reachable from other machines
  TLS       off; a proxy in front of the server may provide it
  proxies   none trusted
  hosts     localhost
  origins   only its own pages
  issuer    none
  agents    none
  owner     everything, with the token that is printed at the start
  user      ada@example.org  search,ask,read  main read  at most 1000 tokens a month
  key       wiki  search  main read
  $ export QUARRY_SERVE_ISSUER=https://sign-in.example.org
  $ quarry serve --check --json --fields listen,loopback,issuer,problems
  {"schema":"quarry.notice/1","level":"warning","text":"serve.issuer is set and serve.jwks_url is not: its tokens cannot be checked"}
  {
    "schema": "quarry.serve.check/1",
    "listen": "127.0.0.1:8420",
    "loopback": true,
    "issuer": "https://sign-in.example.org",
    "problems": [
      "serve.issuer is set and serve.jwks_url is not: its tokens cannot be checked"
    ]
  }
  [1]
