A settings file and an empty base, which are found from below:

  $ quarry init
  wrote quarry.toml and .quarry/base.db
  next: quarry ingest PATH reads documents; quarry ask "\xe2\x80\xa6" answers from them (esc)
  $ ls -A . .quarry
  .:
  .quarry
  quarry.toml
  
  .quarry:
  .gitignore
  base.db
  $ cat .quarry/.gitignore
  *
  $ head -7 quarry.toml
  # Settings of quarry for this folder and those below. Every one has a default, shown here behind a #;
  # remove the # and change the value. quarry config show prints the current settings.
  # Keys of servers do not belong here: name the environment variable that holds them.
  
  # The knowledge base's file; empty: .quarry/base.db here or above
  # base = ""
  
  $ mkdir -p deep/down && cd deep/down && quarry docs stats | head -2; cd ../..
  base       */.quarry/base.db (glob)
  sources    0

Nothing is overwritten, and what is missing is made:

  $ quarry init
  error: quarry.toml and .quarry/base.db exist already
  hint: nothing was changed; to start again, move them away first
  [1]
  $ rm quarry.toml && cksum .quarry/base.db > before
  $ quarry init
  wrote quarry.toml; .quarry/base.db exists already
  next: quarry ingest PATH reads documents; quarry ask "\xe2\x80\xa6" answers from them (esc)
  $ cksum .quarry/base.db | diff before - && rm before
  $ head -1 quarry.toml
  # Settings of quarry for this folder and those below. Every one has a default, shown here behind a #;
  $ echo '# mine' > quarry.toml && rm -r .quarry
  $ quarry init --quiet
  $ cat quarry.toml && ls .quarry
  # mine
  base.db

Another folder, for programs:

  $ quarry init notes --json
  {
    "schema": "quarry.init/1",
    "settings": "*/notes/quarry.toml", (glob)
    "base": "*/notes/.quarry/base.db" (glob)
  }

A folder that cannot be made:

  $ touch file
  $ quarry init file/below
  error: cannot create the folder file/below
  caused by: Not a directory
  [1]
