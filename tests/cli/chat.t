A chat from a pipe: each line is a question, and nothing but answers is printed:

  $ printf 'The moon is 384,400 km away from the Earth.\n\nIt has a diameter of 3,474 km, and no air.' | quarry ingest - --name moon.txt --quiet
  $ export QUARRY_SEARCH_MODE=lexical
  $ printf '%s\n' 'How far away is the moon?' 'And what diameter does it have?' | quarry chat --session moon
  The moon is 384,400 km away from the Earth. [1]
      moon.txt:1  The moon is 384,400 km away from the Earth.
  
  The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km, and no air. [1]
      moon.txt:1-3  The moon is 384,400 km away from the Earth.
  

It is kept, with the question that was looked for:

  $ quarry chats ls | sed 's/20..-..-..T..:..:..Z/TIME/'
  moon                  TIME     2  How far away is the moon?
  $ quarry chats export moon
  # moon
  
  ## How far away is the moon?
  
  The moon is 384,400 km away from the Earth. [1]
  
  Sources:
  
  - [1] moon.txt:1: "The moon is 384,400 km away from the Earth."
  
  ## And what diameter does it have?
  
  The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km, and no air. [1]
  
  Sources:
  
  - [1] moon.txt:1: "The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km, and no air."
  $ quarry chats export moon --json | sed 's/"20..-..-..T..:..:..Z"/"TIME"/' | grep -v sha256 | head -32
  {
    "schema": "quarry.conversation/1",
    "name": "moon",
    "turns": [
      {
        "number": 1,
        "state": "answered",
        "asked_at": "TIME",
        "answered_at": "TIME",
        "question": "How far away is the moon?",
        "stand_alone": "How far away is the moon?",
        "answer": "The moon is 384,400 km away from the Earth. [1]",
        "record": {
          "schema": "quarry.ask/1",
          "question": "How far away is the moon?",
          "kind": "extractive",
          "form": "sentences",
          "answered": true,
          "answer": "The moon is 384,400 km away from the Earth. [1]",
          "citations": [
            {
              "number": 1,
              "uri": "moon.txt",
              "title": "The moon is 384,400 km away from the Earth.",
              "heading_path": [],
              "start_byte": 0,
              "end_byte": 43,
              "start_line": 1,
              "end_line": 1,
              "page": null,
              "quote": "The moon is 384,400 km away from the Earth.",
              "overlap": 1.0

ask goes on with it:

  $ quarry ask --session moon 'Has it air?'
  The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km, and no air. [1]
      moon.txt:1-3  The moon is 384,400 km away from the Earth.
  $ quarry chats ls --json | sed 's/"20..-..-..T..:..:..Z"/"TIME"/'
  {
    "schema": "quarry.chats/1",
    "conversations": [
      {
        "name": "moon",
        "turns": 3,
        "created_at": "TIME",
        "last_at": "TIME",
        "first_question": "How far away is the moon?"
      }
    ]
  }

Each event as a line of JSON:

  $ echo 'What diameter?' | quarry chat --no-save --json | cut -c1-130
  {"schema":"quarry.chat/1","event":"text","text":"The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km, and no
  {"schema":"quarry.chat/1","event":"answer","session":null,"turn":0,"stand_alone":"What diameter?","notes":[],"answer":{"schema":"q
  $ echo 'Xylophone?' | quarry chat --no-save --json
  {"schema":"quarry.chat/1","event":"error","error":{"code":"nothing_found","exit_code":10,"message":"the documents do not say","causes":["nothing in the knowledge base fits the question"],"hint":"use words from the documents, or see what is there: quarry search WORDS"}}

Commands:

  $ printf '%s\n' 'How far is the moon?' '/save talk.md' '/save talk.md' '/nonsense' '/sorces' '/model' '/tools' '/search diameter' '/new' '/sources' | quarry chat --session saved 2>&1
  The moon is 384,400 km away from the Earth. [1]
      moon.txt:1  The moon is 384,400 km away from the Earth.
  
  wrote a turn to talk.md
  error: the file talk.md exists already
  hint: give a new name
  error: there is no command /nonsense
  hint: /help lists them; a question that begins with a slash needs a space before it
  error: there is no command /sorces
  hint: did you mean /sources?
  extractive
  no tools; begin with: quarry chat --tools
  moon.txt:1
      The moon is 384,400 km away from the Earth. It has a diameter of 3,474 km, and no air.
  the last answer has no sources
  [11]
  $ cat talk.md
  # saved
  
  ## How far is the moon?
  
  The moon is 384,400 km away from the Earth. [1]
  
  Sources:
  
  - [1] moon.txt:1: "The moon is 384,400 km away from the Earth."

A line that goes on, and lines that belong together:

  $ printf '%s\n' 'What diameter \' 'has the moon?' '"""' 'How far away' 'is the moon?' '"""' | quarry chat --no-save
  No sentence answers this clearly; the closest passage:
  
  The moon is 384,400 km away from the Earth.
  
  It has a diameter of 3,474 km, and no air. [1]
      moon.txt:1-3  The moon is 384,400 km away from the Earth.
  
  The moon is 384,400 km away from the Earth. [1]
      moon.txt:1  The moon is 384,400 km away from the Earth.
  

What cannot be:

  $ quarry chat --continue --base nowhere.db < /dev/null
  error: there is no knowledge base */nowhere.db (glob)
  hint: make one from your documents: quarry ingest PATH
  [1]
  $ quarry chats export mon
  error: there is no conversation mon
  hint: did you mean moon?
  [10]
  $ quarry chats rm moon mars
  error: there is no conversation mars
  hint: quarry chats ls lists them
  [10]
  $ quarry chats rm moon saved
  removed moon
  removed saved
  $ quarry chats ls
  there are no conversations; start one: quarry chat
  $ quarry chat --continue < /dev/null
  error: there is no conversation to continue
  hint: start one: quarry chat
  [1]
  $ quarry chat --session ' x' <<< 'moon?'
  error: this is not a valid name for a conversation
  hint: a name is 1 to 200 bytes of plain text on one line
  [11]
  $ quarry chat --session a --continue < /dev/null
  error: --session and --continue cannot be used together
  hint: use only one of them
  [2]
  $ quarry chat --tools < /dev/null
  error: tools need a chat model
  caused by: sentences are quoted from the documents: chat.provider is extractive
  hint: name one: --model NAME, or quarry config set chat.model NAME
  [2]
