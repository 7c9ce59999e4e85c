The group says what it has:

  $ quarry eval 2>&1 | head -n 5
  error: quarry eval needs a sub-command
  hint: it is one of index, retrieval, chunking, tune, answers; quarry eval --help explains them

A collection of 80 documents, each with a question of its own:

  $ mkdir -p set/qrels
  $ for i in $(seq 80); do echo "{\"_id\": \"d$i\", \"title\": \"Text $i\", \"text\": \"The text number$i tells of subject$i. Nobody has read about subject$i for a while, they say.\"}"; done > set/corpus.jsonl
  $ for i in $(seq 80); do echo "{\"_id\": \"q$i\", \"text\": \"who reads about subject$i\"}"; done > set/queries.jsonl
  $ { printf 'query-id\tcorpus-id\tscore\n'; for i in $(seq 80); do printf 'q%s\td%s\t1\n' $i $i; done; } > set/qrels/test.tsv
  $ quarry eval retrieval set --mode lexical | grep -v -e seconds -e latency
  mode          lexical
  ndcg@10       1.0000  (1.0000 to 1.0000)
  recall@10     1.0000  (1.0000 to 1.0000)
  recall@100    1.0000  (1.0000 to 1.0000)
  precision@10  0.1000  (0.1000 to 0.1000)
  mrr@10        1.0000  (1.0000 to 1.0000)
  map           1.0000  (1.0000 to 1.0000)
  success@1     1.0000  (1.0000 to 1.0000)
  queries       80
  documents     80 in 80 chunks
  $ quarry eval retrieval set --json --limit 5 --metrics ndcg@10,mrr | grep -v -e _seconds -e p50 -e p95
  {
    "schema": "quarry.eval.retrieval/1",
    "folder": "set",
    "configuration": "hybrid",
    "mode": "hybrid",
    "embedder": "builtin",
    "note": "",
    "documents": 80,
    "chunks": 80,
    "queries": 5,
    "ndcg@10": 1.0,
    "mrr": 1.0,
    "intervals": {
      "ndcg@10": [
        1.0,
        1.0
      ],
      "mrr": [
        1.0,
        1.0
      ]
    },
    "latency_ms": {
    },
    "skipped": 0
  }
  $ quarry eval retrieval set --mode vector --limit 2 --per-query | head -n 2 | cut -c1-4
  q1  
  q2  

Two ways to search, and what an untrained table brings:

  $ quarry eval retrieval set --mode lexical --mode hybrid --control --metrics ndcg@10 | head -n 10
                         ndcg@10
  lexical                 1.0000
  hybrid                  1.0000
  hybrid untrained        1.0000
  
  hybrid against lexical
    ndcg@10       +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
  
  hybrid untrained against lexical
    ndcg@10       +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse

A gate for CI:

  $ quarry eval retrieval set --mode lexical --json --per-query > baseline.json
  $ quarry eval retrieval set --mode lexical --baseline baseline.json --fail-under map=baseline --metrics map | grep -v -e seconds -e latency
  mode          lexical
  map           1.0000  (1.0000 to 1.0000)
  
  against the baseline
    map           +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
  
  queries       80
  documents     80 in 80 chunks
  $ quarry eval retrieval set --mode lexical --fail-under precision@10=0.5 2>&1 >/dev/null
  error: search is below the threshold
  caused by: lexical: precision@10 is 0.1000, below the limit 0.5000
  hint: --per-query shows which questions, --baseline what changed
  [12]

Rankings of other programs, and ours for theirs:

  $ quarry eval retrieval set --mode lexical --limit 3 --run-out our.run >/dev/null; head -n 2 our.run | cut -d' ' -f1-4,6
  q1 Q0 d1 1 quarry
  q1 Q0 d2 2 quarry
  $ printf 'q1 Q0 d2 1 3.5 x\nq1 Q0 d1 2 3.5 x\nq2 Q0 d2 1 1 x\n' > their.run
  $ printf 'q1 0 d1 1\nq2 0 d2 1\n' > judged.txt
  $ quarry eval retrieval --qrels judged.txt --run their.run --run our.run --metrics ndcg@10,mrr
                  ndcg@10           mrr
  their.run        0.8155        0.7500
  our.run          1.0000        1.0000
  
  our.run against their.run
    ndcg@10       +0.1845 (+0.0000 to +0.3691), p = 1.000, 1 better, 0 worse
    mrr           +0.2500 (+0.0000 to +0.5000), p = 1.000, 1 better, 0 worse
  
  queries       2

A page with plots:

  $ quarry eval retrieval set --mode lexical --html report.html >/dev/null; grep -c '<svg' report.html; grep -c '://' report.html
  8
  0
  [1]

Settings fitted to questions:

  $ quarry eval tune set --limit 20 --setting search.dense_weight
  # ndcg@10 on set: 1.0000 as it is, 1.0000 with these settings, on the questions they were chosen on.
  # Held-out gain: +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 questions better, 0 worse.
  # With these questions the gain cannot be told from 0: keep the current settings.
  [search]
  # nothing to change

