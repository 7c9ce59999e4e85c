Without a command, quarry explains itself:

  $ quarry | head -3
  quarry: cited answers from your documents, and schema migrations
  
  Usage: quarry COMMAND [OPTIONS]

Commands and options that do not exist, with the nearest one:

  $ quarry serch x
  error: unknown command 'serch'
  hint: did you mean 'search'? quarry --help lists every command
  [2]
  $ quarry xyzzyxyzzy
  error: unknown command 'xyzzyxyzzy'
  hint: quarry --help lists every command
  [2]
  $ quarry version
  error: unknown command 'version'
  hint: try: quarry --version
  [2]
  $ quarry config shwo
  error: unknown sub-command 'shwo' of quarry config
  hint: did you mean 'quarry config show'?
  [2]
  $ quarry config
  error: quarry config needs a sub-command
  hint: it is one of show, get, set, unset, trust, schema, path; quarry config --help explains them
  [2]
  $ quarry config show --orign
  error: unknown option '--orign' for quarry config show
  hint: did you mean --origin?
  [2]
  $ quarry --jsn config show
  error: unknown option '--jsn' for quarry
  hint: did you mean --json?
  [2]
  $ quarry config -x show
  error: unknown option '-x' for quarry config
  hint: see: quarry config --help
  [2]
  $ quarry help confg
  error: unknown command 'confg'
  hint: did you mean 'config'? quarry --help lists every command
  [2]
  $ quarry help help me
  error: quarry help has no sub-commands
  hint: try: quarry help --help
  [2]

Words and options that other tools have (git, rg, gh, llm):

  $ quarry 'what is a chunk?'
  error: unknown command 'what is a chunk?'
  hint: to ask a question: quarry ask "QUESTION"; to search: quarry search WORDS
  [2]
  $ quarry list
  error: unknown command 'list'
  hint: did you mean quarry chats ls, quarry models ls, quarry docs ls, quarry collections ls, quarry trace ls, quarry agent ls, quarry mcp ls, quarry users ls, quarry keys ls, quarry migrate status?
  [2]
  $ quarry migrate list
  error: unknown sub-command 'list' of quarry migrate
  hint: did you mean 'quarry migrate status'?
  [2]
  $ quarry docs delete a.md
  error: unknown sub-command 'delete' of quarry docs
  hint: did you mean 'quarry docs rm'?
  [2]
  $ quarry search -l backups
  error: unknown option '-l' for quarry search
  hint: for the names of the files: --format files
  [2]
  $ quarry ask -c 'and why?'
  error: unknown option '-c' for quarry ask
  hint: to continue a conversation: quarry chat --continue, or quarry ask --session NAME
  [2]

Arguments that are missing, or too many, or not what is asked for:

  $ quarry config get
  error: KEY is missing
  hint: usage: quarry config get [OPTIONS] KEY
        for example: quarry config get search.limit
  [2]
  $ quarry config get search.limit search.mode
  error: unexpected argument 'search.mode'
  hint: usage: quarry config get [OPTIONS] KEY
        put words that belong together in quotes
  [2]
  $ quarry config show --color sometimes
  error: --color cannot be 'sometimes'
  hint: it is one of auto, always, never
  [2]
  $ quarry config show --color=
  error: --color cannot be ''
  hint: it is one of auto, always, never
  [2]
  $ quarry config show --base
  error: --base needs a value
  hint: write --base PATH; see: quarry config show --help
  [2]
  $ quarry config show --config search.limit
  error: --config 'search.limit' has no '='
  hint: write --config KEY=VALUE, for example --config search.limit=5
  [2]
  $ quarry config show --config search.limit=many
  error: --config: search.limit cannot be "many"
  hint: search.limit is a whole number; the default is 10
  [2]
  $ quarry config show --json=perhaps
  error: --json cannot be 'perhaps'
  hint: see: quarry config show --help
  [2]

The same as JSON when --json is on the line, wherever it stands:

  $ quarry serch x --json
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"unknown command 'serch'","causes":[],"hint":"did you mean 'search'? quarry --help lists every command"}}
  [2]
  $ quarry config get nothing --json
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"unknown setting nothing","causes":[],"hint":"quarry config show lists every setting"}}
  [2]

