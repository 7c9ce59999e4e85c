Conversations that are kept:

  $ quarry chats ls
  error: there is no knowledge base */.quarry/base.db (glob)
  hint: make one from your documents: quarry ingest PATH
  [1]
  $ printf 'The moon is 384,400 km away from the Earth.\n\nIt has a diameter of 3,474 km.' | quarry ingest - --name moon.txt --quiet
  $ export QUARRY_SEARCH_MODE=lexical
  $ quarry chats ls
  there are no conversations; start one: quarry chat
  $ printf '%s\n' 'How far away is the moon?' 'And its diameter?' | quarry chat --session moon > /dev/null
  $ quarry ask --session sun 'What is far away?' > /dev/null
  $ quarry chats ls | sed 's/20..-..-..T..:..:..Z/TIME/'
  sun                   TIME     1  What is far away?
  moon                  TIME     2  How far away is the moon?
  $ quarry chats ls --json | sed 's/"20..-..-..T..:..:..Z"/"TIME"/'
  {
    "schema": "quarry.chats/1",
    "conversations": [
      {
        "name": "sun",
        "turns": 1,
        "created_at": "TIME",
        "last_at": "TIME",
        "first_question": "What is far away?"
      },
      {
        "name": "moon",
        "turns": 2,
        "created_at": "TIME",
        "last_at": "TIME",
        "first_question": "How far away is the moon?"
      }
    ]
  }

To read, and for programs:

  $ quarry chats export moon
  # moon
  
  ## How far away is the moon?
  
  The moon is 384,400 km away from the Earth. [1]
  
  Sources:
  
  - [1] moon.txt:1: "The moon is 384,400 km away from the Earth."
  
  ## And its diameter?
  
  The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km. [1]
  
  Sources:
  
  - [1] moon.txt:1: "The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km."
  $ quarry chats export moon --json | grep -E '"(schema|name|number|state|question|stand_alone)"'
    "schema": "quarry.conversation/1",
    "name": "moon",
        "number": 1,
        "state": "answered",
        "question": "How far away is the moon?",
        "stand_alone": "How far away is the moon?",
          "schema": "quarry.ask/1",
          "question": "How far away is the moon?",
              "number": 1,
        "number": 2,
        "state": "answered",
        "question": "And its diameter?",
        "stand_alone": "And its diameter? (away moon)",
          "schema": "quarry.ask/1",
          "question": "And its diameter?",
              "number": 1,
  $ quarry chats export mon
  error: there is no conversation mon
  hint: did you mean moon?
  [10]

Removed together, or not at all:

  $ quarry chats rm moon mars
  error: there is no conversation mars
  hint: quarry chats ls lists them
  [10]
  $ quarry chats rm moon --json --fields conversations
  {
    "schema": "quarry.chats.rm/1",
    "conversations": [
      "moon"
    ]
  }
  $ quarry chats rm sun
  removed sun
  $ quarry chats ls
  there are no conversations; start one: quarry chat
  $ quarry chats rm
  error: NAMES is missing
  hint: usage: quarry chats rm [OPTIONS] NAMES...
        for example: quarry chats rm release
  [2]

What should not have been asked is taken out, as of documents:

  $ quarry ask --session mail 'Who is anna@example.org?' > /dev/null 2>&1
  [10]
  $ quarry chats redact
  error: nothing says what is to be taken out: the documents of the base are not redacted
  hint: name the kinds, such as --kinds default
  [2]
  $ quarry chats redact --kinds email
  1 question changed; taken out: * (glob)
  $ quarry chats export mail | grep -c anna
  0
  [1]
  $ grep -c anna .quarry/base.db
  0
  [1]
  $ quarry chats redact --kinds email --json --fields turns
  {
    "schema": "quarry.chats.redact/1",
    "turns": 0
  }
