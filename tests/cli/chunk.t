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
  {"source":"moon.md","index":0,"start_byte":0,"end_byte":27,"start_char":0,"end_char":27,"start_line":1,"end_line":3,"heading_path":["The Moon"],"tokens":8,"previous":null,"next":1,"text":"# The Moon\n\nIt is far away."}
  {"source":"moon.md","index":1,"start_byte":29,"end_byte":67,"start_char":29,"end_char":67,"start_line":5,"end_line":7,"heading_path":["The Moon","Facts"],"tokens":13,"previous":0,"next":null,"text":"## Facts\n\nThe moon is 384,400 km away."}

Everything fits into one chunk of the usual size:

  $ quarry chunk --format text moon.md
  moon.md:1-7  The Moon  bytes 0-67, about 21 tokens
  # The Moon
  
  It is far away.
  
  ## Facts
  
  The moon is 384,400 km away.
  

From a pipe, with the text's type said, one document for programs:

  $ quarry chunk --type markdown --size 40 --json < moon.md
  {"schema": "quarry.chunk/1", "chunks": [
  {"source":"-","index":0,"start_byte":0,"end_byte":27,"start_char":0,"end_char":27,"start_line":1,"end_line":3,"heading_path":["The Moon"],"tokens":8,"previous":null,"next":1,"text":"# The Moon\n\nIt is far away."},
  {"source":"-","index":1,"start_byte":29,"end_byte":67,"start_char":29,"end_char":67,"start_line":5,"end_line":7,"heading_path":["The Moon","Facts"],"tokens":13,"previous":0,"next":null,"text":"## Facts\n\nThe moon is 384,400 km away."}
  ],
  "documents": [{"source":"-","chunks":2,"bytes":68,"tokens":21,"strategy":"markdown"}],
  "failed": []}

Strategies and units:

  $ printf 'one two three four five' | quarry chunk --strategy fixed --size 9
  {"source":"-","index":0,"start_byte":0,"end_byte":9,"start_char":0,"end_char":9,"start_line":1,"end_line":1,"heading_path":[],"tokens":3,"previous":null,"next":1,"text":"one two t"}
  {"source":"-","index":1,"start_byte":9,"end_byte":18,"start_char":9,"end_char":18,"start_line":1,"end_line":1,"heading_path":[],"tokens":2,"previous":0,"next":2,"text":"hree four"}
  {"source":"-","index":2,"start_byte":19,"end_byte":23,"start_char":19,"end_char":23,"start_line":1,"end_line":1,"heading_path":[],"tokens":1,"previous":1,"next":null,"text":"five"}
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
  -:1-1  bytes 0-6, about 3 tokens
  \xe6\x97\xa5\xe6\x9c\xac (esc)
  
  -:1-1  bytes 6-12, about 3 tokens
  \xe8\xaa\x9e\xe3\x80\x82 (esc)
  
  $ printf 'A word or two.' | quarry chunk --size 3 --unit tokens:approx --format text
  -:1-1  bytes 0-9, about 3 tokens
  A word or
  
  -:1-1  bytes 10-14, about 2 tokens
  two.
  