Ways to cut:

  $ mkdir -p cuts/corpora
  $ for i in $(seq 20); do printf 'Part %s tells of subject%s and of nothing else at all.\n\n' $i $i; done > cuts/corpora/guide.md
  $ echo '{"question": "subject7", "corpus": "guide", "references": [{"text": "Part 7 tells of subject7"}]}' > cuts/questions.jsonl
  $ quarry eval chunking cuts --mode lexical -k 1 --strategy sentence:60 --strategy sentence:240
                              recall     precision  precision_omega           iou
  sentence:60 lexical         1.0000        0.4615           0.4615        0.4615
  sentence:240 lexical        1.0000        0.1121           0.1121        0.1121
  
  sentence:240 lexical against sentence:60 lexical
    recall          +0.0000 (+0.0000 to +0.0000), p = 1.000, 0 better, 0 worse
    precision       -0.3494 (-0.3494 to -0.3494), p = 1.000, 0 better, 1 worse
    precision_omega -0.3494 (-0.3494 to -0.3494), p = 1.000, 0 better, 1 worse
    iou             -0.3494 (-0.3494 to -0.3494), p = 1.000, 0 better, 1 worse
  
  queries       1
  chunks        20 chunks of 53 characters, searched lexical (sentence:60 lexical)
  chunks        5 chunks of 218 characters, searched lexical (sentence:240 lexical)

The base here is not touched:

  $ ls -A
  baseline.json
  cuts
  judged.txt
  our.run
  report.html
  set
  their.run

Failures:

  $ quarry eval retrieval 2>&1
  error: there are no questions to ask
  caused by: there is no eval.jsonl beside quarry.toml or here
  hint: write some into eval.jsonl, one per line: {"question": "\xe2\x80\xa6", "source": "guide.md"}; or name a test collection: quarry eval retrieval FOLDER (esc)
  [2]
  $ quarry eval retrieval nowhere 2>&1
  error: nowhere is not a test collection
  caused by: nowhere/corpus.jsonl is missing
  hint: a BEIR folder has corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv (query-id, corpus-id, score; with a header line)
  [2]
  $ quarry eval retrieval set --mode vector --config embed.provider=none 2>&1
  error: --mode vector needs an embedder
  caused by: embed.provider is none
  hint: use --mode lexical, or --config embed.provider=builtin
  [2]
  $ quarry eval retrieval set --metrics ndgc@10 2>&1
  error: there is no measure "ndgc@10"
  hint: did you mean ndcg? it is one of ndcg, recall, precision, mrr, map and success, with a cutoff such as ndcg@10; precision and success need one
  [2]
  $ quarry eval retrieval set --fail-under ndcg@10=high 2>&1
  error: --fail-under ndcg@10=high is not a limit
  hint: the value is a number, or baseline-NUMBER
  [2]
  $ quarry eval chunking nowhere 2>&1
  error: nowhere is not a chunking evaluation
  caused by: it has no questions.jsonl
  hint: a folder has questions.jsonl ({"question": \xe2\x80\xa6, "corpus": NAME, "references": [{"start": \xe2\x80\xa6, "end": \xe2\x80\xa6, "text": \xe2\x80\xa6}]}), or questions_df.csv (question, references, corpus_id), and corpora/NAME.md (esc)
  [2]
  $ quarry eval tune set --limit 3 2>&1
  error: 3 questions are too few for 5 folds
  hint: give more questions, or at least two folds of two questions: --folds 2
  [2]
  $ echo 'nonsense' >> set/corpus.jsonl
  $ quarry eval retrieval set --mode lexical 2>&1
  error: cannot use set/corpus.jsonl:81
  caused by: the line is not a JSON object
  hint: a BEIR folder has corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv (query-id, corpus-id, score; with a header line)
  [1]
  $ printf 'q1\td1\tmany\n' >> set/qrels/test.tsv
  $ quarry eval retrieval set 2>&1
  error: cannot use set/qrels/test.tsv:82
  caused by: the score "many" is not a whole number
  hint: judgements are lines of: query 0 document grade; or, with a header line, of query-id, corpus-id and score between tabs
  [1]

Of a file of questions for answers too, those that name no source are passed over; chunking needs passages:

  $ mkdir own && cd own
  $ printf 'Yeast is wild. Bread is baked in an oven.\n' > bread.txt
  $ quarry ingest --quiet bread.txt
  $ printf '{"question": "who bakes", "answerable": false}\n{"question": "what is wild", "source": "bread.txt"}\n{"question": "where is it baked", "source": "bread.txt", "text": "Bread is baked in an oven."}\n' > eval.jsonl
  $ quarry eval retrieval --mode lexical --metrics mrr | grep -e mrr -e queries -e skipped
  mrr           1.0000  (1.0000 to 1.0000)
  queries       2
  skipped       1 that name no source
  $ quarry eval retrieval --mode lexical --json | grep -e queries -e skipped
    "queries": 2,
    "skipped": 1
  $ quarry eval chunking --mode lexical | grep -e recall -e queries -e skipped
  recall          1.0000  (1.0000 to 1.0000)
  queries       1
  skipped       2 that name no passage
  $ printf '{"question": "who bakes", "answerable": false}\n' > eval.jsonl
  $ quarry eval retrieval --mode lexical
  error: cannot use eval.jsonl
  caused by: no question in it names a source
  hint: a line is {"question": "\xe2\x80\xa6", "source": "FILE"}, with "text": "\xe2\x80\xa6" (a quotation) for a span of it, or with "references": [{"source": "FILE", "start": 10, "end": 20}, \xe2\x80\xa6] (esc)
  [1]
  $ printf '{"question": "what is wild", "source": "bread.txt"}\n' > eval.jsonl
  $ quarry eval chunking --mode lexical
  error: cannot use eval.jsonl
  caused by: no question in it names a passage
  hint: chunking is measured on passages: give "text", or "start" and "end"
  [1]
  $ cd ..
