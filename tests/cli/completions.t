The scripts of the repository are what the program prints, and every shell reads its own:

  $ quarry completions bash > quarry.bash && bash -n quarry.bash
  $ quarry completions zsh > _quarry && zsh -n _quarry
  $ quarry completions fish > quarry.fish && fish --no-execute quarry.fish
  $ quarry completions --write written && ls written
  _quarry
  quarry.bash
  quarry.fish
  $ cmp quarry.bash written/quarry.bash && cmp _quarry written/_quarry && cmp quarry.fish written/quarry.fish

Bash completes commands, sub-commands, options, their values, and file names:

  $ cat > complete.bash <<'END'
  > source ./quarry.bash
  > COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  > _quarry
  > printf '%s\n' "${COMPREPLY[@]}" | sort
  > END
  $ touch notes.md 'two words.md'
  $ bash complete.bash quarry co
  collections
  completions
  config
  $ bash complete.bash quarry --json config s
  schema
  set
  show
  $ bash complete.bash quarry --base x config s
  schema
  set
  show
  $ bash complete.bash quarry config show --or
  --origin
  $ bash complete.bash quarry config show --color ''
  always
  auto
  never
  $ bash complete.bash quarry config show --color = al
  always
  $ bash complete.bash quarry config get search.m
  search.mode
  $ bash complete.bash quarry --base no
  notes.md
  $ bash complete.bash quarry --base tw
  two words.md
  $ quarry config set --user --quiet models.fast.model openai:gpt-4o
  $ printf '\n[models."$(touch ran)"]\nmodel = "a"\n' >> ~/.config/quarry/config.toml
  $ bash complete.bash quarry ask -m f; ls ran
  fast
  ls: cannot access 'ran': No such file or directory
  [2]
  $ bash complete.bash quarry doctor ''
  

Fish does:

  $ cat > complete.fish <<'END'
  > source ./quarry.fish
  > complete -C "$argv[1]" | cut -f1 | sort
  > END
  $ fish complete.fish 'quarry co'
  collections
  completions
  config
  $ fish complete.fish 'quarry --base x config s'
  schema
  set
  show
  $ fish complete.fish 'quarry config show --or'
  --origin
  $ fish complete.fish 'quarry config show --color '
  always
  auto
  never
  $ fish complete.fish 'quarry chat --model f'
  fast
  $ fish complete.fish 'quarry config get search.m'
  search.mode

Zsh does, in a terminal of its own:

  $ cat > complete.zsh <<'END'
  > zmodload zsh/zpty
  > zpty shell "env TERM=vt100 zsh -f -i"
  > zpty -w shell 'PS1=; fpath=($PWD $fpath); autoload -U compinit; compinit -D -u'
  > zpty -w shell 'print -r -- "loaded:"$_comps[quarry]'
  > zpty -r shell line '*loaded:_quarry*' && print it is loaded
  > zpty -n -w shell $'quarry config sch\t'
  > zpty -r shell line '*quarry config schema*' && print a sub-command is completed
  > zpty -n -w shell $' --qui\t'
  > zpty -r shell line '*--quiet*' && print an option is completed
  > zpty -n -w shell $'--color al\t'
  > zpty -r shell line '*always*' && print a value is completed
  > zpty -d shell
  > END
  $ timeout 60 zsh -f complete.zsh
  it is loaded
  a sub-command is completed
  an option is completed
  a value is completed

Mistakes:

  $ quarry completions
  error: which shell?
  hint: quarry completions bash prints one script; quarry completions --write DIR writes all three
  [2]
  $ quarry completions tcsh
  error: SHELL cannot be 'tcsh'
  hint: it is one of bash, zsh, fish
  [2]
  $ quarry completions bash --write x
  error: a shell and --write cannot be used together
  hint: quarry completions bash prints one script; quarry completions --write DIR writes all three
  [2]
  $ quarry completions --write /proc/nowhere
  error: cannot use /proc/nowhere
  caused by: No such file or directory
  hint: check that it exists and its permissions
  [1]
