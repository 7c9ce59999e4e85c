// Writes JSON Schemas of what OpenAI's own client expects of a server: `node openai_types.mjs NODE_MODULES OUT.json`.
import fs from "node:fs";
import { schemasOf } from "./type_schemas.mjs";

const [modules, out] = process.argv.slice(2);
const chat = "openai/resources/chat/completions", responses = "openai/resources/responses/responses";
const { definitions, places } = schemasOf(modules, [
  ["Completion", "ChatCompletion", chat],
  ["Chunk", "ChatCompletionChunk", chat],
  ["Embeddings", "CreateEmbeddingResponse", "openai/resources/embeddings"],
  ["OneModel", "Model", "openai/resources/models"],
  ["WholeResponse", "Response", responses],
  ["ResponseEvent", "ResponseStreamEvent", responses],
]);
fs.writeFileSync(out, JSON.stringify({ definitions, places }));
