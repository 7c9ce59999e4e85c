  $ mkdir docs && printf '# The moon\n\nIt is far.\n\n## Tides\n\nThey come and go.\n' > docs/moon.md
  $ printf 'The sun is farther.\n' > docs/sun.txt && cp docs/sun.txt docs/copy.txt && printf '\377' > docs/bad.md
  $ quarry ingest --quiet docs --config chunk.size=40
  /bin/bash: line 6: quarry: command not found
  [127]
  $ echo '{"id": "j1", "title": "Line", "text": "From JSON.", "metadata": {"year": 1969}}' | quarry ingest -q --jsonl - --config chunk.size=40
  /bin/bash: line 8: quarry: command not found
  [127]

List:

  $ quarry docs ls
  /bin/bash: line 10: quarry: command not found
  [127]
  $ quarry docs ls docs/sun.txt
  /bin/bash: line 12: quarry: command not found
  [127]
  $ quarry docs ls --failed
  /bin/bash: line 14: quarry: command not found
  [127]
  $ quarry docs ls nowhere
  /bin/bash: line 16: quarry: command not found
  [127]
  $ quarry docs ls --json | head -2 | sed "s#$PWD#HERE#"
  /bin/bash: line 18: quarry: command not found

Show:

  $ quarry docs show docs/moon.md
  /bin/bash: line 20: quarry: command not found
  [127]
  $ quarry docs show j1 --json
  /bin/bash: line 22: quarry: command not found
  [127]
  $ quarry docs show docs/sun.txt --text
  /bin/bash: line 24: quarry: command not found
  [127]
  $ quarry docs show docs/none.md
  /bin/bash: line 26: quarry: command not found
  [127]
  $ quarry docs show docs/bad.md
  /bin/bash: line 28: quarry: command not found
  [127]
  $ quarry docs show docs/bad.md --text
  /bin/bash: line 30: quarry: command not found
  [127]

Count:

  $ quarry docs stats
  /bin/bash: line 32: quarry: command not found
  [127]
  $ quarry docs stats --json | sed "s#$PWD#HERE#"
  /bin/bash: line 34: quarry: command not found

Check:

  $ quarry docs verify
  /bin/bash: line 36: quarry: command not found
  [127]
  $ quarry docs verify --json | sed "s#$PWD#HERE#"
  /bin/bash: line 38: quarry: command not found
  $ python3 -c 'import sqlite3; c = sqlite3.connect(".quarry/base.db"); c.execute("UPDATE document_parts SET text = replace(text, \"far\", \"Far\")"); c.commit()'
  Traceback (most recent call last):
    File "<string>", line 1, in <module>
  sqlite3.OperationalError: unable to open database file
  [1]
  $ quarry docs verify
  /bin/bash: line 42: quarry: command not found
  [127]
  $ python3 -c 'import sqlite3; c = sqlite3.connect(".quarry/base.db"); c.execute("UPDATE document_parts SET text = replace(text, \"Far\", \"far\")"); c.commit()'
  Traceback (most recent call last):
    File "<string>", line 1, in <module>
  sqlite3.OperationalError: unable to open database file
  [1]

Remove, all or nothing:

  $ quarry docs rm j1 docs/none.md
  /bin/bash: line 46: quarry: command not found
  [127]
  $ quarry docs rm docs
  /bin/bash: line 48: quarry: command not found
  [127]
  $ quarry docs rm j1
  /bin/bash: line 50: quarry: command not found
  [127]
  $ quarry docs rm --recursive docs --json | sed "s#$PWD#HERE#"
  /bin/bash: line 52: quarry: command not found
  $ quarry docs ls
  /bin/bash: line 54: quarry: command not found
  [127]
  $ quarry docs verify
  /bin/bash: line 56: quarry: command not found
  [127]
  $ ls docs
  bad.md
  copy.txt
  moon.md
  sun.txt
  $ quarry docs gc --quiet
  /bin/bash: line 60: quarry: command not found
  [127]
  $ quarry docs verify
  /bin/bash: line 62: quarry: command not found
  [127]
