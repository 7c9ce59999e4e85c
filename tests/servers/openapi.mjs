// Writes an OpenAPI document of model servers' protocols, out of the types that the vendors publish in their own npm
// packages: `node openapi.mjs NODE_MODULES OUT.json`. A mock server (prism) then refuses requests that do not fit,
// and answers with examples that do. Properties that the vendor's types do not have are refused too.
import { createRequire } from "node:module";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const [modules, out] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, "index.js"));
const { createGenerator } = require("ts-json-schema-generator");

// Path, request and response types, where they are exported, and an answer where a made-up one would say too little.
const operations = [
  ["/v1/embeddings", "EmbeddingCreateParams", "CreateEmbeddingResponse", "openai/resources/embeddings", {
    object: "list", model: "m", data: [{ object: "embedding", index: 0, embedding: [0.6, 0.8] }], usage: { prompt_tokens: 1, total_tokens: 1 },
  }],
  ["/v1/chat/completions", "ChatCompletionCreateParamsStreaming", "ChatCompletion", "openai/resources/chat/completions"],
  ["/v1/messages", "MessageCreateParamsStreaming", "Message", "@anthropic-ai/sdk/resources/messages"],
  ["/api/embed", "EmbedRequest", "EmbedResponse", "ollama", {
    model: "m", embeddings: [[0.8, 0.6]], total_duration: 1, load_duration: 1, prompt_eval_count: 1,
  }],
  ["/api/chat", "ChatRequest", "ChatResponse", "ollama"],
];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "openapi-"));
const schemas = {};
const paths = {};
try {
  fs.symlinkSync(path.resolve(modules), path.join(folder, "node_modules"));
  const lines = operations.flatMap(([, request, response, source], i) => [
    `import type { ${request} as A${i}, ${response} as B${i} } from "${source}";`,
    `export type Request${i} = A${i};`,
    `export type Response${i} = B${i};`,
  ]);
  const source = path.join(folder, "types.ts");
  fs.writeFileSync(source, lines.join("\n"));
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({
    compilerOptions: { module: "nodenext", moduleResolution: "nodenext", target: "es2022", lib: ["es2022", "dom"], types: [], preserveSymlinks: true },
  }));
  const generator = createGenerator({
    path: source, tsconfig: path.join(folder, "tsconfig.json"), skipTypeCheck: true, expose: "none", jsDoc: "none", encodeRefs: false,
  });
  const json = (type, example) => {
    const { $ref, definitions } = generator.createSchema(type);
    Object.assign(schemas, definitions);
    return { "application/json": { schema: { $ref }, ...(example && { example }) } };
  };
  operations.forEach(([address, , , , example], i) => {
    paths[address] = { post: {
      requestBody: { required: true, content: json(`Request${i}`) },
      responses: { 200: { description: "what was asked for", content: json(`Response${i}`, example) } },
    } };
  });
} finally {
  fs.rmSync(folder, { recursive: true });
}
const document = { openapi: "3.1.0", info: { title: "model servers", version: "1" }, paths, components: { schemas } };
fs.writeFileSync(out, JSON.stringify(document).replaceAll("#/definitions/", "#/components/schemas/"));
