A model file is checked and kept:

  $ /usr/bin/python3 "$TESTDIR/../support/tiny_gguf.py" tiny.gguf
  $ quarry models ls
  no models; quarry models add FILE.gguf adds one, and the built-in embedder needs none
  $ quarry models add tiny.gguf 2>&1
  $ quarry models ls
  $ quarry models add tiny.gguf 2>&1
  $ quarry models add tiny.gguf --name other --sha256 0000 2>&1
  $ head -c 30000 tiny.gguf > cut.gguf
  $ quarry models add cut.gguf 2>&1
  $ quarry models add none.gguf 2>&1
  $ quarry models add http://example.com/m.gguf 2>&1

It makes vectors for a base and for lines; another model takes over when all of its vectors are there:

  $ printf 'The moon is far away.\n' > moon.txt; printf 'Cheese is yellow.\n' > cheese.txt
  $ quarry ingest --quiet moon.txt cheese.txt
  $ quarry embed --model gguf:tiny --dry-run
  $ quarry embed --model gguf:tiny 2>&1
  $ quarry search --mode vector --limit 1 --format files moon far away 2>&1
  $ printf 'import sys\nfor line in sys.stdin: print("[1, 2]")\n' > two.py
  $ export QUARRY_EMBED_COMMAND='python3 two.py'
  $ quarry embed --model command:two 2>&1
  $ quarry models ls
  $ quarry models rm --vectors command:two 2>&1
  $ quarry models rm --vectors gguf:tiny 2>&1
  $ quarry models rm tiny 2>&1
  $ quarry models rm tiny 2>&1
  $ quarry embed --model gguf:tiny 2>&1

Lines to JSON, CSV and NumPy:

  $ printf '{"id": 7, "text": "a, b"}\n{"text": "c"}\n' | quarry embed --stdin --model command:two --format csv
  $ printf 'a\nb\n' | quarry embed --stdin --model command:two
  $ printf 'a\nb\nc\n' | quarry embed --stdin --model command:two --format npy > v.npy; head -c 100 v.npy | tail -c 90; wc -c < v.npy
  $ printf '{"text": "a"}\nnot json\n' | quarry embed --stdin --model command:two 2>&1
