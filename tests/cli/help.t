Help on a command, by its name or by --help:

  $ quarry help config get
  quarry config get: print the value of one setting
  
  Usage
    quarry config get [OPTIONS] KEY
  
  Prints the value alone, for use in scripts. quarry config show lists every KEY.
  Passwords in addresses and the values of headers are shown as ***.
  
  Arguments
    KEY                     Name of the setting, such as search.limit
  
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

Help on list the models not:

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
  
  quarry COMMAND --help lists the codes that a command uses in a special way.
  $ QUARRY_PAGER='exit 3' script -qec 'quarry config get search.limit' /dev/null < /dev/null | tr -d '\r'
  10

What quarry prints without a command fits a screen:

  $ quarry | wc -l
  42

The form of what --json prints:

  $ quarry help schemas | grep quarry.search
  quarry.search/1             The passages that fit a query, the best first.
  $ quarry help schemas quarry.docs.rm/1
  {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "quarry.docs.rm/1",
    "description": "What was removed.",
    "type": "object",
    "properties": {
      "schema": {"const": "quarry.docs.rm/1"},
      "removed": {"type": "integer", "minimum": 0},
      "documents": {"type": "array", "items": {"type": "string"}},
      "ingest_again": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Files, folders and addresses that ingest brings them back from."
      },
      "collections": {"type": "array", "items": {"type": "string"}, "description": "That they were in."},
      "lost": {"type": "array", "items": {"type": "string"}, "description": "Those that nothing brings back."}
    },
    "required": ["schema", "removed", "documents"]
  }
  $ quarry help schemas quarry.serch/1
  error: there is no schema quarry.serch/1
  hint: did you mean quarry.search/1?
  [2]
