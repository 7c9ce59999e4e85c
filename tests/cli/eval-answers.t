Questions with what a good answer has:

  $ printf '# Backups\n\nA backup runs every night at two. It keeps the last thirty copies.\n' > guide.md
  $ printf '# Limits\n\nThe server takes at most 200 requests a minute.\n' > limits.md
  $ cat > eval.jsonl <<'END'
  > {"question": "how many backup copies are kept", "facts": [["thirty", "30"]], "source": "guide.md", "text": "thirty copies"}
  > {"question": "how many requests a minute does the server take", "facts": ["200 requests"], "source": "limits.md"}
  > {"question": "who won the world cup", "answerable": false}
  > END
  $ quarry ingest --quiet guide.md limits.md
  $ function times { sed -E 's/p50 [0-9]+ ms, p95 [0-9]+ ms/TIMES/'; }
  $ quarry eval answers --mode lexical --per-query 2> /dev/null | times
  lexical: 3 questions, TIMES
  
  facts              1.0000  (1.0000 to 1.0000)
  citation_precision 1.0000  (1.0000 to 1.0000)
  citation_recall    1.0000  (1.0000 to 1.0000)
  support            1.0000  (1.0000 to 1.0000)
  answered           1.0000  (1.0000 to 1.0000)
  refusal            1.0000  (1.0000 to 1.0000)
  
  1  1.0000  1.0000  1.0000  1.0000  1.0000       -
  2  1.0000  1.0000  1.0000  1.0000  1.0000       -
  3       -       -       -       -       -  1.0000

For programs, as a baseline, and for CI:

  $ quarry eval answers --mode lexical --json --per-query > baseline.json
  $ python3 -c '
  > import json
  > report = json.load(open("baseline.json"))
  > print(*report)
  > print(*report["per_query"][2].items())'
  schema questions configuration model queries failed cached facts citation_precision citation_recall support answered refusal intervals latency_ms cost per_query
  ('id', '3') ('facts', None) ('citation_precision', None) ('citation_recall', None) ('support', None) ('answered', None) ('refusal', 1.0) ('answer', '')
  $ quarry eval answers --mode lexical --baseline baseline.json --fail-under facts=baseline --quiet > /dev/null
  $ quarry eval answers --mode lexical --set ask.sources=1 --set ask.min_score=1 --fail-under answered=0.9 2>&1 | times
  error: the answers are below the threshold
  caused by: ask.min_score=1: answered is 0.0000, below the limit 0.9000
  hint: --per-query shows which questions, --baseline what changed
  as configured: 3 questions, TIMES
  ask.sources=1: 3 questions, TIMES
  ask.min_score=1: 3 questions, TIMES
  
                          facts  citation_precision  citation_recall       support
  as configured          1.0000              1.0000           1.0000        1.0000
  ask.sources=1          1.0000              1.0000           1.0000        1.0000
  ask.min_score=1        0.0000              0.0000           0.0000             -
  
                       answered       refusal
  as configured          1.0000        1.0000
  ask.sources=1          1.0000        1.0000
  ask.min_score=1        0.0000        1.0000
  
  ask.sources=1 against as configured
    facts              +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
    citation_precision +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
    citation_recall    +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
    support            +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
    answered           +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
    refusal            +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
  
  ask.min_score=1 against as configured
    facts              -1.0000 (-1.0000 to -1.0000), p = 0.502, 0 better, 2 worse
    citation_precision -1.0000 (-1.0000 to -1.0000), p = 0.502, 0 better, 2 worse
    citation_recall    -1.0000 (-1.0000 to -1.0000), p = 0.502, 0 better, 2 worse
    support            +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
    answered           -1.0000 (-1.0000 to -1.0000), p = 0.502, 0 better, 2 worse
    refusal            +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
  $ quarry eval answers --fail-under ndcg@10=1
  error: --fail-under ndcg@10=1 is not a limit
  hint: measured are: facts, citation_precision, citation_recall, support, answered, refusal
  [2]

With a model, and one that fails:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_CHAT_BASE_URL=http://127.0.0.1:$(cat port)/v1
  $ quarry eval answers --quiet --model does-not-know | times
  does-not-know: 3 questions, TIMES, $0.0000
  
  facts              0.0000  (0.0000 to 0.0000)
  citation_precision 0.0000  (0.0000 to 0.0000)
  citation_recall    0.0000  (0.0000 to 0.0000)
  support            not measured
  answered           0.0000  (0.0000 to 0.0000)
  refusal            1.0000  (1.0000 to 1.0000)
  $ quarry eval answers --quiet --model no-choices 2>&1 | head -1 | times
  no-choices: 3 questions, TIMES, $0.0000, 2 failed
  $ kill $server

A line that is wrong is named:

  $ echo '{"question": "a?", "facts": "x"}' > wrong.jsonl
  $ quarry eval answers wrong.jsonl
  error: cannot use wrong.jsonl:1
  caused by: "facts" is not a list
  hint: a line is {"question": "\xe2\x80\xa6", "facts": ["\xe2\x80\xa6", ["\xe2\x80\xa6", "or this"]], "source": "FILE", "text": "\xe2\x80\xa6"}, or {"question": "\xe2\x80\xa6", "answerable": false} (esc)
  [1]

What people said of answers, in place of a file:

  $ quarry eval answers --from-feedback
  error: there are no judged answers to measure with
  hint: judge answers with the thumbs of the page that quarry serve shows, or give a file of questions
  [2]
  $ quarry eval answers answers.jsonl --from-feedback
  error: questions and --from-feedback cannot be used together
  hint: use only one of them
  [2]
