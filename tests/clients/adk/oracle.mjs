// @google/adk as oracle: runs agents of the kinds SequentialAgent, ParallelAgent and LoopAgent, and models that transfer,
// with a model that says what a file has for each agent and callbacks around them that say what it has for those, and
// prints who said what and the state at the end, as JSON lines.
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
    const to = line.startsWith("transfer ") ? line.slice(9) : null;
    const part =
      line === "exit_loop"
        ? { functionCall: { name: "exit_loop", args: {} } }
        : to !== null
          ? { functionCall: { name: "transfer_to_agent", args: { agentName: to, agent_name: to } } }
          : { text: line };
    yield { content: { role: "model", parts: [part] } };
  }
  async connect() {
    throw new Error("not live");
  }
}

const saying = (text) => (text === undefined ? [] : [() => ({ role: "model", parts: [{ text }] })]);

function build(agent) {
  const shared = {
    name: agent.name,
    subAgents: (agent.agents ?? []).map(build),
    beforeAgentCallback: saying(agent.before),
    afterAgentCallback: saying(agent.after),
  };
  if (agent.kind === "sequential") return new SequentialAgent(shared);
  if (agent.kind === "parallel") return new ParallelAgent(shared);
  if (agent.kind === "loop") return new LoopAgent({ ...shared, maxIterations: agent.most });
  return new LlmAgent({
    ...shared,
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
