A folder of migrations for PostgreSQL, read without a database:

  $ mkdir migrations
  $ cat > migrations/0001_create_users.sql << 'END'
  > -- quarry:up
  > CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail varchar(20), nick text);
  > -- quarry:down
  > DROP TABLE users;
  > END
  $ cat > migrations/0002_locale.sql << 'END'
  > -- quarry:lock-timeout: 5s
  > -- quarry:up
  > -- quarry:allow drop-column: unused since release 4.2
  > ALTER TABLE users DROP COLUMN nick;
  > ALTER TABLE users ADD COLUMN locale text NOT NULL;
  > ALTER TABLE users ALTER COLUMN mail TYPE text;
  > CREATE INDEX users_locale ON users (locale);
  > -- quarry:down
  > ALTER TABLE users DROP COLUMN locale;
  > END
  $ quarry migrate lint --dir migrations --dialect postgresql
  migrations/0002_locale.sql:5:19: error: NOT NULL without a default: works while users is empty, and fails once it has a row [add-not-null-column]
    hint: give it a DEFAULT, or add it nullable, fill it, and set NOT NULL later
  migrations/0002_locale.sql:7:1: warning: writes to users are blocked while the index is built [create-index-not-concurrent]
    hint: CREATE INDEX CONCURRENTLY, in a migration with the line "-- quarry:no-transaction"
  2 migrations: 1 error, 1 warning, 1 allowed
  [8]
  $ quarry migrate lint --dir migrations 2>&1 | tail -1
  2 migrations: 1 error, 1 warning, 1 allowed
  $ mkdir lite && printf -- '-- quarry:up\nCREATE TABLE t (id INTEGER PRIMARY KEY) STRICT;\n-- quarry:down\nDROP TABLE t;\n' > lite/0001_t.sql
  $ quarry migrate lint --dir lite
  1 migration: no findings
  $ quarry migrate lint --dir migrations --dialect postgresql --no-rule add-not-null-column --no-rule create-index-not-concurrent
  2 migrations: no findings, 1 allowed
  $ quarry migrate lint --dir migrations --dialect postgresql --quiet --fail-on error --since 1 > /dev/null
  [8]
  $ quarry migrate lint --dir migrations --dialect postgresql --since 2
  0 migrations: no findings

