Without anything set up, all is well but there is no knowledge base yet:

  $ quarry doctor | sed -E 's/[0-9]+(\.[0-9]+)+[-.a-z0-9]*/VERSION/g; /llama|sandbox|Landlock|USearch|libcurl|libcurl4|libpq|libzip|pdftotext|poppler|PDF repair|mupdf|tesseract|git|postgres/d; s/(GCC|Clang) VERSION/COMPILER/'
  libraries
    ok    quarry         VERSION, COMPILER
    ok    SQLite         VERSION, full-text search works
    ok    ICU            VERSION
    ok    cmark-gfm      VERSION
    ok    yaml-cpp       reads front matter
  
  settings
    ok    project file   no quarry.toml here or above
    ok    your file      none; the defaults apply
    ok    values         all valid
  
  knowledge base
    warn  path           */.quarry/base.db does not exist (glob)
                         -> quarry ingest FOLDER creates it from your documents
  
  models
    ok    embed          builtin: needs no server
    ok    chat           extractive: needs no server
  
  server
    ok    listen         VERSION:8420
    ok    origins        only its own pages
    ok    TLS            off
    ok    users          the owner only
  
  terminal
    ok    display        not a terminal, 80 columns, colour off
    ok    characters     UTF-8

As JSON:

  $ quarry doctor --json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["schema"], d["healthy"], sorted({c["state"] for c in d["checks"]}))'
  quarry.doctor/1 True ['ok', 'warn']

A configuration that cannot be read is found, and the rest still checked:

  $ printf '[search]\nlimits = 5\n' > quarry.toml
  $ quarry doctor > report; echo $?
  1
  $ grep -A1 -e fail report
    fail  values         */quarry.toml:2: unknown setting search.limits (glob)
                         -> did you mean search.limit?
  $ rm quarry.toml

A server that is configured and down, and a key that is not set:

  $ export QUARRY_CHAT_PROVIDER=openai QUARRY_CHAT_BASE_URL=http://127.0.0.1:9/v1
  $ quarry doctor > report; echo $?
  1
  $ sed -n '/^models/,/^$/p' report
  models
    ok    embed          builtin: needs no server
    fail  chat           no model is set
                         -> quarry config set chat.model NAME
    warn  chat key       the environment variable OPENAI_API_KEY is not set
                         -> export OPENAI_API_KEY=\xe2\x80\xa6 if the server wants a key (esc)
    fail  chat server    no answer from http://127.0.0.1:9/v1/models: Connection refused
                         -> check that the server is running and that the address is right
  
  $ QUARRY_CHAT_MODEL=m OPENAI_API_KEY=sk-secret quarry doctor --offline > report; echo $?
  0
  $ sed -n '/^models/,/^$/p' report
  models
    ok    embed          builtin: needs no server
    ok    chat           m
    ok    chat key       OPENAI_API_KEY is set
  
  $ grep -c sk-secret report
  0
  [1]
  $ unset QUARRY_CHAT_PROVIDER QUARRY_CHAT_BASE_URL

A knowledge base that is none:

  $ mkdir .quarry && echo 'this is no database, only some text' > .quarry/base.db
  $ quarry doctor > report; echo $?
  1
  $ sed -n '/^knowledge/,/^$/p' report
  knowledge base
    ok    path           */.quarry/base.db (glob)
    fail  file           cannot open the database */.quarry/base.db: file is not a database (glob)
                         -> check the path: the file exists but is not a SQLite database
  

Mistakes:

  $ quarry doctor --ofline
  error: unknown option '--ofline' for quarry doctor
  hint: did you mean --offline?
  [2]
  $ quarry doctor now
  error: unexpected argument 'now'
  hint: usage: quarry doctor [OPTIONS]
  [2]
