// eventsource: a stream that is cut goes on by itself, with its Last-Event-ID.
import http from "node:http";
import net from "node:net";
import { EventSource } from "eventsource";
import { assert, request, token, url } from "./client.mjs";

// Lets each connection have some bytes, then cuts it.
const target = new URL(url);
let connections = 0;
const cutter = net.createServer((client) => {
  connections += 1;
  let left = connections < 4 ? 900 : Infinity;
  const server = net.connect(target.port, target.hostname);
  client.on("error", () => server.destroy()).pipe(server);
  server.on("data", (data) => {
    client.write(data.subarray(0, left));
    left -= data.length;
    if (left <= 0) client.destroy();
  });
  server.on("error", () => client.destroy()).on("end", () => client.end());
});
await new Promise((resolve) => cutter.listen(0, "127.0.0.1", resolve));

const asked = await request("/api/v1/ask", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ question: "How far is the moon?", background: true }),
});
assert.equal(asked.status, 202);

const seen = [];
const source = new EventSource(`http://127.0.0.1:${cutter.address().port}${asked.headers.get("Location")}/events`, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});
const names = ["retrieved", "text", "claim", "notice", "usage", "done", "failed", "gap"];
await new Promise((resolve) => {
  for (const name of names) {
    source.addEventListener(name, (event) => {
      seen.push([name, Number(event.lastEventId.split("/")[1])]);
      if (name === "done" || name === "failed") resolve();
    });
  }
});
source.close();
cutter.close();
assert.ok(connections > 1, "it was never cut");
assert.deepEqual(seen.map(([, number]) => number), seen.map((_, i) => i + 1));
assert.equal(seen.at(-1)[0], "done");
process.exit(0);
