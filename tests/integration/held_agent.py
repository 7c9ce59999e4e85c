"""An agent of three nodes, of which the second is held until the test lets it go, and its tools."""

WAITER = """
agent_class: Workflow
name: waiter
state: {input: string}
edges: [[START, first, second, third]]
nodes:
  - {name: first, agent_class: FunctionNode, func_code: note, args: {text: "'first'"}}
  - {name: second, agent_class: FunctionNode, func_code: hold}
  - {name: third, agent_class: FunctionNode, func_code: note, args: {text: "'third'"}}
"""
SETTINGS = """
[[tool]]
name = "note"
description = "Writes a line down"
command = ["sh", "-c", 'echo "$1" >> notes; echo done', "note", "{{text}}"]
parameters = {{type = "object", properties = {{text = {{type = "string", description = "The line"}}}}, required = ["text"]}}
read_only = true

[[tool]]
name = "hold"
description = "Ends when it may"
command = ["sh", "-c", 'cd "{folder}"; echo hold >> held; until [ -e go ]; do sleep 0.05; done; echo done']
parameters = {{type = "object", properties = {{}}}}
read_only = true
"""
