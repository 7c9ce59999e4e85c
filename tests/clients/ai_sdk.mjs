// ai with @ai-sdk/openai-compatible, Vercel's.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, streamText } from "ai";
import { answer, assert, question, token, url } from "./client.mjs";

const quarry = createOpenAICompatible({ name: "quarry", baseURL: `${url}/v1`, apiKey: token, includeUsage: true });
const model = quarry.chatModel("quarry");

const whole = await generateText({ model, prompt: question, maxRetries: 0 });
assert.match(whole.text, answer);
assert.equal(whole.finishReason, "stop");

const streamed = streamText({ model, prompt: question, maxRetries: 0 });
const parts = [];
for await (const part of streamed.textStream) parts.push(part);
assert.match(parts.join(""), answer);
assert.ok(parts.length > 1, "it came at once");
assert.equal(await streamed.finishReason, "stop");

const { embeddings } = await embedMany({ model: quarry.embeddingModel("quarry"), values: ["moon", "sun"], maxRetries: 0 });
assert.deepEqual(embeddings.map((vector) => vector.length), [5, 5]);

await assert.rejects(generateText({ model: quarry.chatModel("none"), prompt: question, maxRetries: 0 }), /no model/);
