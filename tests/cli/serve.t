A server listens on loopback, and on addresses that are ones:

  $ export QUARRY_EMBED_PROVIDER=none
  $ printf 'The moon is far.\n' > moon.txt
  $ quarry ingest moon.txt --quiet
  $ quarry serve --listen 0.0.0.0:8420
  error: a server listens on loopback only, not on 0.0.0.0
  hint: put a reverse proxy in front of it, and its name into serve.hosts
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