For programs and for CI:

  $ quarry migrate lint --dir migrations --dialect postgresql --json
  {
    "schema": "quarry.migrate.lint/1",
    "files": 2,
    "errors": 1,
    "warnings": 1,
    "notes": 0,
    "suppressed": 1,
    "findings": [
      {
        "rule": "drop-column",
        "severity": "warning",
        "message": "the column users.nick is dropped with all its values",
        "hint": "first release code that does not use it, then drop it",
        "file": "migrations/0002_locale.sql",
        "line": 4,
        "column": 19,
        "end_line": 4,
        "end_column": 35,
        "suppressed": "unused since release 4.2"
      },
      {
        "rule": "add-not-null-column",
        "severity": "error",
        "message": "NOT NULL without a default: works while users is empty, and fails once it has a row",
        "hint": "give it a DEFAULT, or add it nullable, fill it, and set NOT NULL later",
        "file": "migrations/0002_locale.sql",
        "line": 5,
        "column": 19,
        "end_line": 5,
        "end_column": 50,
        "suppressed": null
      },
      {
        "rule": "create-index-not-concurrent",
        "severity": "warning",
        "message": "writes to users are blocked while the index is built",
        "hint": "CREATE INDEX CONCURRENTLY, in a migration with the line \"-- quarry:no-transaction\"",
        "file": "migrations/0002_locale.sql",
        "line": 7,
        "column": 1,
        "end_line": 7,
        "end_column": 45,
        "suppressed": null
      }
    ]
  }
  [8]
  $ quarry migrate lint --dir migrations --dialect postgresql --format github
  ::error file=migrations/0002_locale.sql,line=5,endLine=5,col=19,endColumn=50,title=add-not-null-column::NOT NULL without a default: works while users is empty, and fails once it has a row%0Ahint: give it a DEFAULT, or add it nullable, fill it, and set NOT NULL later
  ::warning file=migrations/0002_locale.sql,line=7,endLine=7,col=1,endColumn=45,title=create-index-not-concurrent::writes to users are blocked while the index is built%0Ahint: CREATE INDEX CONCURRENTLY, in a migration with the line "-- quarry:no-transaction"
  [8]
  $ quarry migrate lint --dir migrations --dialect postgresql --format junit | tee lint.xml
  <?xml version="1.0" encoding="UTF-8"?>
  <testsuites name="quarry migrate lint" tests="4" failures="2" errors="0" skipped="1">
    <testsuite name="quarry migrate lint" tests="4" failures="2" errors="0" skipped="1">
      <testcase classname="migrations/0002_locale.sql" name="migrations/0002_locale.sql:4:19 drop-column" file="migrations/0002_locale.sql" line="4">
        <skipped message="unused since release 4.2"/>
      </testcase>
      <testcase classname="migrations/0002_locale.sql" name="migrations/0002_locale.sql:5:19 add-not-null-column" file="migrations/0002_locale.sql" line="5">
        <failure type="error" message="NOT NULL without a default: works while users is empty, and fails once it has a row">migrations/0002_locale.sql:5:19&#10;hint: give it a DEFAULT, or add it nullable, fill it, and set NOT NULL later</failure>
      </testcase>
      <testcase classname="migrations/0002_locale.sql" name="migrations/0002_locale.sql:7:1 create-index-not-concurrent" file="migrations/0002_locale.sql" line="7">
        <failure type="warning" message="writes to users are blocked while the index is built">migrations/0002_locale.sql:7:1&#10;hint: CREATE INDEX CONCURRENTLY, in a migration with the line &quot;-- quarry:no-transaction&quot;</failure>
      </testcase>
      <testcase classname="migrations/0001_create_users.sql" name="migrations/0001_create_users.sql" file="migrations/0001_create_users.sql"/>
    </testsuite>
  </testsuites>
  $ python3 -c 'import xml.dom.minidom as m; print(m.parse("lint.xml").documentElement.getAttribute("failures"))'
  2
  $ quarry migrate lint --dir migrations --dialect postgresql --format sarif > lint.sarif
  [8]
  $ python3 - << 'END'
  > import json
  > run = json.load(open("lint.sarif"))["runs"][0]
  > rules = run["tool"]["driver"]["rules"]
  > for result in run["results"]:
  >     place = result["locations"][0]["physicalLocation"]
  >     assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
  >     print(result["level"], place["artifactLocation"]["uri"], place["region"]["startLine"],
  >           [one["justification"] for one in result["suppressions"]])
  > END
  warning migrations/0002_locale.sql 4 ['unused since release 4.2']
  error migrations/0002_locale.sql 5 []
  warning migrations/0002_locale.sql 7 []

A path that XML and workflow commands must escape:

  $ mkdir 'a<b,&c'
  $ printf -- '-- quarry:up\nDROP TABLE "a<b&c";\n-- quarry:irreversible: gone\n' > 'a<b,&c/0001_odd.sql'
  $ quarry migrate lint --dir 'a<b,&c' --dialect sqlite --format junit > odd.xml
  [8]
  $ python3 -c 'import xml.dom.minidom as m; print(m.parse("odd.xml").getElementsByTagName("failure")[0].getAttribute("message"))'
  the table a<b&c is dropped with all its rows
  $ quarry migrate lint --dir 'a<b,&c' --dialect sqlite --format github
  ::warning file=a<b%2C&c/0001_odd.sql,line=2,endLine=2,col=12,endColumn=19,title=drop-table::the table a<b&c is dropped with all its rows%0Ahint: stop using it first, and keep a copy of what may be wanted again
  [8]

