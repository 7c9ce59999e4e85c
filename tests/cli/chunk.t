A Markdown file, one JSON object a chunk:

  $ cat > moon.md <<'EOF'
  > # The Moon
  > 
  > It is far away.
  > 
  > ## Facts
  > 
  > The moon is 384,400 km away.
  > EOF
  $ quarry chunk moon.md --size 40
  {"source":"moon.md","index":0,"start_byte":0,"end_byte":27,"start_line":1,"end_line":3,"heading_path":["The Moon"],"tokens":9,"text":"# The Moon\n\nIt is far away."}
  {"source":"moon.md","index":1,"start_byte":29,"end_byte":67,"start_line":5,"end_line":7,"heading_path":["The Moon","Facts"],"tokens":12,"text":"## Facts\n\nThe moon is 384,400 km away."}

Everything fits into one chunk of the usual size:

  $ quarry chunk --format text moon.md
  moon.md:1-7  The Moon  bytes 0-67, about 22 tokens
  # The Moon
  
  It is far away.
  
  ## Facts
  
  The moon is 384,400 km away.
  

From a pipe, with the text's type said, one document for programs:

  $ quarry chunk --type markdown --size 40 --json < moon.md
  {"schema": "quarry.chunk/1", "chunks": [
  {"source":"-","index":0,"start_byte":0,"end_byte":27,"start_line":1,"end_line":3,"heading_path":["The Moon"],"tokens":9,"text":"# The Moon\n\nIt is far away."},
  {"source":"-","index":1,"start_byte":29,"end_byte":67,"start_line":5,"end_line":7,"heading_path":["The Moon","Facts"],"tokens":12,"text":"## Facts\n\nThe moon is 384,400 km away."}
  ],
  "documents": [{"source":"-","chunks":2,"bytes":68,"tokens":21}],
  "failed": []}

Strategies and units:

  $ printf 'one two three four five' | quarry chunk --strategy fixed --size 9
  {"source":"-","index":0,"start_byte":0,"end_byte":9,"start_line":1,"end_line":1,"heading_path":[],"tokens":3,"text":"one two t"}
  {"source":"-","index":1,"start_byte":9,"end_byte":18,"start_line":1,"end_line":1,"heading_path":[],"tokens":2,"text":"hree four"}
  {"source":"-","index":2,"start_byte":19,"end_byte":23,"start_line":1,"end_line":1,"heading_path":[],"tokens":1,"text":"five"}
  $ printf 'one two three four five' | quarry chunk --size 2 --overlap 1 --unit words --format text
  -:1-1  bytes 0-7, about 2 tokens
  one two
  
  -:1-1  bytes 4-13, about 2 tokens
  two three
  
  -:1-1  bytes 8-18, about 2 tokens
  three four
  
  -:1-1  bytes 14-23, about 2 tokens
  four five
  
  $ printf '日本語。' | quarry chunk --size 6 --unit bytes --format text
  -:1-1  bytes 0-6, about 2 tokens
  \xe6\x97\xa5\xe6\x9c\xac (esc)
  
  -:1-1  bytes 6-12, about 2 tokens
  \xe8\xaa\x9e\xe3\x80\x82 (esc)
  
  $ printf 'A word or two.' | quarry chunk --size 3 --unit tokens:approx --format text
  -:1-1  bytes 0-9, about 3 tokens
  A word or
  
  -:1-1  bytes 10-14, about 2 tokens
  two.
  

Counts, for scripts: chunks, bytes, approximate tokens, file.

  $ printf 'one two' > a.txt
  $ quarry chunk --count a.txt moon.md
  1\t7\t2\ta.txt (esc)
  1\t68\t22\tmoon.md (esc)
  2\t75\t24\ttotal (esc)
  $ quarry chunk --count --format ndjson a.txt
  {"source":"a.txt","chunks":1,"bytes":7,"tokens":2}

Blank text has no chunks, and text that came with control sequences cannot drive the terminal:

  $ printf ' \n\n' | quarry chunk
  $ printf 'red \033[31mtext\033]0;title\007' | quarry chunk --format text
  -:1-1  bytes 0-23, about 9 tokens
  red text
  

