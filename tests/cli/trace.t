A server on this machine that speaks OpenAI's protocol stands in for a model, and for a collector of traces:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_CHAT_BASE_URL=http://127.0.0.1:$(cat port)/v1
  $ printf 'Cheese is yellow. Ask jane.doe@example.com.\nThe moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ function times { sed -E 's/[0-9]{4}-[0-9-]+ [0-9:]+/WHEN/; s/ +[0-9.]+ ms/ TIME/; s/[0-9a-f]{32}/TRACE/'; }
  $ quarry trace ls
  no runs

Each question leaves a run, also one that fails:

  $ quarry ask --quiet 'How far is the moon?' > /dev/null
  $ quarry ask --quiet --model any 'How far is the moon?' > /dev/null
  $ quarry ask --quiet --model any 'How far is the moon?' > /dev/null
  $ quarry ask --quiet --model no-choices 'How far is the moon?' > /dev/null 2>&1
  [14]
  $ quarry ask --quiet 'Why xyzzy?' 2> /dev/null
  [10]
  $ quarry trace ls | times
      5  WHEN  ask TIME  no model  nothing_found
      4  WHEN  ask TIME  no-choices, 0 + 0 tokens  provider_failed
      3  WHEN  ask TIME  any, from the cache
      2  WHEN  ask TIME  any, 12 + 7 tokens, $0.0000
      1  WHEN  ask TIME  no model
  $ quarry trace ls --json --limit 1 | python3 -c 'import json, sys; print(*json.load(sys.stdin)["runs"][0])'
  id trace_id name started_at duration_ms error model input_tokens output_tokens cost calls cached_calls

One, part by part. What was asked and said is not there:

  $ quarry trace show 2 | times | grep -v time_to_first
  run    2
  at     WHEN UTC
  model  any, 12 + 7 tokens, $0.0000
  trace  TRACE
  
  ask TIME
    retrieval TIME
        gen_ai.operation.name retrieval
        quarry.search.mode lexical
        quarry.search.passages 1
    chat any TIME
        gen_ai.operation.name chat
        gen_ai.provider.name openai
        gen_ai.request.model any
        gen_ai.output.type text
        quarry.cached false
        gen_ai.response.finish_reasons stop
        gen_ai.usage.input_tokens 12
        gen_ai.usage.output_tokens 7
        quarry.cost_usd 0
    check citations TIME
  $ quarry trace show last --json | grep -E '"(schema|error|name)"'
    "schema": "quarry.trace/1",
    "name": "ask",
    "error": "nothing_found",
        "name": "ask",
        "error": "nothing_found",
        "name": "retrieval",
        "error": "failed",
  $ quarry trace show 2 | grep -c moon
  0
  [1]

With trace.content it is, without what is secret or personal:

  $ export QUARRY_TRACE_CONTENT=true
  $ quarry ask --quiet --model any 'Is jane.doe@example.com on the moon?' > /dev/null
  $ quarry trace show last | grep query.text
        gen_ai.retrieval.query.text Is [REDACTED:email] on the moon?
  $ quarry trace show last --json | grep -c jane.doe
  0
  [1]
  $ quarry trace show last --json | grep -c 'REDACTED:email'
  2
  $ unset QUARRY_TRACE_CONTENT

To OpenTelemetry:

  $ quarry trace export last | python3 -c '
  > import json, sys
  > for span in json.load(sys.stdin)["resourceSpans"][0]["scopeSpans"][0]["spans"]: print(span["name"], span["kind"])'
  ask 1
  retrieval 1
  chat any 3
  check citations 1
  $ quarry trace export --otlp http://127.0.0.1:$(cat port)
  6 run(s) exported; next time, --after 6 skips them
  $ OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20sk-1 quarry trace export 2 --otlp http://127.0.0.1:$(cat port)
  1 run(s) exported; next time, --after 2 skips them
  $ grep v1/traces log | grep -c 'Bearer sk-1'
  1
  $ quarry trace export --otlp http://127.0.0.1:$(cat port)/partial/v1/traces
  warning: the collector refused 2 span(s): too old
  6 run(s) exported; next time, --after 6 skips them
  $ quarry trace export --after 5 --file runs.jsonl
  1 run(s) exported; next time, --after 6 skips them
  $ wc -l < runs.jsonl
  1

What cannot be done is said:

  $ quarry trace show 99
  error: there is no run 99
  hint: quarry trace ls lists the stored runs
  [10]
  $ quarry trace show first
  error: first is not a run
  hint: give a number from quarry trace ls, or last
  [2]
  $ quarry trace export --otlp localhost:4318
  error: not a usable web address: localhost:4318
  caused by: it does not begin with http:// or https://
  hint: write it as http://HOST:PORT/PATH or https://HOST/PATH
  [2]
  $ quarry trace export --otlp http://127.0.0.1:1
  error: no answer from http://127.0.0.1:1/v1/traces
  caused by: Connection refused
  hint: check that the server is running and that the address is right
  [14]
  $ quarry trace export --otlp http://127.0.0.1:1 --file x
  error: --otlp and --file cannot be used together
  hint: export twice
  [2]

A file is added to, and left as it is when there is nothing to add:

  $ wc -l < runs.jsonl
  1
  $ quarry trace export --after 99 --file runs.jsonl
  no runs to export
  $ quarry trace export last --file runs.jsonl
  1 run(s) exported; next time, --after 6 skips them
  $ quarry trace export --after 99 --file none.jsonl; ls none.jsonl
  no runs to export
  ls: cannot access 'none.jsonl': No such file or directory
  [2]
  $ wc -l < runs.jsonl
  2
  $ quarry trace export last --file gone/runs.jsonl
  error: cannot write gone/runs.jsonl
  hint: check its folder, its permissions and the free space
  [1]

It can be switched off, and a base that cannot be written to, or is busy, answers all the same:

  $ QUARRY_TRACE_ENABLED=false quarry ask --quiet 'How far is the moon?' > /dev/null
  $ quarry trace ls | wc -l
  6
  $ python3 -c '
  > import sqlite3, subprocess
  > base = sqlite3.connect(".quarry/base.db", isolation_level=None)
  > base.execute("BEGIN IMMEDIATE")
  > print(subprocess.run(["quarry", "ask", "-q", "How far is the moon?"], capture_output=True, text=True).stdout.splitlines()[0])'
  The moon is 384,400 km away. [1]
  $ quarry trace ls | wc -l
  6
  $ chmod -R a-w .quarry
  $ quarry ask --quiet 'How far is the moon?' | head -1
  The moon is 384,400 km away. [1]
  $ chmod -R u+w .quarry

Runs are forgotten on request:

  $ quarry trace clear --keep 2
  5 runs forgotten
  $ quarry trace ls | wc -l
  2
  $ quarry trace clear --json
  {
    "schema": "quarry.trace.clear/1",
    "removed": 2
  }
  $ quarry trace ls
  no runs
  $ kill $server
