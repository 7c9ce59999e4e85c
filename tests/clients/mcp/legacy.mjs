// The official client of the dialect with sessions, over standard input and output or over HTTP.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema, ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { authorization, change, check, FOLDER, QUARRY, QUARRY_URL } from "./check.mjs";

const client = new Client({ name: "test", version: "1" }, { capabilities: { elicitation: {} } });
let asked = 0;
client.setRequestHandler(ElicitRequestSchema, async () => {
  ++asked;
  return { action: "decline" };
});
const transport = process.argv[2] === "stdio"
  ? new StdioClientTransport({ command: QUARRY, args: ["mcp", "--write"], cwd: FOLDER, env: process.env })
  : new StreamableHTTPClientTransport(new URL(`${QUARRY_URL}/mcp`), authorization);
await client.connect(transport);
await client.ping();
const uri = await check(client, (params, options) => client.callTool(params, undefined, options));
assert.equal(asked, 1);
await client.subscribeResource({ uri });
const updated = new Promise((resolve) => client.setNotificationHandler(ResourceUpdatedNotificationSchema, (told) => resolve(told.params.uri)));
change();
assert.equal(await updated, uri);
if (transport.terminateSession) await transport.terminateSession();
await client.close();
process.exit(0);
