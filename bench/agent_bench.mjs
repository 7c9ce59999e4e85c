// A chain of 20 nodes in LangGraph.js with its SQLite saver, for bench/agent_bench.py, which says where the packages are:
// each node writes 200 bytes. Prints {"steps", "seconds"}.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , packages, base, runs] = process.argv;
const require = createRequire(pathToFileURL(`${packages}/package.json`));
const { Annotation, END, START, StateGraph } = require("@langchain/langgraph");
const { SqliteSaver } = require("@langchain/langgraph-checkpoint-sqlite");

const nodes = 20;
const State = Annotation.Root({
  item: Annotation(),
});
const graph = new StateGraph(State);
for (let i = 0; i < nodes; ++i) {
  graph.addNode(`n${i}`, () => ({ item: String(i % 10).repeat(200) }));
  graph.addEdge(i === 0 ? START : `n${i - 1}`, `n${i}`);
}
graph.addEdge(`n${nodes - 1}`, END);
const saver = SqliteSaver.fromConnString(base);
const chain = graph.compile({ checkpointer: saver });
const run = (name) => chain.invoke({ item: "" }, { configurable: { thread_id: name }, recursionLimit: 100, durability: "sync" });
await run("first");
const start = performance.now();
for (let i = 0; i < Number(runs); ++i) await run(`t${i}`);
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ steps: nodes * Number(runs), seconds }));
