// ws, and the WebSocket that Node.js has as browsers do.
import WebSocket from "ws";
import { assert, question, token, url } from "./client.mjs";

const address = `${url.replace("http", "ws")}/ws/chat`;

/** The messages of a socket, one after the other; null at its end. */
function reader(socket) {
  const waiting = [], come = [];
  const put = (message) => (waiting.length > 0 ? waiting.shift()(message) : come.push(message));
  socket.addEventListener("message", ({ data }) => put(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => { socket.code = code; put(null); });
  return () => (come.length > 0 ? Promise.resolve(come.shift()) : new Promise((resolve) => waiting.push(resolve)));
}
const opened = (socket) => new Promise((resolve, reject) => {
  socket.addEventListener("open", resolve);
  socket.addEventListener("error", reject);
});

async function answered(socket, next) {
  socket.send(JSON.stringify({ type: "message", id: "q", question }));
  const { type, run, id } = await next();
  assert.deepEqual([type, id], ["started", "q"]);
  const events = [];
  while (!["done", "failed"].includes(events.at(-1)?.event)) events.push(await next());
  assert.deepEqual(events.map((event) => event.number), events.map((_, i) => i + 1));
  assert.ok(events.every((event) => event.run === run));
  assert.equal(events.at(-1).event, "done");
  return { run, events };
}

// With a header; compression is offered, and not used.
const plain = new WebSocket(address, { headers: { Authorization: `Bearer ${token}` } });
const next = reader(plain);
await opened(plain);
assert.equal(plain.extensions, "");
assert.equal((await next()).type, "ready");
const { run, events } = await answered(plain, next);
const ponged = new Promise((resolve) => plain.once("pong", resolve));
plain.ping("here?");
assert.equal(String(await ponged), "here?");

// As a browser: by a subprotocol. The same run is read there, from its second event on.
const browser = new globalThis.WebSocket(address, ["quarry", `token.${token}`]);
const nextThere = reader(browser);
await opened(browser);
assert.equal(browser.protocol, "quarry");
assert.equal((await nextThere()).type, "ready");
browser.send(JSON.stringify({ type: "resume", run, after: 1 }));
assert.equal((await nextThere()).type, "started");
for (const event of events.slice(1)) assert.deepEqual(await nextThere(), event);
browser.close();

// By the first message; a wrong token ends it.
const late = new WebSocket(address);
const nextLate = reader(late);
await opened(late);
late.send(JSON.stringify({ type: "sign_in", token }));
assert.equal((await nextLate()).type, "ready");
await answered(late, nextLate);
const wrong = new WebSocket(address);
const nextWrong = reader(wrong);
await opened(wrong);
wrong.send(JSON.stringify({ type: "sign_in", token: "wrong" }));
assert.equal((await nextWrong()).status, 401);
assert.equal(await nextWrong(), null);
assert.equal(wrong.code, 1008);

// What is no text or too large closes the socket, and no other.
late.send(Buffer.from([1, 2, 3]));
assert.equal(await nextLate(), null);
assert.equal(late.code, 1003);
const large = new WebSocket(address, { headers: { Authorization: `Bearer ${token}` } });
const nextLarge = reader(large);
await opened(large);
assert.equal((await nextLarge()).type, "ready");
large.send(JSON.stringify({ type: "ping", id: "x".repeat(1 << 20) }));
assert.equal(await nextLarge(), null);
assert.equal(large.code, 1009);
plain.send(JSON.stringify({ type: "ping" }));
assert.equal((await next()).type, "pong");
plain.close(1000);
assert.equal(await next(), null);
assert.equal(plain.code, 1000);
