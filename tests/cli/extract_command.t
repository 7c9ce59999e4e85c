Files of other kinds are read by commands of the user's own:

  $ mkdir -p ~/.config/quarry docs
  $ printf '#!/bin/sh\ntr a-z A-Z\n' > shout; chmod +x shout
  $ cat > ~/.config/quarry/config.toml << END
  > [[extract.command]]
  > extensions = ["loud"]
  > command = ["$PWD/shout"]
  > [[extract.command]]
  > extensions = [".ROT"]
  > command = ["/bin/sh", "-c", "printf '# Title\\\\n\\\\n'; tail -n +2 \$1; echo; echo \$1 | sed 's/.*[.]//'", "sh", "{file}"]
  > type = "markdown"
  > [[extract.command]]
  > extensions = ["bad"]
  > command = ["/bin/sh", "-c", "echo it is upside down >&2; exit 3"]
  > [[extract.command]]
  > extensions = ["slow"]
  > command = ["/bin/sleep", "60"]
  > timeout = 1
  > [[extract.command]]
  > extensions = ["nothing"]
  > command = ["/bin/true"]
  > [[extract.command]]
  > extensions = ["endless"]
  > command = ["/usr/bin/yes"]
  > [[extract.command]]
  > extensions = ["missing"]
  > command = ["no-such-program-here", "{file}"]
  > END
  $ printf 'the moon is far\n' > docs/a.loud
  $ printf 'first line\nsecond line\n' > docs/b.rot
  $ quarry chunk --format text docs/a.loud docs/b.rot
  docs/a.loud:1-1  bytes 0-15, about 4 tokens
  THE MOON IS FAR
  
  docs/b.rot:1-5  Title  bytes 0-25, about 5 tokens
  # Title
  
  second line
  
  rot
  
  $ quarry ingest docs 2>&1
  created a knowledge base: .quarry/base.db
  2 added; 2 chunks, 39 B in * s (glob)
  too few chunks for vectors (2 of 64 needed): searching by words only
  $ quarry search -q --format files far
  docs/a.loud

What goes wrong is told of each, and the others go in:

  $ for kind in bad slow nothing endless missing; do echo text > docs/c.$kind; done
  $ quarry ingest docs 2>&1
  warning: docs/c.bad: it ended with status 3: it is upside down
  hint: run the command by hand; the setting extract.command names it
  warning: docs/c.endless: it wrote too much and was terminated
  warning: docs/c.missing: the program no-such-program-here is not installed
  hint: install no-such-program-here, or change extract.command in the configuration
  warning: docs/c.nothing: it wrote nothing
  hint: run the command by hand; the setting extract.command names it
  warning: docs/c.slow: it took too long and was terminated
  2 unchanged, 5 failed; 0 chunks, * B in * s (glob)
  [11]
  $ quarry docs ls --failed
       -    failed  docs/c.bad  it ended with status 3: it is upside down
       -    failed  docs/c.endless  it wrote too much and was terminated
       -    failed  docs/c.missing  the program no-such-program-here is not installed
       -    failed  docs/c.nothing  it wrote nothing
       -    failed  docs/c.slow  it took too long and was terminated
  $ quarry chunk docs/c.bad
  error: cannot read docs/c.bad by the command /bin/sh
  caused by: it ended with status 3: it is upside down
  hint: run the command by hand; the setting extract.command names it
  [1]

A project's file may not name commands, unless the user trusts the folder:

  $ rm ~/.config/quarry/config.toml docs/c.*
  $ cat > quarry.toml << END
  > [[extract.command]]
  > extensions = ["loud"]
  > command = ["$PWD/shout"]
  > END
  $ quarry chunk docs/a.loud
  error: */quarry.toml:1: a project's file may not set extract.command = *: its commands would be run (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or write the commands into your own file
  [2]
  $ quarry ingest docs
  error: */quarry.toml:1: a project's file may not set extract.command = *: its commands would be run (glob)
  hint: if you trust it: quarry config trust shows all that it asks for, and allows it; or write the commands into your own file
  [2]
  $ quarry config set --user extract.trusted "$PWD" --quiet
  $ quarry chunk --format text docs/a.loud
  docs/a.loud:1-1  bytes 0-15, about 4 tokens
  THE MOON IS FAR
  

What is written wrong is told with its line:

  $ function configure { printf '%s\n' '[[extract.command]]' "$@" > quarry.toml; quarry config show; }
  $ configure 'extensions = ["x"]'
  error: */quarry.toml:1: extract.command needs extensions and command (glob)
  hint: write for instance: [[extract.command]] with extensions = ["djvu"] and command = ["djvutxt", "{file}"]
  [2]
  $ configure 'extensions = "x"' 'command = ["cat"]'
  error: */quarry.toml:2: extract.command: extensions must be a list of texts (glob)
  hint: write for instance: [[extract.command]] with extensions = ["djvu"] and command = ["djvutxt", "{file}"]
  [2]
  $ configure 'extensions = ["x"]' 'command = "cat"'
  error: */quarry.toml:3: extract.command: command must be a list of texts (glob)
  hint: write for instance: [[extract.command]] with extensions = ["djvu"] and command = ["djvutxt", "{file}"]
  [2]
  $ configure 'extensions = ["x"]' 'command = ["cat"]' 'type = "pdf"'
  error: */quarry.toml:1: extract.command cannot be used (glob)
  caused by: a command that extracts cannot write pdf
  hint: it writes text, markdown, html or another kind of text
  [2]
  $ configure 'extensions = ["x"]' 'command = ["cat"]' 'timeout = 0'
  error: */quarry.toml:4: extract.command: timeout must be seconds, from 1 to 86400 (glob)
  hint: write for instance: [[extract.command]] with extensions = ["djvu"] and command = ["djvutxt", "{file}"]
  [2]
  $ configure 'extensions = ["x"]' 'comand = ["cat"]'
  error: */quarry.toml:3: extract.command has no key comand (glob)
  hint: did you mean command?
  [2]
