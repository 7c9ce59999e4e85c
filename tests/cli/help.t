Help on a command, by its name or by --help:

  $ quarry help config get
  quarry config get: print the value of one setting
  
  Usage
    quarry config get [OPTIONS] KEY
  
  Prints the value alone, for use in scripts. quarry config show lists every KEY.
  
  Arguments
    KEY                     The setting's name, such as search.limit
  
  Options of every command
    --base PATH             The knowledge base: its file, or a folder that holds
                            .quarry/
    --json                  Print results and errors as JSON, for programs
    -q, --quiet             No progress and no notes; results and errors only
    --color auto|always|never
                            When to colour; auto means on a terminal
    --config KEY=VALUE      Use VALUE for a setting this once; see quarry config
                            show (can be given several times)
    -h, --help              Explain the command
  
  Examples
    quarry config get search.limit
        print how many results a search gives at most
    quarry config get chunk.size --json
        with its origin, for programs
  
  Exit codes
    0                       done
    1                       failed; the message says what and why
    2                       the command line or the configuration is wrong;
                            nothing was done
    130                     interrupted with Ctrl-C
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
