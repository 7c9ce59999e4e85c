// Requests to the server, streams of events that go on after a lost connection, and uploads.

/** What the server, or the way to it, says went wrong. */
export class Problem extends Error {
  constructor(status, title, message, { hint = "", errors = [], fields = [] } = {}) {
    super(message);
    Object.assign(this, { status, title, hint, errors, fields });
  }
}

const HINTS = {
  0: "The server may have ended, or this machine is offline. What is running there goes on.",
  402: "The budget of this month is used up. An administrator can raise it under Settings.",
  403: "Ask an administrator for it, or sign in as somebody else under Settings.",
  404: "It may have been removed meanwhile.",
  413: "Split the file, or have serve.upload_quota or ingest.max_file_bytes raised.",
  429: "Wait a moment; each caller may ask so often in a minute.",
  502: "The model's server failed. Search works without it.",
  503: "The server is busy or another process writes. Wait a moment.",
  507: "The server's disk is full. Free space there.",
};

let csrf = "", signIn = null;

/** Who is signed in, with what they may do. */
export const me = { name: "", scopes: [] };
export const may = (scope) => me.scopes.includes(scope);

/** `ask` is called when nobody is signed in any more, and resolves when somebody is. */
export function whenSignedOut(ask) { signIn = ask; }

async function problemOf(response) {
  let body = {};
  try { body = await response.json(); } catch { /* not every response has a body */ }
  const fields = (body.errors ?? []).map((one) => ({ path: (one.loc ?? []).slice(1).map((part) => `/${part}`).join(""), message: one.msg }));
  const errors = fields.map((one) => `${one.path.slice(1).replaceAll("/", ".")}: ${one.message}`);
  const detail = body.detail ?? body.title ?? `the server answered ${response.status}`;
  const after = response.headers.get("Retry-After");
  const title = body.title ? `${body.title.charAt(0)}${body.title.slice(1).toLowerCase()}: ` : "";
  const hint = (body.hint ?? HINTS[response.status] ?? (errors.length ? "" : "Try again; the server's log says more.")).replace(/[^.!?:;\n]$/, "$&.");
  return new Problem(response.status, title, [detail, ...errors].join("; ") + ".", { hint: after ? `${hint} Try again in ${after} s.` : hint, errors, fields });
}

async function send(method, path, headers, body, signal) {
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  try {
    return await fetch(path, { method, headers, body, signal, cache: "no-cache", credentials: "same-origin", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "No connection", "The server did not answer.", { hint: HINTS[0] });
  }
}

/** Learns who is signed in. Throws Problem 401 for nobody. */
export async function identify() {
  const response = await send("GET", "/api/v1/me", {});
  if (!response.ok) throw await problemOf(response);
  const found = await response.json();
  csrf = found.csrf ?? "";
  Object.assign(me, { display_name: undefined, collections: undefined }, found);
  return me;
}

/** The response of a request that went well; signs in first where that is needed. Throws Problem. */
export async function respond(method, path, { body, headers = {}, signal } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const text = body === undefined ? undefined : JSON.stringify(body);
  for (let attempt = 0; ; ++attempt) {
    const response = await send(method, path, { ...sent }, text, signal);
    if (response.ok) return response;
    if (response.status === 401 && signIn && attempt < 3) { await signIn(); continue; }
    const problem = await problemOf(response);
    // The session is another one: signed in again in another tab.
    if (response.status === 403 && attempt === 0 && problem.message.includes("X-CSRF-Token")) { await identify(); continue; }
    throw problem;
  }
}

export async function call(method, path, body, signal) {
  const response = await respond(method, path, { body, signal });
  return response.status === 204 ? null : response.json();
}
export const get = (path, signal) => call("GET", path, undefined, signal);
export const post = (path, body, signal) => call("POST", path, body, signal);

/** A path with its parts encoded: at`/api/v1/documents/${name}/chunks`. */
export function at(parts, ...values) {
  return parts.reduce((path, part, i) => path + encodeURIComponent(values[i - 1]) + part);
}

/** A query string of what is there. */
export function query(values) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") parameters.append(name, value);
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

/** Reads server-sent events from a response, and gives each to `take`. */
async function readEvents(response, take, alive) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    rest += value;
    let end;
    while ((end = rest.indexOf("\n\n")) >= 0) {
      const event = { name: "message", id: "", data: "" };
      for (const line of rest.slice(0, end).split("\n")) {
        if (line.startsWith("event: ")) event.name = line.slice(7);
        else if (line.startsWith("id: ")) event.id = line.slice(4);
        else if (line.startsWith("data: ")) event.data += line.slice(6);
      }
      rest = rest.slice(end + 2);
      if (event.data || event.name !== "message") take(event);
    }
  }
}

