Help on a command, by its name or by --help:

  $ quarry help config get
  quarry config get: print the value of one setting
  
  Usage
    quarry config get [OPTIONS] KEY
  
  Prints the value alone, for use in scripts. quarry config show lists every KEY.
  Passwords in addresses and the values of headers are shown as ***.
  
  Arguments
    KEY                     The setting's name, such as search.limit
  
  Options
    --raw                   Print passwords and headers too
  
  Examples
    quarry config get search.limit
        print how many results a search gives at most
    quarry config get chunk.size --json
        with its origin, for programs
  
  Options of every command, such as --json and --base: quarry help options
  $ quarry help config get > by-name; quarry config get --help > by-option; cmp by-name by-option
  $ quarry help config | head -14
  quarry config: show and change settings
  
  Usage
    quarry config COMMAND [OPTIONS]
  
  Settings come from five places; the first one that has a setting wins: the
  command line, an environment variable (QUARRY_SEARCH_LIMIT for search.limit),
  quarry.toml in this folder or one above it (the project), your own file
  ~/.config/quarry/config.toml, and quarry's defaults.
  
  Keys and passwords are never settings. A setting such as chat.api_key_env names
  the environment variable that holds the key.
  
  Commands

Help on what there is not:

  $ quarry help config gt
  error: unknown sub-command 'gt' of quarry config
  hint: did you mean 'quarry config get'?
  [2]
  $ quarry help nothing
  error: unknown command 'nothing'
  hint: quarry --help lists every command
  [2]

Long results are shown by a pager, on a terminal:

  $ QUARRY_PAGER='sed -n 1p' script -qec 'quarry help' /dev/null < /dev/null | tr -d '\r'
  quarry: cited answers from your documents, and schema migrations
  $ QUARRY_PAGER='sed -n 1p' script -qec 'quarry config show' /dev/null < /dev/null | wc -l
  1
  $ QUARRY_PAGER='sed -n 1p' script -qec 'quarry config show --config ui.pager=never' /dev/null < /dev/null | grep -c search.limit
  1
  $ QUARRY_PAGER='sed -n 1p' quarry help exit-codes | tail -n 3
    130                     interrupted with Ctrl-C
  
  quarry COMMAND --help says when a command gives one of its own.
  $ QUARRY_PAGER='exit 3' script -qec 'quarry config get search.limit' /dev/null < /dev/null | tr -d '\r'
  10

What quarry prints without a command fits a screen:

  $ quarry | wc -l
  38
