Files to begin with:

  $ quarry agent new first.yaml
  wrote first.yaml; run it: quarry agent run first.yaml TEXT
  $ quarry agent new first.yaml
  error: first.yaml is there already
  hint: choose another name
  [2]

A tool of the project that changes something, and counts:

  $ cat > count.sh << 'SH'
  > echo called >> called.txt
  > wc -l < called.txt
  > SH
  $ mkdir -p .config/quarry; export XDG_CONFIG_HOME="$PWD/.config"
  $ cat > .config/quarry/config.toml << TOML
  > [[tool]]
  > name = "count"
  > description = "Counts its calls"
  > command = ["sh", "$PWD/count.sh"]
  > TOML
  $ cat > agent.yaml << 'YAML'
  > agent_class: SequentialAgent
  > name: counter
  > sub_agents:
  >   - {name: first, func_code: tools.count, output_key: n}
  >   - {name: second, set: {twice: n * 2}}
  > YAML
  $ function masked { sed -E 's/[0-9a-f]{32}/ID/g; s/\b[0-9a-f]{8}\b/RUN/g; s/20[0-9T:-]+Z/TIME/g; s/, [0-9]+ s$/, N s/'; }

What code stands for is said in the settings:

  $ quarry agent run agent.yaml
  error: the agent refers to code in 1 place that nothing stands for
  caused by: agent.yaml:4: a function tools.count
  hint: put this into quarry.toml, where TOOL is a [[tool]], an operation such as search, or server__tool of an MCP server:
        [agent.bindings]
        "tools.count" = "TOOL"
  [2]
  $ printf '[agent.bindings]\n"tools.count" = "count"\n' > quarry.toml
  $ quarry agent check --portable agent.yaml
  counter: 3 agents in 1 file
  agent.yaml:4: ADK does not take a sub-agent in place
  agent.yaml:5: ADK does not take a sub-agent in place
  agent.yaml:5: ADK does not take set
  [8]

It waits for a person before it changes something:

  $ quarry agent run agent.yaml --thread one 2>&1 | masked
  created a knowledge base: .quarry/base.db
  the run RUN of the thread one waits for a person
  counter/first asks: May count be called?
    count with {}
    quarry agent resume RUN --approve, or --reject
  $ quarry agent run agent.yaml --thread one 2>&1 | masked
  error: the thread one has a run that has not ended (RUN)
  hint: go on with it: quarry agent resume RUN; or end it: quarry agent cancel RUN
  $ quarry agent resume last 2>&1 | masked
  error: the run RUN waits for a person
  caused by: May count be called?
  hint: decide: quarry agent resume RUN --approve, or --reject
  $ quarry agent resume last --answer '"perhaps"'
  error: this asks for a yes or a no
  hint: answer with --approve or --reject
  [2]
  $ quarry agent resume last --approve
  1
  $ quarry agent ls | masked
  RUN  done       TIME  one                       2 calls, 0 tokens
  $ quarry agent history one --at 2 --diff 0
  + n: 1
  + twice: 2
  $ quarry agent show last | masked
  run ID of the thread one: done
  began TIME; 2 calls, 0 tokens, cost 0.0000
    counter/first: 2 calls, 0 tokens, cost 0.0000, N s
    step 1  counter/first  approval approval (done): true
    step 1  counter/first  tool count (done): "BEGIN RESULT ID\n1\n\nEND RESULT ID\n"

A call that was cut off is in doubt, and is made once more only when a person says so:

  $ cat > count.sh << 'SH'
  > echo called >> called.txt
  > [ -e slow ] && sleep 60
  > wc -l < called.txt
  > SH
  $ touch slow; rm called.txt
  $ (quarry agent run agent.yaml --thread two --allow-tool count & echo $! > pid; wait) > out.txt 2>&1 &
  $ until [ -e called.txt ]; do sleep 0.05; done; kill -9 $(cat pid); wait; rm slow
  $ quarry agent show last | grep tool | masked
    step 1  counter/first  tool count (begun): 
  $ quarry agent run --resume-orphans 2>&1 | masked
  the run RUN of the thread two waits for a person
  counter/first asks: count was called, and it is not known whether it did its work. Call it again?
    count with {}
    quarry agent resume RUN --approve, or --reject
  $ wc -l < called.txt
  1
  $ quarry agent resume last --approve
  2

Where its tool says that a second call does no more than the first, nobody is asked:

  $ cp .config/quarry/config.toml plain.toml; echo 'idempotent = true' >> .config/quarry/config.toml
  $ touch slow; rm called.txt
  $ (quarry agent run agent.yaml --thread again --allow-tool count & echo $! > pid; wait) > out.txt 2>&1 &
  $ until [ -e called.txt ]; do sleep 0.05; done; kill -9 $(cat pid); wait; rm slow
  $ quarry agent run --resume-orphans
  2
  $ quarry agent rm again; mv plain.toml .config/quarry/config.toml
  removed 1 thread