/** Waits so long, or until the connection is back or the page is looked at again. */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      document.removeEventListener("visibilitychange", end);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    document.addEventListener("visibilitychange", end);
    signal?.addEventListener("abort", end);
  });
}

const SILENCE = 40000;  // the server sends something every 15 s

/**
 * Follows a run to an event that ends it: take(name, data) gets each event behind the number `after` once and in
 * order, also when the connection is lost on the way; state("following" | "lost") says how it is. Resolves to the
 * number of the last event, also when the stream ends behind one of `rests`. Throws Problem when there is no such run.
 */
export async function follow(run, { signal, take, state = () => {}, after = 0, path = at`/api/v1/runs/${run}/events`, ends = ["done", "failed"], rests = [] }) {
  let ended = false, last = "";
  for (let failures = 0; !ended && !signal?.aborted;) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    let silence = setTimeout(stop, SILENCE);
    signal?.addEventListener("abort", stop);
    addEventListener("offline", stop);
    try {
      const headers = { Accept: "text/event-stream", ...(after > 0 && { "Last-Event-ID": `${run}/${after}` }) };
      const response = await respond("GET", path, { headers, signal: attempt.signal });
      if (response.status === 204) return after;
      state("following");
      await readEvents(response, (event) => {
        failures = 0;
        const number = Number(event.id.slice(event.id.lastIndexOf("/") + 1));
        if (number > 0 && number <= after) return;
        if (number > 0) after = number;
        if (event.name === "shutdown" || event.name === "message") return;
        last = event.name;
        ended = ended || ends.includes(last);
        take(event.name, event.data ? JSON.parse(event.data) : {});
      }, () => { clearTimeout(silence); silence = setTimeout(stop, SILENCE); });
      if (rests.includes(last)) return after;
    } catch (error) {
      if (error instanceof Problem && ![0, 429, 502, 503].includes(error.status)) throw error;
    } finally {
      clearTimeout(silence);
      signal?.removeEventListener("abort", stop);
      removeEventListener("offline", stop);
    }
    if (ended || signal?.aborted) return after;
    state("lost");
    await pause(Math.min(500 * 2 ** failures++, 8000), signal);
  }
  return after;
}

/**
 * Says whether what a run waits for may be done; `values` are what its form was told. Throws Problem, also where
 * nothing waits any more.
 */
export function decide(run, decision, approved, values) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/chat`);
    const lost = () => reject(new Problem(0, "No connection", "The server did not answer.", { hint: HINTS[0] }));
    socket.onerror = socket.onclose = lost;
    socket.onmessage = ({ data }) => {
      const said = JSON.parse(data);
      if (said.type === "ready") return socket.send(JSON.stringify({ type: "approve", id: 1, run, decision, approved, ...(values && { values }) }));
      if (said.type === "ok") resolve(said);
      else if (said.type === "error") reject(new Problem(said.status, said.title ?? "", `${said.detail}.`, { hint: "Somebody may have decided already. Reload the run." }));
      else return;
      socket.onclose = null;
      socket.close();
    };
  });
}

/** Sends a file, with progress(share), and gives the job that reads it. Throws Problem. */
export function upload(file, parameters, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/documents/upload${query({ name: file.name, ...parameters })}`);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = async () => {
      const response = new Response(request.response, { status: request.status });
      if (request.status === 202) resolve(await response.json());
      else reject(await problemOf(response));
    };
    request.onerror = () => reject(new Problem(0, "No connection", "The upload was broken off.", { hint: "Send the file again when the server answers." }));
    request.send(file);
  });
}
