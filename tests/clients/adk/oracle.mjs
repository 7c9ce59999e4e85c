// @google/adk as oracle: runs agents of the kinds SequentialAgent, ParallelAgent and LoopAgent with a model that says
// what a file has for each agent, and prints who said what and the state at the end, as JSON lines.
import { readFileSync } from "node:fs";
import { BaseLlm, InMemoryRunner, LlmAgent, LoopAgent, ParallelAgent, SequentialAgent, ExitLoopTool } from "@google/adk";

class Said extends BaseLlm {
  constructor(name, lines) {
    super({ model: `said-${name}` });
    this.lines = lines;
    this.at = 0;
  }
  async *generateContentAsync(request) {
    const last = request.contents.at(-1);
    const answered = last?.parts?.some((part) => part.functionResponse);
    const line = answered ? "" : (this.lines[Math.min(this.at++, this.lines.length - 1)]);
    const part = line === "exit_loop" ? { functionCall: { name: "exit_loop", args: {} } } : { text: line };
    yield { content: { role: "model", parts: [part] } };
  }
  async connect() {
    throw new Error("not live");
  }
}

function build(agent) {
  const children = (agent.agents ?? []).map(build);
  if (agent.kind === "sequential") return new SequentialAgent({ name: agent.name, subAgents: children });
  if (agent.kind === "parallel") return new ParallelAgent({ name: agent.name, subAgents: children });
  if (agent.kind === "loop") return new LoopAgent({ name: agent.name, subAgents: children, maxIterations: agent.most });
  return new LlmAgent({
    name: agent.name,
    model: new Said(agent.name, agent.says),
    instruction: "x",
    outputKey: `of_${agent.name}`,
    tools: agent.says.includes("exit_loop") ? [new ExitLoopTool()] : [],
  });
}

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const one of cases) {
  const runner = new InMemoryRunner({ agent: build(one.agent), appName: "oracle" });
  const session = await runner.sessionService.createSession({ appName: "oracle", userId: "u" });
  const said = [];
  for await (const event of runner.runAsync({ userId: "u", sessionId: session.id, newMessage: { role: "user", parts: [{ text: "go" }] } })) {
    for (const part of event.content?.parts ?? []) if (part.text) said.push([event.author, part.text]);
  }
  const end = await runner.sessionService.getSession({ appName: "oracle", userId: "u", sessionId: session.id });
  console.log(JSON.stringify({ name: one.name, said, state: end.state }));
}
