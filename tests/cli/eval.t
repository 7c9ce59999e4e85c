The group says what it has:

  $ quarry eval 2>&1 | head -n 5
  error: quarry eval needs a sub-command
  hint: it is one of retrieval; quarry eval --help explains them

A collection of 80 documents, each with a question of its own:

  $ mkdir -p set/qrels
  $ for i in $(seq 80); do echo "{\"_id\": \"d$i\", \"title\": \"Text $i\", \"text\": \"The text number$i tells of subject$i. Nobody has read about subject$i for a while, they say.\"}"; done > set/corpus.jsonl
  $ for i in $(seq 80); do echo "{\"_id\": \"q$i\", \"text\": \"who reads about subject$i\"}"; done > set/queries.jsonl
  $ { printf 'query-id\tcorpus-id\tscore\n'; for i in $(seq 80); do printf 'q%s\td%s\t1\n' $i $i; done; } > set/qrels/test.tsv
  $ quarry eval retrieval set --mode lexical
  mode        lexical
  ndcg@10     1.0000
  recall@100  1.0000
  mrr@10      1.0000
  queries     80
  documents   80 in 80 chunks
  seconds     [0-9.]+ to index, 0.0 to embed, [0-9.]+ to search (re)
  $ quarry eval retrieval set --json --limit 5 | grep -v _seconds
  {
    "schema": "quarry.eval.retrieval/1",
    "folder": "set",
    "mode": "hybrid",
    "embedder": "builtin",
    "note": "",
    "documents": 80,
    "chunks": 80,
    "queries": 5,
    "ndcg@10": 1.0,
    "recall@100": 1.0,
    "mrr@10": 1.0,
  }
  $ quarry eval retrieval set --mode vector --limit 2 --per-query | head -n 2 | cut -c1-4
  q1  
  q2  

The base here is not touched:

  $ ls -A
  set

Failures:

  $ quarry eval retrieval 2>&1
  error: FOLDER is missing
  hint: usage: quarry eval retrieval [OPTIONS] FOLDER
        for example: quarry eval retrieval scifact
  [2]
  $ quarry eval retrieval nowhere 2>&1
  error: nowhere is no test collection
  caused by: nowhere/corpus.jsonl is missing
  hint: a BEIR folder has corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv (query-id, corpus-id, score; with a header line)
  [2]
  $ quarry eval retrieval set --mode vector --config embed.provider=none 2>&1
  error: --mode vector needs an embedder
  caused by: embed.provider is none
  hint: use --mode lexical, or --config embed.provider=builtin
  [2]
  $ echo 'nonsense' >> set/corpus.jsonl
  $ quarry eval retrieval set --mode lexical 2>&1
  error: cannot use set/corpus.jsonl:81
  caused by: the line is no JSON object
  hint: a BEIR folder has corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv (query-id, corpus-id, score; with a header line)
  [1]
  $ printf 'q1\td1\tmany\n' >> set/qrels/test.tsv
  $ quarry eval retrieval set 2>&1
  error: cannot use set/qrels/test.tsv:82
  caused by: the score "many" is no whole number
  hint: a BEIR folder has corpus.jsonl (_id, title, text), queries.jsonl (_id, text) and qrels/test.tsv (query-id, corpus-id, score; with a header line)
  [1]
