// @langchain/openai.
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { answer, assert, question, token, url } from "./client.mjs";

const settings = { apiKey: token, maxRetries: 0, configuration: { baseURL: `${url}/v1` } };
const model = new ChatOpenAI({ model: "quarry", ...settings });

const whole = await model.invoke([["human", question]]);
assert.match(whole.content, answer);

let text = "";
for await (const chunk of await model.stream(question)) text += chunk.content;
assert.match(text, answer);

const later = await model.invoke([["human", question], ["ai", whole.content], ["human", "How far is the moon, again?"]]);
assert.match(later.content, answer);

const vectors = await new OpenAIEmbeddings({ model: "quarry", ...settings }).embedDocuments(["moon", "sun"]);
assert.deepEqual(vectors.map((vector) => vector.length), [5, 5]);