A run that sleeps says until when:

  $ printf 'name: nap\nagent_class: FunctionNode\nwait: 3600\nset: {done: "1"}\n' > nap.yaml
  $ (quarry agent run nap.yaml --thread nap & echo $! > pid; wait) > out.txt 2>&1 &
  $ until quarry agent show last | grep -q 'timer wait'; do sleep 0.05; done; kill -9 $(cat pid); wait
  $ quarry agent show last | masked
  run ID of the thread nap: running
  began TIME; 0 calls, 0 tokens, cost 0.0000
  it sleeps until TIME
    step 1  nap  timer wait (begun): 
  $ quarry agent cancel last 2> cancelled.txt; quarry agent rm nap; rm nap.yaml
  removed 1 thread

  $ quarry agent ls --threads | masked
  two                       TIME  3 steps
  one                       TIME  3 steps

What would be done:

  $ quarry agent run agent.yaml --dry-run
  counter would run; nothing is done now
    counter/first: begins; may call count (changes something, a person is asked)
    counter/second: computes
  calls that wait for a person: count

What ADK would refuse besides keys:

  $ printf 'name: on-call\ntools: [search, {name: ask}, {name: google_search}, {name: my.tool}]\ninstruction: x\n' > portable.yaml
  $ printf '[agent.bindings]\n"tools.count" = "count"\ngoogle_search = "search"\n"my.tool" = "verify"\n' > quarry.toml
  $ quarry agent check --portable portable.yaml
  on-call: 1 agent in 1 file
  portable.yaml:2: ADK does not take a tool without the key name
  portable.yaml:2: ADK does not take the tool ask
  portable.yaml:1: ADK does not take the name on-call
  [8]

A graph, a fork, a test:

  $ quarry agent graph agent.yaml
  flowchart TD
    subgraph n0["counter"]
      n1["first"]
      n2["second"]
    end
    n1 --> n2
  $ quarry agent graph --format dot agent.yaml | head -3
  digraph agent {
    compound=true;
    node [shape=box];
  $ quarry agent fork one --at 1 --set n=21 --name three
  1
  $ quarry agent history one --at 0 --diff 2
  - n: 1
  - twice: 2
  $ quarry agent fork one --at 9
  error: the thread one has no step 9
  hint: quarry agent history one lists them
  [10]
  $ quarry agent history three --at 1 | grep twice
      "twice": 42
  $ quarry agent show $(quarry agent ls --json | grep -B1 '"thread": "one"' | grep -o '[0-9a-f]\{32\}') --recording > one.json
  $ quarry agent test one.json
  ok      one.json
  $ sed -i 's/"twice": 2/"twice": 3/' one.json; quarry agent test one.json
  1 of 1 failed
  failed  one.json
    the channel twice is 2, and was 3
  [12]

An input with channels is recorded too:

  $ printf 'name: typed\nstate: {n: integer, seen: {reducer: append, default: [0]}}\nset: {n: n + 1}\n' > typed.yaml
  $ quarry agent run typed.yaml '{"n": 4, "seen": [1]}' --input-json --thread typed | tr -d ' \n'; echo
  {"n":4,"seen":[1]}
  $ quarry agent show last --recording > typed.json; quarry agent test typed.json
  ok      typed.json
  $ quarry agent fork typed --at 0 --set 'n="x"'
  error: the channel n cannot be set
  caused by: the value is not of type integer
  [2]
  $ quarry agent fork typed --at 0 --set 'seen={}'
  error: the channel seen cannot be set
  caused by: the value is not of type list
  [2]

An input that does not fit ends the run, and a failed run that its thread has gone past stays as it is:

  $ quarry agent run typed.yaml '{"n": "x"}' --input-json --thread typed 2>&1 | masked
  error: the run RUN of the thread typed failed at step 1
  caused by: input cannot write the channel n
  caused by: the value is not a integer
  $ quarry agent resume last 2>&1 | masked
  error: the run RUN cannot go on
  caused by: the thread typed has a step of another run behind it
  hint: begin another: quarry agent run; or go on from an earlier step: quarry agent fork typed

What has changed meanwhile, and what is not there:

  $ quarry agent run agent.yaml --thread four --quiet
  [17]
  $ sed -i 's/n \* 2/n * 3/' agent.yaml
  $ quarry agent resume last --approve 2>&1 | masked
  error: the files of the agent counter have changed since the run began
  caused by: */agent.yaml (glob)
  hint: undo the change, or go on with the files as they are: --migrate
  $ quarry agent resume last --approve --migrate
  3
  $ quarry agent cancel last 2>&1 | masked
  error: the run RUN has ended: it is done
  $ quarry agent show zzz
  error: there is no run zzz
  hint: quarry agent ls lists them
  [10]
  $ quarry agent rm fourr
  error: there is no thread fourr
  hint: did you mean four?
  [10]
  $ quarry agent rm four three
  removed 2 threads
  $ quarry agent ls --threads --json | grep -c '"thread"'
  3

Lines of JSON while it runs:

  $ quarry agent run agent.yaml --allow-tool count --stream updates --stream tasks | masked
  {"event":"tasks","data":{"agent":"counter","run":"ID","thread":"counter-RUN"}}
  {"event":"updates","data":{"changes":{"input":{"=":""},"messages":{"=":[{"content":"","role":"user"}]}},"nodes":"","step":0}}
  {"event":"tasks","data":{"kind":"tool","name":"count","node":"counter/first"}}
  {"event":"updates","data":{"changes":{"n":{"=":4}},"nodes":"counter/first","step":1}}
  {"event":"updates","data":{"changes":{"twice":{"=":12}},"nodes":"counter/second","step":2}}
