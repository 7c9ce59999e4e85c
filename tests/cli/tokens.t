A counter of tokens for scripts: chunks, bytes, tokens of the whole file, and its name:

  $ printf "I'm sure they'd've said: HTTPServer, 12345 x.\n" > said.txt
  $ printf '你好，世界 Привет, мир 👨‍👩‍👧\n' > scripts.txt
  $ printf '<|endoftext|>' > special.txt
  $ quarry chunk --count --encoding cl100k_base said.txt scripts.txt special.txt
  1\t46\t16\tsaid.txt (esc)
  1\t56\t25\tscripts.txt (esc)
  1\t13\t7\tspecial.txt (esc)
  3\t115\t48\ttotal (esc)
  $ quarry chunk --count --encoding o200k_base said.txt scripts.txt special.txt
  1\t46\t14\tsaid.txt (esc)
  1\t56\t16\tscripts.txt (esc)
  1\t13\t7\tspecial.txt (esc)
  3\t115\t37\ttotal (esc)
  $ quarry chunk --count --encoding tokens:approx said.txt scripts.txt special.txt
  1\t46\t18\tsaid.txt (esc)
  1\t56\t22\tscripts.txt (esc)
  1\t13\t4\tspecial.txt (esc)
  3\t115\t44\ttotal (esc)

Tokens of the whole file, not of its chunks: where the cuts are does not matter:

  $ quarry chunk --count --encoding cl100k_base --size 3 said.txt | cut -f 3
  16
  $ quarry chunk --count --encoding cl100k_base < said.txt | cut -f 3
  16
  $ quarry chunk --count --encoding cl100k_base --json said.txt
  {"schema": "quarry.chunk/1", "chunks": [],
  "documents": [{"source":"said.txt","chunks":1,"bytes":46,"tokens":16,"strategy":"recursive"}],
  "failed": []}
  $ test "$(quarry chunk --count --encoding cl100k_base said.txt | cut -f 3)" -le 20 && echo small enough
  small enough

Sizes in tokens: no chunk counts more.

  $ quarry chunk --size 6 --unit tokens:cl100k_base --format ndjson said.txt | sed 's/.*"tokens":\([0-9]*\).*"text":\(.*\)}/\1 \2/'
  6 "I'm sure they'd've"
  5 "said: HTTPServer,"
  4 "12345 x."
  $ quarry chunk --size 6 --overlap 2 --unit o200k_base --format ndjson said.txt | sed 's/.*"tokens":\([0-9]*\).*"text":\(.*\)}/\1 \2/'
  6 "I'm sure they'd've said:"
  5 "said: HTTPServer,"
  5 "Server, 12345"
  4 "12345 x."

The vocabulary of a BERT model:

  $ printf '%s\n' '[PAD]' '[UNK]' un '##aff' '##able' the . > vocab.txt
  $ printf 'The unaffable. Zebra' | quarry chunk --count --encoding wordpiece:vocab.txt
  1\t20\t6\t- (esc)
  $ printf 'The unaffable. Zebra' | quarry chunk --count --encoding wordpiece:vocab.txt@cased
  1\t20\t6\t- (esc)

What is no encoding:

  $ quarry chunk --count --encoding cl100k said.txt
  error: unknown unit "cl100k"
  hint: choose one of: chars, bytes, words, tokens:approx, tokens:cl100k_base, tokens:o200k_base, wordpiece:FILE, gguf:FILE
  [2]
  $ quarry chunk --count --encoding wordpiece:nowhere.txt said.txt
  error: cannot read nowhere.txt
  caused by: No such file or directory
  [1]
  $ quarry chunk --count --encoding wordpiece:said.txt said.txt
  error: said.txt is not a WordPiece vocabulary
  hint: give the vocab.txt of a BERT model: one token a line, [UNK] among them, with ## before those inside words
  [1]
  $ quarry chunk --count --encoding gguf:nowhere.gguf said.txt
  error: there is no file nowhere.gguf
  hint: gguf: takes the path of a model file, as in gguf:models/name.gguf
  [1]
