  $ export QUARRY_EMBED_PROVIDER=none
  $ printf '# Undo\n\nA migration is undone with down.\n' > undo.md
  $ quarry ingest undo.md --quiet
  $ quarry backup base.backup --quiet
  $ quarry docs rm undo.md --yes
  removed undo.md
  to undo: quarry ingest undo.md
  $ quarry restore base.backup
  .quarry/base.db: 1 document
  $ quarry docs ls
       1      41 B  undo.md  Undo
  $ quarry restore base.backup --json
  {"schema":"quarry.error/1","error":{"code":"usage","exit_code":2,"message":"the knowledge base .quarry/base.db has documents","causes":[],"hint":"to replace it, add --force; to keep it, back it up first"}}
  [2]
  $ quarry restore
  error: FILE is missing
  hint: usage: quarry restore [OPTIONS] FILE
        for example: quarry restore base.backup
  [2]
