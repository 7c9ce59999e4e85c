Plain text and Markdown are stored as their files have them, with what nobody sees. Search, answers and the terminal pass
that by; the bytes of a citation are those of the file.

  $ printf '\357\273\277# Ze\302\255bra\n\n> The ze\342\200\213bra eats\n> `a?` grass, see [the guide. Part 2](g.md).\n' > zebra.md
  $ printf '\357\273\277The mo\302\255on is far.\r\n' > moon.txt
  $ quarry ingest -q zebra.md moon.txt
  $ for file in zebra.md moon.txt; do quarry docs show $file --text | cmp - $file; done
  $ quarry docs verify
  .quarry/base.db: all agrees
  $ quarry ask what does the zebra eat 2> log
  The zebra eats `a?` grass, see the guide. Part 2. [1]
      zebra.md:3-4  Zebra
  $ quarry ask --json how far is the moon 2> log > answer.json
  $ python3 -c 'import json; c = json.load(open("answer.json"))["citations"][0]; print(ascii(open(c["uri"], "rb").read()[c["start_byte"]:c["end_byte"]].decode()), ascii(c["quote"]))'
  'The mo\xadon is far.' 'The mo\xadon is far.'
