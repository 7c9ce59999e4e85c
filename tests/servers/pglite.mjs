// Serves PostgreSQL with pgvector, compiled to WebAssembly (PGlite), on loopback: `node pglite.mjs NODE_MODULES`.
// Prints the address of an empty database when it accepts connections, and ends with its standard input. There is one
// session: clients have it in turns, each until its transaction ends. COPY from a client, which PGlite cannot wait for,
// is made one from memory.
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(path.resolve(modules), "@electric-sql", name, "dist/index.js")));
const [{ PGlite }, { vector }] = await Promise.all([load("pglite"), load("pglite-pgvector")]);
const db = await PGlite.create({ extensions: { vector } });
const backend = (await db.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
const version = (await db.query("SHOW server_version")).rows[0].server_version;

// https://www.postgresql.org/docs/current/protocol-message-formats.html
const text = (value) => Buffer.from(value + "\0");
const number = (value) => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value); return bytes; };
const message = (type, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), number(body.length + 4), body]);
};
const parameters = { server_version: version, server_encoding: "UTF8", client_encoding: "UTF8",
  standard_conforming_strings: "on", integer_datetimes: "on", DateStyle: "ISO, MDY", TimeZone: "UTC" };
const greeting = Buffer.concat([message("R", number(0)),
  ...Object.entries(parameters).map(([name, value]) => message("S", text(name), text(value))),
  message("K", number(backend), number(0)), message("Z", Buffer.from("I"))]);
const encryption = [80877103, 80877104];
const copies = /^COPY (.+) FROM STDIN(.*)$/s;

/// Bytes of a connection, as they are asked for.
class Reader {
  constructor(socket) { this.chunks = socket[Symbol.asyncIterator](); this.bytes = Buffer.alloc(0); }
  async take(size) {
    while (this.bytes.length < size) {
      const { value, done } = await this.chunks.next();
      if (done) return null;
      this.bytes = Buffer.concat([this.bytes, value]);
    }
    const taken = this.bytes.subarray(0, size);
    this.bytes = this.bytes.subarray(size);
    return taken;
  }
  async message() {
    const head = await this.take(5);
    const body = head && await this.take(head.readInt32BE(1) - 4);
    return body && { type: String.fromCharCode(head[0]), body, all: Buffer.concat([head, body]) };
  }
}

/// The state after the last of some answers: "I" idle, "T" in a transaction, "E" in one that failed.
const state = (answer) => String.fromCharCode(answer[answer.length - 1]);

async function copy(socket, reader, into, format, before) {
  socket.write(Buffer.concat([message("1"), message("2"), message("n"), message("G", Buffer.from([format ? 1 : 0, 0, 0]))]));
  const rows = [];
  let one;
  while ((one = await reader.message()) && one.type !== "c" && one.type !== "f") if (one.type === "d") rows.push(one.body);
  if (one) await reader.message();  // Sync
  try {
    const done = await db.query(`COPY ${into} FROM '/dev/blob'${format}`, [], { blob: new Blob(rows) });
    socket.write(Buffer.concat([message("C", text(`COPY ${done.affectedRows ?? 0}`)), message("Z", Buffer.from(before))]));
    return before;
  } catch (error) {
    socket.write(Buffer.concat([message("E", text("SERROR"), text(`C${error.code ?? "XX000"}`), text(`M${error.message}`),
      Buffer.from([0])), message("Z", Buffer.from(before === "I" ? "I" : "E"))]));
    return before === "I" ? "I" : "E";
  }
}

let turn = Promise.resolve();
async function serve(socket) {
  const reader = new Reader(socket);
  for (;;) {
    const size = await reader.take(4);
    const packet = size && await reader.take(size.readInt32BE(0) - 4);
    if (!packet) return;
    if (!encryption.includes(packet.readInt32BE(0))) break;
    socket.write("N");
  }
  socket.write(greeting);
  let now = "I";
  let release = () => {};
  try {
    for (;;) {
      const batch = [];
      let one;
      do {
        one = await reader.message();
        if (!one || one.type === "X") return;
        batch.push(one);
      } while (one.type !== "S" && one.type !== "Q");
      if (now === "I") {
        const before = turn;
        turn = new Promise((resolve) => { release = resolve; });
        await before;
      }
      const parse = batch.find((each) => each.type === "P");
      const sql = parse && parse.body.subarray(parse.body.indexOf(0) + 1, parse.body.indexOf(0, parse.body.indexOf(0) + 1));
      const asked = sql && copies.exec(sql.toString());
      if (asked) {
        now = await copy(socket, reader, asked[1], asked[2], now);
      } else {
        const answer = Buffer.from(await db.execProtocolRaw(Buffer.concat(batch.map((each) => each.all))));
        socket.write(answer);
        now = state(answer);
      }
      if (now === "I") release();
    }
  } finally {
    if (now !== "I") await db.exec("ROLLBACK");
    release();
  }
}

const server = net.createServer((socket) => {
  socket.on("error", () => {});
  serve(socket).catch((error) => console.error(error)).finally(() => socket.end());
});
server.listen(0, "127.0.0.1", () => {
  console.log(`postgresql://postgres@127.0.0.1:${server.address().port}/postgres`);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
