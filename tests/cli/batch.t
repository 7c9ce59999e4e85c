A server on this machine that speaks OpenAI's protocol stands in for a model:

  $ /usr/bin/python3 "$TESTDIR/../support/openai_server.py" "$PWD/port" "$PWD/log" > /dev/null 2>&1 & server=$!
  $ for i in $(seq 300); do test -s port && break; sleep 0.1; done
  $ export QUARRY_CHAT_BASE_URL=http://127.0.0.1:$(cat port)/v1 QUARRY_CACHE_ENABLED=false
  $ printf 'Cheese is yellow.\nThe moon is 384,400 km away.' | quarry ingest - --name moon.txt --quiet
  $ function asked { grep -c chat/completions log; }
  $ function answers { python3 -c '
  > import json, sys
  > for line in sorted(sys.stdin, key=lambda line: json.loads(line)["id"]):
  >     a = json.loads(line)
  >     print(a["id"], a["question"], "|", a["error"]["code"] if "error" in a else a["answer"] if a["answered"] else "no answer")'; }

Questions as JSON or as they are; answers as they come:

  $ cat > questions.jsonl <<'END'
  > {"id": "moon", "question": "How far is the moon?"}
  > {"id": 2, "question": "What is cheese?"}
  > Why xyzzy?
  > END
  $ quarry batch questions.jsonl > answers.jsonl
  2 of 3 questions answered, 1 not in the documents
  $ answers < answers.jsonl
  2 What is cheese? | Cheese is yellow. The moon is 384,400 km away. [1]
  3 Why xyzzy? | no answer
  moon How far is the moon? | The moon is 384,400 km away. [1]
  $ quarry batch --quiet --parallel 1 < questions.jsonl | head -1 | python3 -c 'import json, sys; print(*json.load(sys.stdin))'
  schema id question kind form answered answer citations sentences unknown_citations model finish_reason usage cost cached mode sources score note retries warnings seconds

With a model, to a file; the second time there is nothing to do, and a torn file is mended:

  $ quarry batch questions.jsonl --model any --parallel 1 -o out.jsonl
  2 of 3 questions answered, 1 not in the documents
  $ answers < out.jsonl
  2 What is cheese? | The moon is 384,400 km away [1].
  3 Why xyzzy? | no answer
  moon How far is the moon? | The moon is 384,400 km away [1].
  $ asked
  2
  $ quarry batch questions.jsonl --model any -o out.jsonl
  3 of 3 questions are answered already
  $ asked
  2
  $ truncate -s -20 out.jsonl
  $ quarry batch questions.jsonl --model any -o out.jsonl
  1 answer(s) left out of the file: failed, torn or changed
  2 of 3 questions are answered already
  0 of 1 questions answered, 1 not in the documents
  $ answers < out.jsonl
  2 What is cheese? | The moon is 384,400 km away [1].
  3 Why xyzzy? | no answer
  moon How far is the moon? | The moon is 384,400 km away [1].
  $ echo '{"id": "more", "question": "Where is the moon?"}' >> questions.jsonl
  $ quarry batch questions.jsonl --model any -o out.jsonl --quiet
  $ answers < out.jsonl | wc -l
  4

A dry run counts what the file lacks, the same each time:

  $ quarry batch questions.jsonl --model any -o out.jsonl --dry-run
  4 of 4 questions are answered already
  questions      0
  input tokens   about 0
  output tokens  about 0
  cost           about $0.0000
  $ quarry batch questions.jsonl --model any --dry-run > one; quarry batch questions.jsonl --model any --dry-run > two
  $ diff one two

What fails is reported, and asked again the next time:

  $ quarry batch questions.jsonl --model no-choices -o failed.jsonl
  0 of 4 questions answered, 1 not in the documents, 3 failed
  [11]
  $ answers < failed.jsonl
  2 What is cheese? | provider_failed
  3 Why xyzzy? | no answer
  moon How far is the moon? | provider_failed
  more Where is the moon? | provider_failed
  $ quarry batch questions.jsonl --model any -o failed.jsonl
  3 answer(s) left out of the file: failed, torn or changed
  1 of 4 questions are answered already
  3 of 3 questions answered
  $ answers < failed.jsonl
  2 What is cheese? | The moon is 384,400 km away [1].
  3 Why xyzzy? | no answer
  moon How far is the moon? | The moon is 384,400 km away [1].
  more Where is the moon? | The moon is 384,400 km away [1].

When all fail there is no use in going on:

  $ for i in $(seq 50); do echo "How far is moon $i?"; done > many.txt
  $ quarry batch many.txt --config ask.min_score=0 --model no-choices --parallel 1 --max-failures 3 -o many.jsonl
  0 of 50 questions answered, 3 failed, 47 not asked
  error: the batch ended early; what is answered is in many.jsonl
  caused by: 3 questions in a row failed
  caused by: the server's answer is not a model's
  caused by: it has no choices
  caused by: it reports: {"choices":[],"object":"chat.completion"}
  hint: check chat.provider and chat.base_url, or those of the model's profile: servers that speak OpenAI's protocol mostly have one that ends in /v1
  [14]
  $ wc -l < many.jsonl
  3

The price before, and a limit on it:

  $ export QUARRY_CHAT_PRICE_INPUT=1000 QUARRY_CHAT_PRICE_OUTPUT=1000
  $ quarry batch questions.jsonl --model any --dry-run | sed -E 's/[0-9.]+$/N/'
  questions      N
  unanswerable   N
  input tokens   about N
  output tokens  about N
  cost           about $N
  $ quarry batch questions.jsonl --dry-run
  questions      4
  unanswerable   1
  cost           none: no model is asked
  $ quarry batch many.txt --config ask.min_score=0 --model any --max-cost 0.0001 --parallel 2 -o dear.jsonl
  0 of 50 questions answered, 50 not asked
  error: the batch ended early; what is answered is in dear.jsonl
  caused by: the model was not asked
  caused by: its answer could cost *, more than --max-cost 0.0001 (glob)
  hint: raise --max-cost, or send less: fewer --sources, a lower --max-tokens
  [16]

What cannot be done is said:

  $ echo '{"id": 1}' | quarry batch
  error: standard input:1 is not a question
  caused by: it has no "question"
  hint: write one a line: {"id": "1", "question": "What is \xe2\x80\xa6?"}, or the question alone (esc)
  [1]
  $ quarry batch nowhere.jsonl
  error: cannot read nowhere.jsonl
  hint: give a file of questions, or -
  [1]
  $ echo 'my notes' > notes.txt
  $ quarry batch questions.jsonl -o notes.txt
  error: notes.txt is not a file of answers
  caused by: its first line is not an answer
  hint: give a file that quarry batch made, or one that does not exist
  [1]
  $ cat notes.txt
  my notes
  $ echo '{"id": "moon", "question": "How far is the moon?"}' > own.jsonl
  $ quarry batch own.jsonl -o own.jsonl
  error: own.jsonl is not a file of answers
  caused by: its first line is not an answer
  hint: give a file that quarry batch made, or one that does not exist
  [1]
  $ quarry batch own.jsonl -o own.jsonl --dry-run
  error: own.jsonl is not a file of answers
  caused by: its first line is not an answer
  hint: give a file that quarry batch made, or one that does not exist
  [1]
  $ cat own.jsonl
  {"id": "moon", "question": "How far is the moon?"}
  $ timeout 20 quarry batch own.jsonl -o /dev/stdout | cat
  error: /dev/stdout is not a file
  hint: answers are read again from the file that they go to; leave out --output for standard output
  $ timeout 20 quarry batch own.jsonl -o /dev/full
  error: /dev/full is not a file
  hint: answers are read again from the file that they go to; leave out --output for standard output
  [1]
  $ timeout 20 quarry batch own.jsonl -o /dev/null --dry-run
  error: /dev/null is not a file
  hint: answers are read again from the file that they go to; leave out --output for standard output
  [1]
  $ quarry batch < /dev/null
  no questions

A summary for programs, of answers that go into a file:

  $ echo 'How far is the moon?' | quarry batch -o summary.jsonl --json
  {
    "schema": "quarry.batch.run/1",
    "output": "summary.jsonl",
    "asked": 1,
    "answered": 1,
    "unanswered": 0,
    "failed": 0,
    "from_cache": 0,
    "cost": 0.0
  }

What has no lines is not read for ever:

  $ timeout 60 quarry batch /dev/zero
  error: line 1 does not end
  caused by: it has more than 100000000 bytes
  hint: give a file of lines of text
  [1]

Nothing is written into the answers but answers, whatever is closed:

  $ quarry batch own.jsonl -o closed.jsonl 0<&- 1>&- 2>&-
  $ wc -l < closed.jsonl
  1
  $ quarry trace ls --json --limit 100 | grep -c '"name": "batch"' | awk '{print ($1 >= 20)}'
  1
  $ kill $server
