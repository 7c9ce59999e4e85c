A signal ends what waits for standard input, at once and with 130:

  $ mkfifo pipe
  $ for command in "ask -" "chunk" "verify -" "ingest --jsonl -" "search --batch -" "batch -"; do
  >   (exec 3<> pipe; sleep 3) > /dev/null 2>&1 & timeout --preserve-status -k 20 1 quarry $command < pipe > /dev/null 2>&1; echo $?; done
  130
  130
  130
  130
  130
  130