A closed pipe is quiet:

  $ yes 'word word word' | head -c 3000000 | quarry chunk --size 10 | head -1; echo "${PIPESTATUS[2]}"
  {"source":"-","index":0,"start_byte":0,"end_byte":9,"start_line":1,"end_line":1,"heading_path":[],"tokens":2,"text":"word word"}
  0

Several files of which one fails: the others are done, and the exit code says so.

  $ printf 'caf\351' > latin1.txt
  $ quarry chunk a.txt latin1.txt moon.md --count 2>&1
  error: latin1.txt is not valid UTF-8
  caused by: byte 0xE9 at offset 3 (line 1) begins no character
  hint: save it as UTF-8; "file" guesses the encoding, and "iconv -f latin1 -t utf8" converts Latin-1 text
  1\t7\t2\ta.txt (esc)
  1\t68\t22\tmoon.md (esc)
  2\t75\t24\ttotal (esc)
  [11]
  $ quarry chunk --json a.txt latin1.txt 2>/dev/null
  {"schema": "quarry.chunk/1", "chunks": [
  {"source":"a.txt","index":0,"start_byte":0,"end_byte":7,"start_line":1,"end_line":1,"heading_path":[],"tokens":2,"text":"one two"}
  ],
  "documents": [{"source":"a.txt","chunks":1,"bytes":7,"tokens":2}],
  "failed": [{"source":"latin1.txt","error":"latin1.txt is not valid UTF-8: byte 0xE9 at offset 3 (line 1) begins no character","hint":"save it as UTF-8; \"file\" guesses the encoding, and \"iconv -f latin1 -t utf8\" converts Latin-1 text"}]}
  [11]

Failures:

  $ quarry chunk latin1.txt 2>&1
  error: latin1.txt is not valid UTF-8
  caused by: byte 0xE9 at offset 3 (line 1) begins no character
  hint: save it as UTF-8; "file" guesses the encoding, and "iconv -f latin1 -t utf8" converts Latin-1 text
  [1]
  $ printf 'a\0b' | quarry chunk 2>&1
  error: standard input looks like a binary file
  hint: quarry chunk reads text and Markdown; convert the file first
  [1]
  $ quarry chunk missing.txt 2>&1
  error: cannot read missing.txt
  caused by: No such file or directory
  [1]
  $ quarry chunk . 2>&1
  error: cannot read .
  caused by: Is a directory
  [1]
  $ quarry chunk --strategy recursiv a.txt 2>&1
  error: unknown chunking strategy "recursiv"
  hint: did you mean recursive? (strategies: auto, fixed, recursive, markdown)
  [2]
  $ quarry chunk --unit lines a.txt 2>&1
  error: unknown unit "lines"
  hint: choose one of: chars, bytes, words, tokens:approx
  [2]
  $ quarry chunk --size 0 a.txt 2>&1
  error: the chunk size is 0
  hint: give a size of at least 1, such as 1800
  [2]
  $ quarry chunk --size 10 --overlap 10 a.txt 2>&1
  error: the overlap (10) is not less than the chunk size (10)
  hint: an overlap of a tenth of the size is plenty; 0 is best for most documents
  [2]
  $ quarry chunk --size ten a.txt 2>&1
  error: --size cannot be 'ten'
  hint: it takes a whole number
  [2]
  $ quarry chunk --type docx a.txt 2>&1
  error: unknown document type "docx"
  hint: choose one of: markdown, text
  [2]
  $ quarry chunk --format xml a.txt 2>&1
  error: --format cannot be 'xml'
  hint: it is one of ndjson, json, text
  [2]
  $ quarry chunk --config ingest.max_file_bytes=3 a.txt 2>&1
  error: cannot read a.txt
  caused by: it is larger than the limit of 3 B
  [1]
  $ printf 'four' | quarry chunk --config ingest.max_file_bytes=3 2>&1
  error: standard input is larger than 3 bytes
  hint: raise ingest.max_file_bytes, or cut the input up
  [1]
  $ quarry chunk --json --size 0 a.txt 2>&1
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"the chunk size is 0","causes":[],"hint":"give a size of at least 1, such as 1800"}}
  [2]
