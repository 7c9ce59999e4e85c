A knowledge base that cannot be used: what is wrong, what to do, and the exit code.

  $ echo 'Good.' > good.md

None there:

  $ quarry docs ls
  error: there is no knowledge base */.quarry/base.db (glob)
  hint: make one from your documents: quarry ingest PATH
  [1]

A folder in its place; a file that is no database; a database of another program; an empty file:

  $ mkdir -p folder/.quarry/base.db && cd folder && quarry ingest ../good.md; cd ..
  error: cannot open the database */folder/.quarry/base.db (glob)
  caused by: Is a directory
  hint: give the path of a database file
  $ printf 'This is a letter, and it is longer than the header of a database file, which has one hundred bytes.' > letter.db
  $ quarry ingest good.md --base letter.db
  error: cannot open the database */letter.db (glob)
  caused by: file is not a database
  hint: check the path: the file exists but is not a SQLite database
  [1]
  $ python3 -c 'import sqlite3; sqlite3.connect("other.db").executescript("CREATE TABLE users (id INTEGER)")'
  $ quarry ingest good.md --base other.db
  error: cannot open the knowledge base */other.db (glob)
  caused by: this is a SQLite database, but not a knowledge base
  hint: give the path of a knowledge base with --base, or another one to make
  [1]
  $ touch empty.db && quarry docs ls --base empty.db
  error: cannot open the knowledge base */empty.db (glob)
  caused by: it is empty
  hint: remove the file; quarry ingest makes a new one
  [1]

Half-written:

  $ quarry ingest --quiet good.md --base half.db && truncate -s 50000 half.db
  $ quarry docs ls --base half.db
  error: cannot open the database */half.db (glob)
  caused by: database disk image is malformed
  hint: restore it from a backup, or save what can be read with: sqlite3 FILE .recover
  [1]
  $ quarry ingest good.md --base half.db
  error: cannot open the database */half.db (glob)
  caused by: database disk image is malformed
  hint: restore it from a backup, or save what can be read with: sqlite3 FILE .recover
  [1]

Of a newer version, and of an older one:

  $ quarry ingest --quiet good.md --base base.db
  $ sql() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()' "$@"; }
  $ cp base.db newer.db && sql newer.db "INSERT INTO quarry_migrations SELECT 9999, 'later', checksum, applied_at, duration_ms, '99.0.0' FROM quarry_migrations LIMIT 1"
  $ quarry ingest good.md --base newer.db
  error: cannot use the knowledge base */newer.db (glob)
  caused by: the database was migrated by a newer quarry
  caused by: 9999_later was applied at * by quarry 99.0.0 (glob)
  hint: install the newer quarry; this one would not understand the database
  [9]
  $ quarry docs ls --base newer.db > /dev/null
  error: cannot use the knowledge base */newer.db (glob)
  caused by: the database was migrated by a newer quarry
  caused by: 9999_later was applied at * by quarry 99.0.0 (glob)
  hint: install the newer quarry; this one would not understand the database
  [9]
  $ cp base.db older.db && sql older.db "DELETE FROM quarry_migrations"
  $ quarry ingest good.md --base older.db
  error: cannot use the knowledge base */older.db (glob)
  caused by: migrations are pending
  caused by: 0001_knowledge_base
  caused by: 0002_spans
  caused by: 0003_document_parts
  caused by: 0004_chunk_lengths
  caused by: 0005_merge_later
  caused by: 0006_conversations
  caused by: 0007_cache_and_runs
  caused by: 0008_source_values
  caused by: 0009_compact_postings
  caused by: 0010_row_checksums
  caused by: 7 more
  hint: apply them with: quarry migrate up --base older.db --database base
  [3]

Locked by another process:

  $ cat > hold.py << 'END'
  > import sqlite3, sys, time, os
  > c = sqlite3.connect("base.db", isolation_level=None)
  > c.execute("BEGIN IMMEDIATE")
  > open("held", "w").close()
  > while not os.path.exists("release"): time.sleep(0.05)
  > END
  $ python3 hold.py & while [ ! -e held ]; do sleep 0.05; done
  $ echo 'More.' > more.md && quarry ingest more.md --base base.db
  error: cannot write to the knowledge base */base.db (glob)
  caused by: database is locked
  hint: another process is using it: wait until it is done, then run the command again
  [7]
  $ quarry docs ls --base base.db
       1       6 B  good.md  good.md
  $ touch release && wait

Read-only, for somebody who may not write (reading works):

  $ mkdir -m 777 coverage
  $ cat > nobody << 'END'
  > if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups env GCOV_PREFIX=coverage "$@"; else exec "$@"; fi
  > END
  $ binary=$(command -v quarry) && cp "$binary" ./quarry-copy && chmod 755 quarry-copy
  $ chmod o+x . .. ../.. ../../..
  $ mkdir ro && cp base.db ro/base.db && chmod 444 ro/base.db && chmod 555 ro
  $ sh nobody ./quarry-copy ingest more.md --base ro/base.db
  error: cannot open the database */ro/base.db (glob)
  caused by: attempt to write a readonly database
  hint: check that you may write to the file and to its folder
  [1]
  $ sh nobody ./quarry-copy docs ls --base ro/base.db
       1       6 B  good.md  good.md
  $ chmod 755 ro && rm quarry-copy

A folder that cannot be made:

  $ quarry ingest good.md --base good.md/base.db
  error: cannot create the folder */good.md (glob)
  caused by: Not a directory
  hint: check that you may write there, or choose another place with --base
  [1]

No room on the disk (a limit on the size of files does the same); what was there stays:

  $ head -c 3000000 /dev/urandom | base64 > large.txt
  $ (trap '' XFSZ; ulimit -f 400; GCOV_PREFIX=coverage quarry ingest large.txt --base base.db) 2>&1 | grep -v -e '^hint' -e '^profiling:'
  error: cannot write to the knowledge base */base.db (glob)
  caused by: disk I/O error
  $ quarry docs verify --base base.db && quarry docs ls --base base.db
  base.db: all agrees
       1       6 B  good.md  good.md
