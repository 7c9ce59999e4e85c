The pages say what --help says, for man:

  $ quarry man config get | MANWIDTH=72 man -l - | head -12
  QUARRY-CONFIG-GET(1)         quarry manual        QUARRY-CONFIG-GET(1)
  
  NAME
         quarry-config-get - print the value of one setting
  
  SYNOPSIS
         quarry config get [OPTIONS] KEY
  
  DESCRIPTION
         Prints  the value alone, for use in scripts. quarry config show
         lists every KEY. Passwords in addresses and the values of head\xe2\x80\x90 (esc)
         ers are shown as ***.

Every page, without a warning from either reader:

  $ quarry man --write pages
  $ ls pages | grep -c '^quarry.*\.1$' | awk '{ print ($1 > 10) }'
  1
  $ ls pages/quarry.1 pages/quarry-config.1 pages/quarry-config-get.1
  pages/quarry-config-get.1
  pages/quarry-config.1
  pages/quarry.1
  $ for page in pages/*.1; do LC_ALL=C.UTF-8 man -l --warnings $page 2>&1 >/dev/null; done
  $ mandoc -T lint -W warning pages/*.1

A page of a command that does not exist:

  $ quarry man confg
  error: unknown command 'confg'
  hint: did you mean 'config'? quarry --help lists every command
  [2]
  $ quarry man config gett
  error: unknown sub-command 'gett' of quarry config
  hint: did you mean 'quarry config get'?
  [2]
  $ quarry man config --write pages
  error: a command and --write cannot be used together
  hint: --write writes every page
  [2]
  $ quarry man --write pages/quarry.1
  error: cannot use pages/quarry.1
  caused by: Not a directory
  hint: check that it exists and its permissions
  [1]
