A model file is checked and kept:

  $ /usr/bin/python3 "$TESTDIR/../support/tiny_gguf.py" tiny.gguf
  $ quarry models ls
  no models; quarry models add FILE.gguf adds one (the built-in embedder needs none)
  $ quarry models add tiny.gguf 2>&1
  added gguf:tiny: bert, 32 dimensions, 94 kB
  sha256 36f5eb5063006db147dc5ae6a6dcae8c40a77644175fc1fefc8a1a10b9ab1669
  licence mit
  $ quarry models ls
    gguf:tiny  bert, 32 dimensions, 94 kB, licence mit
  $ quarry models add tiny.gguf 2>&1
  error: there is a model tiny already
  hint: give this one another name with --name, or replace the other with --force
  [1]
  $ quarry models add tiny.gguf --name other --sha256 0000 2>&1
  error: cannot add the model tiny.gguf
  caused by: its SHA-256 is 36f5eb5063006db147dc5ae6a6dcae8c40a77644175fc1fefc8a1a10b9ab1669, not 0000
  hint: download the file again from the publisher of that hash
  [1]
  $ head -c 30000 tiny.gguf > cut.gguf
  $ quarry models add cut.gguf 2>&1
  error: cannot add the model cut.gguf
  caused by: cannot use the model file */.local/share/quarry/models/cut.*.part (glob)
  caused by: it is a damaged or unknown GGUF file
  caused by: its tensors reach beyond its 30000 bytes: the file is truncated
  hint: download the file again
  [1]
  $ quarry models add none.gguf 2>&1
  error: cannot add the model none.gguf
  caused by: there is no such file
  hint: give the path of a .gguf file, or an https:// address
  [1]
  $ quarry models add http://example.com/m.gguf 2>&1
  error: cannot add the model http://example.com/m.gguf
  caused by: over plain http anyone on the network can change the model
  hint: use https://, or fetch the file yourself and give its path
  [1]

Known models are shown first; nothing is fetched without consent:

  $ quarry models add bge-reranker-v2-m3 2>&1
  bge-reranker-v2-m3: reranker, BAAI, 8 bits, about 100 languages
    size     636 MB
    licence  Apache-2.0
    sha256   a43c7c9b11a4c1517e5bf95151960e1621d1b72f7a493364b01e386cf1aaa1d3
    address  https://huggingface.co/gpustack/bge-reranker-v2-m3-GGUF/resolve/main/bge-reranker-v2-m3-Q8_0.gguf
  error: bge-reranker-v2-m3 is not fetched without your consent
  caused by: nobody can be asked here
  hint: quarry models add bge-reranker-v2-m3 --yes
  [2]
  $ quarry models add bge-reranker-v2-m4 2>&1
  error: there is no known model bge-reranker-v2-m4, and no such file
  hint: did you mean bge-reranker-v2-m3? give a .gguf file, an https:// address, or one of bge-reranker-v2-m3, bge-small-en-v1.5, nomic-embed-text-v1.5, bge-m3, qwen3-1.7b, qwen3-4b
  [10]

A model is used from then on:

  $ (export HOME="$PWD/other"; quarry models add tiny.gguf --use 2>&1; quarry config get embed.model)
  added gguf:tiny: bert, 32 dimensions, 94 kB
  sha256 36f5eb5063006db147dc5ae6a6dcae8c40a77644175fc1fefc8a1a10b9ab1669
  licence mit
  embed.provider = "gguf" in */other/.config/quarry/config.toml (glob)
  embed.model = "tiny" in */other/.config/quarry/config.toml (glob)
  make the vectors of a knowledge base with it: quarry embed
  tiny

It makes vectors for a base and for lines; another model takes over when all of its vectors are there:

  $ printf 'The moon is far away.\n' > moon.txt; printf 'Cheese is yellow.\n' > cheese.txt
  $ quarry ingest --quiet moon.txt cheese.txt
  $ quarry embed --model gguf:tiny --dry-run
  2 texts of about 10 tokens to embed with gguf:tiny
  duration unknown before the first run
  $ quarry embed --model gguf:tiny 2>&1
  embedded 2 texts with gguf:tiny
  $ quarry search --mode vector --limit 1 --format files moon far away 2>&1
  moon.txt
  $ printf 'import sys\nfor line in sys.stdin: print("[1, 2]")\n' > two.py
  $ export QUARRY_EMBED_COMMAND='python3 two.py'
  $ quarry embed --model command:two 2>&1
  embedded 2 texts with command:two
  $ quarry models ls
    gguf:tiny  bert, 32 dimensions, 94 kB, licence mit
  
  in the knowledge base:
    gguf:tiny  2 vectors of 32 dimensions, 256 B
  * command:two  2 vectors of 2 dimensions, 16 B
  $ quarry models rm --vectors command:two 2>&1
  error: searches use the vectors of command:two
  hint: switch to another model first: quarry embed --model MODEL
  [1]
  $ quarry models rm --vectors gguf:tiny 2>&1
  removed 2 vectors of gguf:tiny
  $ quarry models rm tiny 2>&1
  removed gguf:tiny
  $ quarry models rm tiny 2>&1
  error: there is no model file tiny
  hint: quarry models ls lists them; --vectors removes vectors from the knowledge base
  [10]
  $ quarry embed --model gguf:tiny 2>&1
  error: there is no model tiny
  hint: add it: quarry models add FILE.gguf; quarry models ls lists them
  [1]

Lines to JSON, CSV and NumPy:

  $ printf '{"id": 7, "text": "a, b"}\n{"text": "c"}\n' | quarry embed --stdin --model command:two --format csv
  id,text,d0,d1
  7,"a, b",0.4472136,0.8944272
  2,c,0.4472136,0.8944272
  $ printf 'a\nb\n' | quarry embed --stdin --model command:two
  {"text":"a","vector":[0.4472136,0.8944272]}
  {"text":"b","vector":[0.4472136,0.8944272]}
  $ printf 'a\nb\nc\n' | quarry embed --stdin --model command:two --format npy > v.npy; head -c 100 v.npy | tail -c 90; wc -c < v.npy
  {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }                               152
  $ printf '{"text": "a"}\nnot json\n' | quarry embed --stdin --model command:two 2>&1
  error: line 2 of standard input is not JSON with a "text"
  hint: each line is {"text": "\xe2\x80\xa6", "id": \xe2\x80\xa6}; for lines of plain text: --input lines (esc)
  [1]