The same for SQLite; the engine follows from --url, and nothing is made:

  $ quarry migrate lint --dir migrations --url sqlite:app.db
  migrations/0001_create_users.sql:2:24: warning: id: only INTEGER PRIMARY KEY numbers rows automatically; bigint leaves it NULL [not-a-rowid-alias]
    hint: INTEGER PRIMARY KEY
  migrations/0002_locale.sql:5:19: error: NOT NULL without a default: works while users is empty, and fails once it has a row [add-not-null-column]
    hint: give it a constant DEFAULT, or rebuild the table with the values filled in
  migrations/0002_locale.sql:6:19: error: SQLite has no such ALTER TABLE [alter-unsupported]
    hint: rebuild the table: make a new one, copy, drop the old, rename
  migrations/0002_locale.sql:9:19: error: SQLite refuses to drop locale: the index users_locale holds it [drop-column-refused]
    hint: DROP INDEX users_locale first
  2 migrations: 3 errors, 1 warning, 1 allowed
  [8]
  $ ls app.db 2>&1
  ls: cannot access 'app.db': No such file or directory
  [2]

Comments that allow nothing:

  $ mkdir allowed
  $ cat > allowed/0001_drop.sql << 'END'
  > -- quarry:up
  > -- quarry:allow drop-tabel: nobody uses it
  > -- quarry:allow truncate: left over
  > -- quarry:allow drop-table
  > DROP TABLE users;
  > -- quarry:irreversible: gone
  > END
  $ quarry migrate lint --dir allowed --dialect postgresql
  allowed/0001_drop.sql:2:1: warning: there is no rule "drop-tabel" [allow-unknown-rule]
    hint: did you mean drop-table?
  allowed/0001_drop.sql:3:1: note: nothing here breaks truncate [allow-unused]
    hint: remove the line
  allowed/0001_drop.sql:4:1: warning: drop-table is allowed without a reason [allow-without-reason]
    hint: say why it does no harm here: -- quarry:allow drop-table: reason
  allowed/0001_drop.sql:5:1: note: while this waits for a long query on users, all other queries wait behind it [missing-lock-timeout]
    hint: give up early and try again: -- quarry:lock-timeout: 5s
  allowed/0001_drop.sql:5:12: warning: the table users is dropped with all its rows [drop-table]
    hint: stop using it first, and keep a copy of what may be wanted again
  1 migration: 3 warnings, 2 notes
  [8]

Rules and their pages:

  $ quarry migrate lint --rules | head -3
  drop-table                        warning  SQLite and PostgreSQL  a table with its rows is dropped
  drop-column                       warning  SQLite and PostgreSQL  a column with its values is dropped
  drop-schema                       warning  PostgreSQL             a whole schema is dropped
  $ quarry migrate lint --explain drop-column
  # drop-column
  
  A column with its values is dropped.
  
  warning \xc2\xb7 SQLite and PostgreSQL \xc2\xb7 on by default (esc)
  
  ## Why
  
  The values are lost, and a down section can only add the column again, empty. Code that still names
  the column fails, and so do object mappers that listed the columns when they started.
  
  ## What to do instead
  
  First release code that neither reads nor writes the column. Then drop it, and allow the drop with
  the reason.
  
  ## Found
  
  ```sql
  -- quarry:up
  ALTER TABLE users DROP COLUMN nickname;
  
  -- quarry:down
  ALTER TABLE users ADD COLUMN nickname text;
  ```
  
  ## Not found
  
  ```sql
  -- quarry:up
  -- quarry:allow drop-column: unused since release 4.2, a copy is in the archive
  ALTER TABLE users DROP COLUMN nickname;
  
  -- quarry:down
  ALTER TABLE users ADD COLUMN nickname text;
  ```
  
  ## Where it does no harm
  
  Say so in the migration: `-- quarry:allow drop-column: reason`. The finding is then reported as
  suppressed, with the reason, and does not count.
  
  ## Sources
  
  - squawk: ban-drop-column
  - strong_migrations: Removing a column
  $ quarry migrate lint --pages pages
  114 pages in pages
  $ diff -r pages "$SOURCE/docs/lint" && echo same
  same
  $ quarry migrate lint --explain drop-colum 2>&1
  error: there is no lint rule "drop-colum"
  hint: did you mean drop-column?
  [2]
  $ quarry migrate lint --dir migrations --dialect sqlite --no-rule nothing 2>&1
  error: there is no lint rule "nothing"
  hint: `quarry migrate lint --rules` lists them
  [2]

