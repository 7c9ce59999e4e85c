// Writes an OpenAPI document of model servers' protocols, out of the types that the vendors publish in their own npm
// packages: `node openapi.mjs NODE_MODULES OUT.json`. A mock server (prism) then refuses requests that do not fit,
// and answers with examples that do. Properties that the vendor's types do not have are refused too.
import fs from "node:fs";
import { schemasOf } from "./type_schemas.mjs";

const [modules, out] = process.argv.slice(2);

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

const { definitions, places } = schemasOf(modules, operations.flatMap(([, request, response, source], i) => [
  [`Request${i}`, request, source],
  [`Response${i}`, response, source],
]));
const json = (name, example) => ({ "application/json": { schema: { $ref: places[name] }, ...(example && { example }) } });
const paths = Object.fromEntries(operations.map(([address, , , , example], i) => [address, { post: {
  requestBody: { required: true, content: json(`Request${i}`) },
  responses: { 200: { description: "what was asked for", content: json(`Response${i}`, example) } },
} }]));
const document = { openapi: "3.1.0", info: { title: "model servers", version: "1" }, paths, components: { schemas: definitions } };
fs.writeFileSync(out, JSON.stringify(document).replaceAll("#/definitions/", "#/components/schemas/"));
