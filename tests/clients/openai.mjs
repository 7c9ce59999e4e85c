// openai, the official client.
import OpenAI from "openai";
import { answer, assert, question, token, url } from "./client.mjs";

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
const messages = [{ role: "user", content: question }];

const models = (await client.models.list()).data.map((model) => model.id);
assert.ok(models.includes("quarry") && models.includes("quarry/main"), models.join());
assert.equal((await client.models.retrieve("quarry/main")).id, "quarry/main");
await assert.rejects(client.models.retrieve("none"), OpenAI.NotFoundError);

const whole = await client.chat.completions.create({ model: "quarry", messages });
assert.match(whole.choices[0].message.content, answer);
assert.equal(whole.choices[0].finish_reason, "stop");
assert.match(whole.choices[0].message.annotations[0].url_citation.url, /moon\.txt/);
assert.equal(whole.quarry.schema, "quarry.ask/1");

const stream = await client.chat.completions.create(
  { model: "quarry", messages, stream: true, stream_options: { include_usage: true } });
const chunks = [];
for await (const chunk of stream) chunks.push(chunk);
assert.match(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), answer);
assert.ok(chunks.at(-1).usage.total_tokens >= 0);

const helper = client.chat.completions.stream({ model: "quarry", messages });
assert.match(await helper.finalContent(), answer);

const base64 = await client.embeddings.create({ model: "quarry", input: ["moon", "aeiou"] }); // asks for base64
const floats = await client.embeddings.create({ model: "quarry", input: ["moon", "aeiou"], encoding_format: "float" });
assert.equal(base64.data[1].embedding.length, 5);
base64.data.forEach(({ embedding }, i) =>
  Array.from(embedding).forEach((x, j) => assert.ok(Math.abs(x - floats.data[i].embedding[j]) < 1e-6)));

await assert.rejects(client.chat.completions.create({ model: "none", messages }), OpenAI.NotFoundError);
await assert.rejects(client.chat.completions.create({ model: "quarry", messages: [] }), OpenAI.UnprocessableEntityError);
const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: "wrong", maxRetries: 0 });
await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);

const aborted = await client.chat.completions.create({ model: "quarry", messages, stream: true });
for await (const _ of aborted) break; // the connection is cut