The text with its cuts; what a chunk repeats stands between angle quotes:

  $ quarry chunk --show --size 40 moon.md
  moon.md: 2 chunks by markdown
  \xe2\x9f\xa60\xe2\x9f\xa7# The Moon (esc)
  
  It is far away.
  
  \xe2\x9f\xa61\xe2\x9f\xa7## Facts (esc)
  
  The moon is 384,400 km away.
  $ printf 'One is. Two is. Three is.' | quarry chunk --show --strategy sentence --size 16 --overlap 8
  -: 3 chunks by sentence
  \xe2\x9f\xa60\xe2\x9f\xa7One is. \xe2\x9f\xa61\xe2\x9f\xa7\xe2\x80\xb9Two is.\xe2\x80\xba \xe2\x9f\xa62\xe2\x9f\xa7\xe2\x80\xb9Three\xe2\x80\xba is. (esc)
  $ printf 'ab cd' | quarry chunk --show --size 2 --color always | cat -v
  ^[[2m-: 2 chunks by recursive^[[0m
  ^[[1mM-bM-^_M-&0M-bM-^_M-'^[[0m^[[30;46mab^[[0m ^[[1mM-bM-^_M-&1M-bM-^_M-'^[[0m^[[30;42mcd^[[0m
  $ quarry chunk --show --count moon.md
  error: --show and --count cannot be used together
  hint: use only one of them
  [2]

As Markdown:

  $ quarry chunk --format markdown --size 40 moon.md
  ## moon.md:1-3 The Moon
  
  ```
  # The Moon
  
  It is far away.
  ```
  
  ## moon.md:5-7 The Moon > Facts
  
  ```
  ## Facts
  
  The moon is 384,400 km away.
  ```
  

Parents, neighbours, pages and headers of tables:

  $ printf '|a|b|\n|-|-|\n|1|2|\n|3|4|\n' | quarry chunk --type markdown --strategy row --parent-size 2000
  {"source":"-","index":0,"start_byte":0,"end_byte":17,"start_char":0,"end_char":17,"start_line":1,"end_line":3,"heading_path":[],"tokens":12,"parent":{"start_byte":0,"end_byte":23},"previous":null,"next":1,"text":"|a|b|\n|-|-|\n|1|2|"}
  {"source":"-","index":1,"start_byte":18,"end_byte":23,"start_char":18,"end_char":23,"start_line":4,"end_line":4,"heading_path":[],"tokens":6,"table_header":"|a|b|\n|-|-|","parent":{"start_byte":0,"end_byte":23},"previous":0,"next":null,"text":"|3|4|"}
  $ printf 'one\ftwo' | quarry chunk --strategy page --format text
  -:1-1  bytes 0-3, about 1 tokens
  one
  
  -:1-1  bytes 4-7, about 1 tokens
  two
  
  $ printf 'a\nb\nc\nd\n' | quarry chunk --strategy row --min-size 3 --size 9 --format text
  -:1-2  bytes 0-3, about 3 tokens
  a
  b
  
  -:3-4  bytes 4-7, about 3 tokens
  c
  d
  

Separators, of a language or of one's own:

  $ printf 'class A:\n    x = 1\n\n    def f(self):\n        pass\n' | quarry chunk --show --strategy recursive --separators python --size 40
  -: 2 chunks by recursive
  \xe2\x9f\xa60\xe2\x9f\xa7class A: (esc)
      x = 1
  
  \xe2\x9f\xa61\xe2\x9f\xa7    def f(self): (esc)
          pass
  $ printf 'one; two; three; four' | quarry chunk --show --strategy recursive --separators '["; "]' --size 12
  -: 2 chunks by recursive
  \xe2\x9f\xa60\xe2\x9f\xa7one; two; \xe2\x9f\xa61\xe2\x9f\xa7three; four (esc)
  $ printf 'x' | quarry chunk --separators pyton
  error: no separators are known for "pyton"
  hint: did you mean python? (languages: bash, c, cobol, cpp, csharp, elixir, go, haskell, html, java, js, kotlin, latex, lua, markdown, perl, php, powershell, proto, python, r, rst, ruby, rust, scala, sol, swift, ts, visualbasic)
  [2]
  $ printf 'x' | quarry chunk --separators '["a"'
  error: the separators ["a" are not a list
  caused by: they are not a JSON array
  hint: give a language's name, or a JSON array from the best to the worst: ["\n\n", ". ", " "]
  [2]

Settings hold, and options go before them:

  $ printf 'a\nb\n' | quarry chunk --config chunk.strategy=row --config chunk.min_size=2 --config chunk.encoding=tokens:approx --count
  1\t4\t3\t- (esc)
  $ printf 'a\nb\n' | quarry chunk --config chunk.size=5 --size 1 --count
  2\t4\t3\t- (esc)
  $ printf 'x' | quarry chunk --config chunk.min_size=7 --size 5
  error: the minimum size (7) is more than the chunk size (5)
  hint: a quarter of the size joins headings and short paragraphs well; 0 joins nothing
  [2]
  $ printf 'x' | quarry chunk --size 50 --parent-size 5
  error: the parent size (5) is less than the chunk size (50)
  hint: three to five times the size is usual; 0 makes no parents
  [2]

Counts, for scripts: chunks, bytes, tokens of the whole text (estimated unless an encoding is named), file.

  $ printf 'one two' > a.txt
  $ quarry chunk --count a.txt moon.md
  1\t7\t2\ta.txt (esc)
  1\t68\t21\tmoon.md (esc)
  2\t75\t23\ttotal (esc)
  $ quarry chunk --count --format ndjson a.txt
  {"source":"a.txt","chunks":1,"bytes":7,"tokens":2}

Blank text has no chunks, and text that came with control sequences cannot drive the terminal:

  $ printf ' \n\n' | quarry chunk
  warning: -: it has no text
  $ printf 'red \033[31mtext\033]0;title\007' | quarry chunk --format text
  -:1-1  bytes 0-23, about 10 tokens
  red text
  

A closed pipe is quiet:

  $ yes 'word word word' | head -c 3000000 | quarry chunk --size 10 | head -1; echo "${PIPESTATUS[2]}"
  {"source":"-","index":0,"start_byte":0,"end_byte":9,"start_char":0,"end_char":9,"start_line":1,"end_line":1,"heading_path":[],"tokens":2,"previous":null,"next":1,"text":"word word"}
  0

Several files of which one fails: the others are done, and the exit code says so.

  $ printf '{"a": ' > broken.json
  $ quarry chunk a.txt broken.json moon.md --count 2>&1
  error: broken.json is not JSON
  caused by: parse error at line 1, column 7: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal
  hint: read it as it is with --type text
  1\t7\t2\ta.txt (esc)
  1\t68\t21\tmoon.md (esc)
  2\t75\t23\ttotal (esc)
  [11]
  $ quarry chunk --json a.txt broken.json 2>/dev/null
  {"schema": "quarry.chunk/1", "chunks": [
  {"source":"a.txt","index":0,"start_byte":0,"end_byte":7,"start_char":0,"end_char":7,"start_line":1,"end_line":1,"heading_path":[],"tokens":2,"previous":null,"next":null,"text":"one two"}
  ],
  "documents": [{"source":"a.txt","chunks":1,"bytes":7,"tokens":2,"strategy":"recursive"}],
  "failed": [{"source":"broken.json","error":"broken.json is not JSON: parse error at line 1, column 7: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal","hint":"read it as it is with --type text"}]}
  [11]

Failures:

  $ quarry chunk broken.json 2>&1
  error: broken.json is not JSON
  caused by: parse error at line 1, column 7: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal
  hint: read it as it is with --type text
  [1]

Invalid bytes are replaced, and reported:

  $ printf 'caf\351' > latin1.txt
  $ quarry chunk latin1.txt --count
  warning: latin1.txt: an invalid UTF-8 sequence was replaced, in line 1
  1\t6\t2\tlatin1.txt (esc)

  $ printf 'a\0b' | quarry chunk 2>&1
  error: standard input looks like a binary file
  hint: give its type with --type, or convert it to text first
  [1]
  $ quarry chunk missing.txt 2>&1
  error: cannot read missing.txt
  caused by: No such file or directory
  [1]
  $ quarry chunk . 2>&1
  error: . is a folder
  hint: give its files, such as with a pattern of your shell; quarry ingest reads folders
  [1]
  $ quarry chunk --size -1 a.txt 2>&1
  error: --size cannot be '-1'
  caused by: it must be a whole number, 0 or more
  hint: it takes a whole number
  [2]
  $ quarry chunk --strategy recursiv a.txt 2>&1
  error: unknown chunking strategy "recursiv"
  hint: did you mean recursive? (strategies: auto, fixed, recursive, sentence, paragraph, markdown, structure, code, semantic, page, row)
  [2]
  $ quarry chunk --unit lines a.txt 2>&1
  error: unknown unit "lines"
  hint: choose one of: chars, bytes, words, tokens:approx, *wordpiece:FILE, gguf:FILE (glob)
  [2]
  $ quarry chunk --size 0 a.txt 2>&1
  error: the chunk size is 0
  hint: give a size of at least 1, such as 1800
  [2]
  $ quarry chunk --size 10 --overlap 10 a.txt 2>&1
  error: the overlap (10) is not less than the chunk size (10)
  hint: a tenth of the size is usually enough; 0 is best for most documents
  [2]
  $ quarry chunk --size ten a.txt 2>&1
  error: --size cannot be 'ten'
  caused by: it must be a whole number, 0 or more
  hint: it takes a whole number
  [2]
  $ quarry chunk --type paper a.txt 2>&1
  error: unknown document type "paper"
  hint: choose one of: markdown, text, html, csv, tsv, json, jsonl, notebook, subtitles, xml, rst, asciidoc, org, latex, man, docx, pdf, pptx, xlsx, odt, ods, odp, epub, rtf, mail, mbox, doc, xls, ppt, msg; or a programming language, such as python
  [2]
  $ quarry chunk --format xml a.txt 2>&1
  error: --format cannot be 'xml'
  hint: it is one of ndjson, json, text, markdown
  [2]
  $ quarry chunk --config ingest.max_file_bytes=3 a.txt 2>&1
  error: cannot read a.txt
  caused by: it is larger than the limit of 3 B
  [1]
  $ printf 'four' | quarry chunk --config ingest.max_file_bytes=3 2>&1
  error: standard input is larger than 3 bytes
  hint: raise ingest.max_file_bytes, or split the input
  [1]
  $ quarry chunk --json --size 0 a.txt 2>&1
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"the chunk size is 0","causes":[],"hint":"give a size of at least 1, such as 1800"}}
  [2]

Of several files those that can be read are cut; the exit code of each error is that of the run:

  $ printf 'hello there' > hello.txt
  $ quarry chunk --json hello.txt missing.txt gone.txt 2> errors | grep '"documents"'
  "documents": [{"source":"hello.txt","chunks":1,"bytes":11,"tokens":2,"strategy":"recursive"}],
  $ cat errors
  {"schema":"quarry.error/1","error":{"code":"some_inputs_failed","exit_code":11,"message":"cannot read missing.txt","causes":["No such file or directory"],"hint":""}}
  {"schema":"quarry.error/1","error":{"code":"some_inputs_failed","exit_code":11,"message":"cannot read gone.txt","causes":["No such file or directory"],"hint":""}}
  $ quarry chunk hello.txt missing.txt > cut 2> errors
  [11]
  $ for format in '--json' '--format json'; do quarry chunk $format hello.txt | grep -o '"tokens": *[0-9]*,"[^,]*"'; done
  "tokens":2,"previous"
  "tokens":2,"strategy":"recursive"
  "tokens":2,"previous"
  "tokens":2,"strategy":"recursive"