What is typed wrong, and files that cannot be read:

  $ mkdir either && printf -- '-- quarry:up\nSELECT 1;\n-- quarry:irreversible: no\n' > either/0001_t.sql
  $ quarry migrate lint --dir either 2>&1
  error: which dialect are the migrations? No database is given, and they may be either
  hint: give --dialect sqlite or --dialect postgresql, or set migrate.url
  [2]
  $ mkdir empty && cd empty && quarry migrate lint --dialect sqlite 2>&1; cd ..
  error: which migrations? No folder is given, and there is no folder migrations here
  hint: give --dir FOLDER, or set migrate.dir; `quarry migrate new create_users_table` creates the folder
  $ quarry migrate lint --dir migrations --dialect mysql 2>&1
  error: --dialect cannot be 'mysql'
  hint: it is one of sqlite, postgresql
  [2]
  $ quarry migrate lint --dir migrations --dialect postgresql --server new 2>&1
  error: "new" is not a version of PostgreSQL
  hint: write it as 14
  [2]
  $ quarry migrate lint --dir migrations --dialect sqlite --since soon 2>&1
  error: "soon" is not a version
  hint: write it as in the file's name: 0042
  [2]
  $ quarry migrate lint --dir none --dialect sqlite 2>&1
  error: cannot read the migrations in none
  caused by: No such file or directory
  hint: check the path; `quarry migrate new --dir none create_users_table` makes it with its first migration
  [1]
  $ mkdir broken
  $ printf -- '-- quarry:up\nDROP TABLE "a;\n' > broken/0001_a.sql
  $ quarry migrate lint --dir broken --dialect sqlite 2>&1
  error: broken/0001_a.sql:2:12: this quoted name is never closed
  hint: end it with the quote that it began with
  [1]

What is refused, and what is still to be filled in, is reported with the rest of the file:

  $ mkdir unfinished
  $ cat > unfinished/0001_rows.sql << 'END'
  > -- quarry:up
  > BEGIN;
  > COPY users (id, mail) FROM stdin;
  > 1	o'neill@example.org
  > \.
  > UPDATE users SET locale = NULL /* FILL IN: users.locale */ WHERE locale IS NULL;
  > DROP ROLE reporting;
  > -- quarry:irreversible: no
  > END
  $ quarry migrate lint --dir unfinished --dialect postgresql
  unfinished/0001_rows.sql:2:1: error: BEGIN cannot be in a migration [refused-statement]
    hint: delete it: quarry runs each migration in a transaction of its own, and undoes it when a statement fails
  unfinished/0001_rows.sql:3:1: error: COPY from or to the client cannot be in a migration [refused-statement]
    hint: write the rows as INSERT
  unfinished/0001_rows.sql:6:32: error: a value is still to be filled in here [fill-in]
    hint: write the value for existing rows in place of NULL, and delete the comment
  unfinished/0001_rows.sql:7:1: warning: DROP ROLE: roles belong to all databases of the server [role-change]
    hint: make roles where the server is set up
  1 migration: 3 errors, 1 warning
  [8]
  $ mkdir marked
  $ cat > marked/0001_rows.sql << 'END'
  > -- quarry:up
  > CREATE TABLE t (a TEXT);
  > INSERT INTO t (a) SELECT NULL /* FILL IN: t.a */;
  > -- quarry:down
  > DROP TABLE t;
  > END
  $ quarry migrate up --dir marked --url sqlite:marked.db
  error: marked/0001_rows.sql:3:31: a value is still to be filled in here
  hint: write the value for existing rows in place of NULL, and delete the comment
  [1]
