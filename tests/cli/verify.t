An answer is saved, and holds while its documents do:

  $ printf 'The moon is 384,400 km away.\n' > moon.txt
  $ quarry ingest --quiet moon.txt
  $ quarry ask --json 'How far is the moon?' > answer.json
  $ quarry verify answer.json
  [1] unchanged moon.txt:1
  1 of 1 sentences supported; 1 of 1 citations hold

Words that moved are found again:

  $ printf 'A preface.\n\nThe moon is 384,400 km away.\n' > moon.txt
  $ quarry ingest --quiet moon.txt
  $ quarry verify answer.json
  [1] moved moon.txt:1, now line 3
  1 of 1 sentences supported; 1 of 1 citations hold

Words that changed are not:

  $ printf 'The moon is 384,401 km away.\n' > moon.txt
  $ quarry ingest --quiet moon.txt
  $ quarry verify answer.json
  [1] changed moon.txt:1
      "The moon is 384,400 km away."
  
  Not supported by the sources:
  - unsupported: The moon is 384,400 km away. [1]
      the words of source [1] are not in its document
  0 of 1 sentences supported, 1 unsupported; 0 of 1 citations hold: the answer does not hold
  [13]

What is not a saved answer:

  $ echo 42 | quarry verify - 2>&1
  error: this is not a saved answer
  caused by: it is not a JSON object
  hint: save one with: quarry ask --json QUESTION > answer.json, or many with: quarry batch -o answers.jsonl
  [1]
  $ quarry verify nowhere.json
  error: cannot read nowhere.json
  caused by: No such file or directory
  hint: give a file that quarry ask --json or quarry batch wrote, or -
  [1]

A name that is no UTF-8 stands in JSON with U+FFFD; its document is found all the same:

  $ mkdir -p names
  $ printf 'Mars has two moons.\n' > "$(printf 'names/mars\377.txt')"
  $ quarry ingest --quiet names
  $ quarry ask --json 'How many moons has Mars?' > mars.json
  $ quarry verify mars.json
  [1] unchanged names/mars\xef\xbf\xbd.txt:1 (esc)
  1 of 1 sentences supported; 1 of 1 citations hold
  $ rm "$(printf 'names/mars\377.txt')" && quarry ingest --quiet --prune names
  $ quarry verify mars.json
  [1] gone names/mars\xef\xbf\xbd.txt:1 (esc)
      "Mars has two moons."
  
  Not supported by the sources:
  - unsupported: Mars has two moons. [1]
      the words of source [1] are not in its document
  0 of 1 sentences supported, 1 unsupported; 0 of 1 citations hold: the answer does not hold
  [13]

An answer that the documents do not give has nothing to verify:

  $ quarry ask --json 'Who won the match yesterday?' > refusal.json
  [10]
  $ quarry verify refusal.json
  nothing to check: the documents did not say
