// What both official clients of MCP check: a search, a document as a resource, a prompt, completion, a subscription.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { execFileSync } from "node:child_process";

export const { QUARRY, QUARRY_URL, QUARRY_TOKEN, FOLDER } = process.env;
export const authorization = { requestInit: { headers: { Authorization: `Bearer ${QUARRY_TOKEN}` } } };

/** Changes the document, as another process does. */
export function change() {
  appendFileSync(`${FOLDER}/moon.md`, "It has no air.\n");
  execFileSync(QUARRY, ["ingest", "moon.md", "--quiet"], { cwd: FOLDER });
}

/** `call` calls a tool, with options. */
export async function check(client, call = (params, options) => client.callTool(params, options)) {
  const { tools } = await client.listTools();
  assert.ok(tools.some((tool) => tool.name === "search" && tool.outputSchema));
  let steps = 0;
  // The client itself holds structuredContent against outputSchema. It takes a notification later than an answer that
  // comes with it, and tells nobody of it then: that is no fault of the server's, so there are some more tries.
  let answer;
  for (let tries = 0; tries < 50 && steps === 0; ++tries) {
    answer = await call({ name: "ask", arguments: { question: "How far is the moon?" } }, { onprogress: () => ++steps });
  }
  assert.match(answer.structuredContent.answer, /384400/);
  assert.ok(steps > 0);
  const link = answer.content.find((content) => content.type === "resource_link");
  const read = await client.readResource({ uri: link.uri });
  assert.match(read.contents[0].text, /384400/);
  assert.equal((await call({ name: "read_document", arguments: { document: "nothing.md" } })).isError, true);
  const { resources } = await client.listResources();
  assert.ok(resources.some((resource) => resource.name.endsWith("moon.md")));
  assert.ok((await client.listResourceTemplates()).resourceTemplates.length > 0);
  const prompt = await client.getPrompt({ name: "summarise-document", arguments: { document: "moon.md" } });
  assert.match(JSON.stringify(prompt), /384400/);
  const completed = await client.complete({ ref: { type: "ref/prompt", name: "compare" }, argument: { name: "first", value: "moon" } });
  assert.match(completed.completion.values[0], /moon\.md$/);
  await assert.rejects(client.readResource({ uri: "quarry://doc/mars.md" }));
  const removed = await call({ name: "delete_document", arguments: { documents: ["sun.md"] } });
  assert.equal(removed.isError, true, "the user declined");
  return resources[0].uri;
}