Global options stand before or after the command, the last one wins:

  $ quarry --config search.limit=3 config get search.limit
  3
  $ quarry config get --config search.limit=3 --config search.limit=4 search.limit
  4

A pipe whose reader goes is quiet:

  $ quarry help | head -1; echo "${PIPESTATUS[@]}"
  quarry: cited answers from your documents, and schema migrations
  0 0
  $ for i in 1 2 3; do quarry config show --json | true; done

A full disk is not:

  $ quarry config show > /dev/full
  error: cannot write the result to standard output
  caused by: No space left on device
  hint: free some space on the disk that it goes to
  [1]
  $ quarry --help --json > /dev/full
  {"schema":"quarry.error/1","error":{"code":"failed","exit_code":1,"message":"cannot write the result to standard output","causes":["No space left on device"],"hint":"free some space on the disk that it goes to"}}
  [1]

Colour is asked for, or comes with a terminal; the environment can refuse it:

  $ quarry serch --color always 2>&1 | cat -v
  ^[[31merror:^[[0m unknown command 'serch'
  ^[[36mhint:^[[0m did you mean 'search'? quarry --help lists every command
  $ NO_COLOR=1 quarry serch --color always 2>&1 | cat -v
  ^[[31merror:^[[0m unknown command 'serch'
  ^[[36mhint:^[[0m did you mean 'search'? quarry --help lists every command
  $ NO_COLOR=1 quarry serch 2>&1 | cat -v
  error: unknown command 'serch'
  hint: did you mean 'search'? quarry --help lists every command
  $ quarry config show --origin --changed --config ui.color=always | cat -v
  ui.color = "always"                             ^[[2m# flag --config^[[0m

Bytes that would drive a terminal are taken out of errors:

  $ quarry "$(printf 'x\033]0;owned\007y')"
  error: unknown command 'xy'
  hint: quarry --help lists every command
  [2]

Ctrl-C ends a wait for input, and nothing of the half is taken for the whole:

  $ timeout --preserve-status -s INT 1 quarry ingest --quiet - --name half.txt < <(echo begun; sleep 4)
  error: interrupted
  [130]
  $ quarry docs ls
  no documents

Standard input that is closed is told everywhere, and is not taken for an empty one:

  $ for command in 'ingest -' 'ingest --jsonl -' 'ingest --files-from -' 'chunk -' 'search --batch -' 'ask -' 'batch -'; do
  >   echo "$command"; quarry $command 0<&- 2>&1 | head -2; done
  ingest -
  warning: stdin: Bad file descriptor
  1 failed; 0 chunks, 0 B in * s (glob)
  ingest --jsonl -
  error: cannot read standard input
  caused by: Bad file descriptor
  ingest --files-from -
  error: cannot read standard input
  caused by: Bad file descriptor
  chunk -
  error: cannot read standard input
  caused by: Bad file descriptor
  search --batch -
  error: cannot read standard input
  caused by: Bad file descriptor
  ask -
  error: cannot read standard input
  caused by: Bad file descriptor
  batch -
  error: cannot read standard input
  caused by: Bad file descriptor
  $ quarry docs ls 0<&-
       -    failed  stdin  Bad file descriptor

A name that is empty, such as a variable that is not set, is none:

  $ quarry ingest "$nothing"
  error: PATH cannot be ''
  caused by: it is empty
  hint: see: quarry ingest --help
  [2]
  $ quarry --base '' docs stats
  error: --base cannot be ''
  caused by: it is empty
  hint: see: quarry docs stats --help
  [2]
  $ quarry docs rm '' 2>&1 | head -n 1
  error: DOCUMENT cannot be ''
  $ quarry init '' 2>&1 | head -n 1
  error: FOLDER cannot be ''

A working folder that is gone:

  $ mkdir gone && cd gone && rmdir ../gone && quarry config show
  error: cannot tell which folder this is: it may have been removed
  caused by: No such file or directory
  hint: cd to another folder
  [1]
