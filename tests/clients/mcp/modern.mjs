// The official client of 2026-07-28, without sessions, over standard input and output or over HTTP.
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { authorization, change, check, FOLDER, QUARRY, QUARRY_URL } from "./check.mjs";

const client = new Client({ name: "test", version: "1" },
  { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: "2026-07-28" } } });
let asked = 0;
client.setRequestHandler("elicitation/create", async () => {
  ++asked;
  return { action: "decline" };
});
const transport = process.argv[2] === "stdio"
  ? new StdioClientTransport({ command: QUARRY, args: ["mcp", "--write"], cwd: FOLDER, env: process.env })
  : new StreamableHTTPClientTransport(new URL(`${QUARRY_URL}/mcp`), authorization);
await client.connect(transport);
assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
const uri = await check(client);
assert.equal(asked, 1);
const updated = new Promise((resolve) => client.setNotificationHandler("notifications/resources/updated", (told) => resolve(told.params.uri)));
const subscription = await client.listen({ resourceSubscriptions: [uri] });
change();
assert.equal(await updated, uri);
await subscription.close();
await client.close();
process.exit(0);
