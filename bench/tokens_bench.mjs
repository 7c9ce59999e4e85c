// Runs tokens_bench beside JavaScript's encoders and splitters, on the same files, one after the other, one thread.
//
// usage: node --single-threaded bench/tokens_bench.mjs PEERS TOKENS_BENCH FILE…
//
// PEERS is a folder in which these were installed: npm install tiktoken js-tiktoken gpt-tokenizer @langchain/textsplitters
// Processor time throughout. What would take minutes sees only the beginning of each file; figures are bytes a second.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [peers, tokensBench, ...files] = process.argv.slice(2);
const require = createRequire(path.resolve(peers, "package.json"));
const { Tiktoken } = require("tiktoken");
const cl100k = require("tiktoken/encoders/cl100k_base.json");
const tiktoken = new Tiktoken(cl100k.bpe_ranks, cl100k.special_tokens, cl100k.pat_str);
const gpt = require("gpt-tokenizer/encoding/cl100k_base");
const jsTiktoken = require("js-tiktoken").getEncoding("cl100k_base");
const { RecursiveCharacterTextSplitter } = require("@langchain/textsplitters");

const texts = files.map((file) => readFileSync(file, "utf8"));
const results = {};

async function measure(name, work, { part = Infinity, runs = 1 } = {}) {
  const parts = texts.map((text) => text.slice(0, part));
  const bytes = parts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  let least = Infinity;
  let made = 0;
  for (let run = 0; run < runs; ++run) {
    const before = process.cpuUsage();
    made = 0;
    for (const text of parts) made += await work(text);
    const used = process.cpuUsage(before);
    least = Math.min(least, (used.user + used.system) / 1e6);
  }
  report(name, bytes, least, made);
}
function report(name, bytes, seconds, made) {
  results[name] = bytes / seconds;
  console.log(`${name.padEnd(52)} ${(bytes / 1e6).toFixed(1).padStart(6)} MB ${seconds.toFixed(2).padStart(8)} s ${(results[name] / 1e6).toFixed(3).padStart(9)} MB/s ${made}`);
}
function ours(what) {
  const { bytes, seconds, made } = JSON.parse(execFileSync(tokensBench, [what, ...files]));
  report(`quarry ${what}`, bytes, seconds, made);
}
const split = (options) => {
  const splitter = new RecursiveCharacterTextSplitter(options);
  return async (text) => (await splitter.splitText(text)).length;
};

ours("encode");
ours("count");
await measure("gpt-tokenizer encode", (text) => gpt.encode(text, { disallowedSpecial: new Set() }).length, { runs: 3 });
await measure("tiktoken encode", (text) => tiktoken.encode(text, [], []).length);
ours("recursive-chars");
ours("recursive-chars-overlap");
await measure("LangChain.js recursive, 1000 chars", split({ chunkSize: 1000, chunkOverlap: 0 }), { runs: 3 });
await measure("LangChain.js recursive, 1000 chars, overlap 200", split({ chunkSize: 1000, chunkOverlap: 200 }), { runs: 3 });
// With the lines of each chunk, which quarry's have as well.
const documents = new RecursiveCharacterTextSplitter({ chunkSize: 1000, chunkOverlap: 0 });
await measure("LangChain.js createDocuments, 1000 chars", async (text) => (await documents.createDocuments([text])).length,
  { part: 1_000_000 });
ours("recursive-tokens");
ours("recursive-tokens-overlap");
// As its readme calls it, which looks for special tokens in each text; and told that there are none.
const counters = {
  "tiktoken": (text) => tiktoken.encode(text).length,
  "tiktoken, no special tokens": (text) => tiktoken.encode(text, [], []).length,
  "js-tiktoken": (text) => jsTiktoken.encode(text, [], []).length,
};
for (const [name, lengthFunction] of Object.entries(counters)) {
  for (const chunkOverlap of [0, 50]) {
    await measure(`LangChain.js recursive, 400 tokens by ${name}${chunkOverlap > 0 ? ", overlap 50" : ""}`,
      split({ chunkSize: 400, chunkOverlap, lengthFunction }), { part: 1_000_000 });
  }
}

const ratio = (a, b) => (results[a] / results[b]).toFixed(2);
const chars = "LangChain.js recursive, 1000 chars", tokens = "LangChain.js recursive, 400 tokens by";
console.log(`encode: ${ratio("quarry encode", "gpt-tokenizer encode")} x gpt-tokenizer, ${ratio("quarry encode", "tiktoken encode")} x tiktoken`);
console.log(`recursive by characters: ${ratio("quarry recursive-chars", chars)} x LangChain.js splitText, ` +
  `${ratio("quarry recursive-chars", "LangChain.js createDocuments, 1000 chars")} x its createDocuments; ` +
  `with overlap 200 ${ratio("quarry recursive-chars-overlap", `${chars}, overlap 200`)} x splitText`);
for (const name of Object.keys(counters)) {
  console.log(`recursive by tokens: ${ratio("quarry recursive-tokens", `${tokens} ${name}`)} x LangChain.js with ${name}; ` +
    `with overlap 50 ${ratio("quarry recursive-tokens-overlap", `${tokens} ${name}, overlap 50`)} x`);
}
console.log(`recursive by tokens: ${ratio("quarry encode", "quarry recursive-tokens")} x the time of encode, ` +
  `${ratio("quarry count", "quarry recursive-tokens")} x that of count; ` +
  `with overlap 50 ${ratio("quarry encode", "quarry recursive-tokens-overlap")} x encode`);
