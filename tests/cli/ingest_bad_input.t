Bad documents are reported, and the others go in.

A type that cannot be read, named on the command line:

  $ echo x > a.xyz && echo 'Good.' > good.md
  $ quarry ingest a.xyz good.md
  created a knowledge base: .quarry/base.db
  warning: a.xyz: files of this type cannot be read yet
  hint: if it is text: --type text
  1 added, 1 failed; 1 chunk, 6 B in * s (glob)
  too few chunks for vectors (1 of 64 needed): searching by words only
  [11]

It is text, if one says so:

  $ quarry ingest a.xyz --type text
  1 added; 1 chunk, 2 B in * s (glob)
  $ quarry ingest a.xyz --type nonsense
  error: unknown document type "nonsense"
  hint: choose one of: markdown, text, * (glob)
  [2]

An empty file, a binary file, one that is not UTF-8:

  $ touch empty.md && printf 'a\000b\000' > binary.txt && printf 'Caf\351\n' > latin1.txt
  $ quarry ingest empty.md binary.txt latin1.txt
  warning: empty.md: it is empty
  warning: binary.txt: it is a binary file, not text
  hint: convert it to text or Markdown first
  warning: latin1.txt: an invalid UTF-8 sequence was replaced, in line 1
  1 added, 2 failed, 1 with invalid bytes; 1 chunk, 5 B in * s (glob)
  [11]
  $ quarry docs ls --failed
       -    failed  binary.txt  it is a binary file, not text
       -    failed  empty.md  it is empty

A page that shows nothing without its scripts, one whose words are hidden, and old Office files without a program that
reads them, and with another format in them:

  $ printf '<div id=root></div><script>render()</script>' > app.html
  $ printf '<p hidden>secret' > hidden.html
  $ printf '\320\317\021\340\241\261\032\341' > old.doc && cp old.doc old.msg
  $ printf '{\\rtf1 Words.}' > words.doc
  $ mkdir empty-path && PATH=$PWD/empty-path "$(command -v quarry)" ingest app.html hidden.html old.doc old.msg words.doc
  warning: old.doc: no program that reads this format is installed
  hint: apt install --no-install-recommends antiword
  warning: old.msg: no program that reads this format is installed
  hint: apt install --no-install-recommends libemail-outlook-message-perl
  warning: app.html: its text is made by scripts, which are not run
  warning: hidden.html: all its text was left out: 1 × hidden element (esc)
  3 added, 2 failed, 2 without text; 1 chunk, * (glob)
  [11]
  $ quarry docs show words.doc --text
  Words. (no-eol)
  $ quarry ingest hidden.html --base other.db --json -q 2>/dev/null | grep -A5 warnings
    "warnings": [
      {
        "uri": "*/hidden.html", (glob)
        "kind": "no_text",
        "reason": "all its text was left out: 1 × hidden element"
      }

A line of a gigabyte, in a file without blocks on the disk; a line of megabytes is cut:

  $ truncate -s 1G line.txt
  $ quarry ingest line.txt
  warning: line.txt: it is larger than the limit of 100 MB
  hint: the limit is the setting ingest.max_file_bytes
  1 failed; 0 chunks, 0 B in * s (glob)
  [11]
  $ rm line.txt
  $ head -c 3000000 /dev/zero | tr '\0' 'x' > long.txt
  $ quarry ingest long.txt
  1 added; 1667 chunks, 3.0 MB in * s (glob)
  fitted the built-in embedder on these documents and embedded 6 texts in * s (glob)
  $ head -c 2000000 long.txt | quarry ingest - --config ingest.max_file_bytes=1000000
  warning: stdin: it is larger than the limit of 1.0 MB
  hint: the limit is the setting ingest.max_file_bytes
  1 failed; 0 chunks, 0 B in * s (glob)
  [11]

Nothing there; a link to nowhere; something that is not a file:

  $ quarry ingest missing.md
  warning: missing.md: No such file or directory
  1 failed; 0 chunks, 0 B in * s (glob)
  [11]
  $ ln -s nowhere link.md && quarry ingest link.md
  warning: link.md: No such file or directory
  1 failed; 0 chunks, 0 B in * s (glob)
  [11]
  $ quarry ingest /dev/null
  warning: /dev/null: it is neither a file nor a folder
  1 failed; 0 chunks, 0 B in * s (glob)
  [11]

A folder without permission (root may read everything, so somebody else runs it):

  $ mkdir -p tree/closed tree/open && echo 'Closed.' > tree/closed/a.md && echo 'Open.' > tree/open/b.md
  $ chmod 777 . tree && chmod 000 tree/closed
  $ mkdir -m 777 coverage
  $ cat > nobody << 'END'
  > if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups env GCOV_PREFIX=coverage "$@"; else exec "$@"; fi
  > END
  $ binary=$(command -v quarry) && cp "$binary" ./quarry-copy && chmod 755 quarry-copy
  $ chmod o+x . .. ../.. ../../..
  $ sh nobody ./quarry-copy ingest tree --base nobody.db
  created a knowledge base: nobody.db
  warning: tree/closed: Permission denied
  hint: check who owns it and its permissions (ls -ld)
  1 added, 1 failed; 1 chunk, 6 B in * s (glob)
  too few chunks for vectors (1 of 64 needed): searching by words only
  [11]
  $ chmod 755 tree/closed && rm -r tree quarry-copy

Arguments that make no sense together:

  $ quarry ingest
  error: nothing to ingest
  hint: give files, folders, - for standard input, or --jsonl FILE
  [2]
  $ quarry ingest - good.md
  error: - (standard input) cannot be read together with other paths
  hint: run quarry ingest once for each
  [2]
  $ quarry ingest good.md --name x
  error: --name names the document on standard input
  hint: add - to read it: quarry ingest - --name NAME
  [2]
  $ quarry ingest --jsonl x good.md
  error: paths and --jsonl cannot be read in one run
  hint: run quarry ingest once for each
  [2]
  $ quarry ingest - --prune
  error: --prune needs a folder
  hint: remove single documents with: quarry docs rm NAME
  [2]
  $ quarry ingest --jsonl missing.jsonl
  error: cannot read missing.jsonl
  caused by: No such file or directory
  hint: --jsonl takes a file, or - for standard input
  [1]
  $ quarry ingest good.md --config chunk.overlap=2000
  error: the overlap (2000) is not less than the chunk size (1800)
  hint: a tenth of the size is usually enough; 0 is best for most documents
  [2]

Output format of a line that is no UTF-8 is:

  $ printf '{"id": "a", "text": "\377"}\n' | quarry ingest --jsonl - --json 2>&1 > /dev/null | iconv -f utf-8 -t utf-8 | grep -c 'is not JSON'
  1
