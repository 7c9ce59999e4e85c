// Questions and conversations.
import { at, call, get, may, me, post, respond, Problem } from "./api.js";
import { confirmed, download, empty, failure, h, plural, replace, select, shownName, time } from "./dom.js";
import { Turn } from "./turn.js";

// Which runs answer in which conversation: what a reload, or another tab, goes on with.
const KEY = "quarry.running";
function running() {
  try { return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {}; } catch { return {}; }
}
function setRunning(name, value) {
  const all = running();
  if (value) all[name] = value; else delete all[name];
  localStorage.setItem(KEY, JSON.stringify(all));
}

export async function askView(main, { path, signal, go }) {
  document.title = "Ask · quarry";
  if (!may("ask")) return replace(main, empty("You may not ask here", h("p", {}, "Asking needs the scope ask. You can search if you have the scope search.")));
  const name = path[1] ?? "";
  const log = h("div", { class: "turns" });
  const box = composer((question, collections) => send(question, collections));
  let conversation = name, current = null;

  const actions = { retry: (question) => send(question), ask: (question) => send(question),
    standAlone: async (question) => (await get(at`/api/v1/conversations/${conversation}`)).turns.findLast((one) => one.question === question && one.state === "answered")?.stand_alone };
  async function followRun(turn, run) {
    current = turn;
    box.setBusy(() => turn.stop?.());
    await turn.follow(run, signal);
    if (signal.aborted) return;
    setRunning(conversation, null);
    box.setBusy(null);
    current = null;
  }

  async function send(question, collections = box.collections()) {
    if (current || !question.trim()) return;
    const turn = new Turn(question, actions);
    log.querySelector(".welcome")?.remove();
    log.append(turn.element);
    turn.element.scrollIntoView({ block: "start" });
    turn.setState("Asking …");
    box.setBusy(() => {});
    try {
      const isNew = !conversation;
      if (isNew) conversation = (await post("/api/v1/conversations", {}, signal)).name;
      const response = await respond("POST", at`/api/v1/conversations/${conversation}/messages`, {
        body: { question, background: true, ...(collections.length && { collections }) }, headers: { "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) }, signal,
      });
      const run = (await response.json()).id;
      setRunning(conversation, { run, question });
      if (isNew) history.replaceState(null, "", `#/ask/${encodeURIComponent(conversation)}`);
      box.clear();
      await followRun(turn, run);
    } catch (error) {
      if (error.name === "AbortError") return;
      box.setBusy(null);
      turn.fail(error);
    }
  }

  const earlier = h("div");
  replace(main, h("div", { class: "ask" }, h("h1", { class: "unseen" }, "Ask"), name ? h("div", { class: "row chat-head" }) : null, log, earlier, box.element));
  if (!name) {
    replace(log, h("div", { class: "welcome" }, h("p", { class: "large" }, "Ask your documents."), h("p", {}, "Each sentence of an answer is held against the passages that it cites. Click one to see its source.")));
    box.focus();
    listConversations(earlier, signal, log.firstChild);
    return;
  }
  try {
    const pending = await openConversation(main, log, name, { signal, go, actions });
    if (pending) {
      const turn = new Turn(pending.question, actions);
      log.append(turn.element);
      followRun(turn, pending.run);
    }
    log.lastElementChild?.scrollIntoView({ block: "start" });
    box.focus();
  } catch (error) {
    if (error.name !== "AbortError") replace(log, failure(error.status === 404 ? new Problem(404, "There is no such conversation. ", "", { hint: "It may have been removed. Ask below to begin another one." }) : error));
    if (error.status === 404) conversation = "";
  }
}

/** The run that answers in a conversation; null where it has ended and its answer is kept. */
async function pendingRun(name, last, signal) {
  const pending = running()[name];
  if (!pending) return null;
  const run = await get(at`/api/v1/runs/${pending.run}`, signal).catch((error) => { if (error.status === 404) return null; throw error; });
  if (run && !(run.ended && last?.question === pending.question && last.state === "answered")) return pending;
  setRunning(name, null);
  return null;
}

async function openConversation(main, log, name, { signal, go, actions }) {
  const found = await get(at`/api/v1/conversations/${name}`, signal).catch((error) => {
    // Its first question is being answered.
    if (error.status === 404 && running()[name]) return { name, turns: [] };
    throw error;
  });
  document.title = `${name} · quarry`;
  const [pending, kept] = await Promise.all([pendingRun(name, found.turns.at(-1), signal), found.turns.length ? get("/api/v1/feedback?limit=100", signal).catch(() => null) : null]);
  actions.said = new Map((kept?.feedback ?? []).filter((one) => one.by === me.name).map((one) => [one.question, one]));
  for (const one of found.turns) {
    if (pending && one === found.turns.at(-1) && one.question === pending.question && one.state !== "answered") continue;
    const turn = new Turn(one.question, actions);
    if (Array.isArray(one.record?.sentences)) {
      turn.show({ warnings: [], citations: [], note: null, cached: false, usage: null, kind: "model", ...one.record, answer: one.answer, question: one.question, stand_alone: one.stand_alone });
    } else if (one.answer) {
      turn.show({ warnings: [], citations: [], sentences: [], note: null, kind: "model", model: "", answer: one.answer, question: one.question, stand_alone: one.stand_alone });
    } else {
      turn.fail({ title: "No answer. ", message: "This question was not answered.", hint: "Retry asks it again." });
    }
    log.append(turn.element);
  }
  replace(main.querySelector(".chat-head"),
    h("p", { class: "chat-name", dir: "auto" }, shownName(name)),
    h("a", { class: "button quiet", href: "#/ask" }, "New"),
    h("button", { type: "button", class: "quiet", onclick: async () => {
      const response = await respond("GET", at`/api/v1/conversations/${name}/export`, { headers: { Accept: "text/markdown" }, signal });
      download(`${name}.md`, await response.text(), "text/markdown");
    } }, "Export"),
    h("button", { type: "button", class: "quiet", onclick: async () => {
      if (!await confirmed("Remove this conversation?", h("p", {}, `${plural(found.turns.length, "question")} and their answers go. The documents stay.`), "Remove")) return;
      try {
        await call("DELETE", at`/api/v1/conversations/${name}`);
        setRunning(name, null);
        go("#/ask");
      } catch (error) { log.prepend(failure(error)); }
    } }, "Remove"));
  return pending;
}

async function listConversations(place, signal, welcome) {
  try {
    const [{ conversations }, stats] = await Promise.all([get("/api/v1/conversations?limit=20", signal), may("read") ? get("/api/v1/stats", signal) : null]);
    if (stats?.documents === 0) {
      replace(welcome, h("p", { class: "large" }, "There are no documents yet."), h("p", {}, may("write") ? [h("a", { href: "#/documents" }, "Add some"), " to ask about them, or run ", h("code", {}, "quarry ingest FOLDER"), "."] : "Ask an administrator to add some, or to let you read a collection."));
    }
    if (conversations.length === 0) return;
    replace(place, h("section", { class: "earlier", "aria-labelledby": "earlier" }, h("h2", { id: "earlier" }, "Earlier"), h("ul", { class: "plain" }, conversations.map((one) => h("li", {},
      h("a", { href: `#/ask/${encodeURIComponent(one.name)}`, dir: "auto", "data-item": "" }, shownName(one.first_question || one.name)), h("span", { class: "hint" }, ` ${plural(one.turns, "question")} · `, time(one.last_at)))))));
  } catch (error) {
    if (error.name !== "AbortError") replace(place, failure(error));
  }
}

/** Where a question is written. */
function composer(send) {
  const text = h("textarea", { rows: "2", maxlength: "10000", "aria-label": "Your question", placeholder: "Ask a question …", dir: "auto", "data-query": "" });
  const where = select([["", "All collections"]], "", { "aria-label": "In" });
  const button = h("button", { type: "submit" }, "Ask");
  let stop = null;
  const collections = () => (where.value ? [where.value] : []);
  const submit = () => { if (stop) stop(); else if (text.value.trim()) send(text.value.trim(), collections()); };
  text.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); if (!stop) submit(); } });
  if (may("read")) {
    get("/api/v1/collections").then((found) => {
      if (found.collections.length > 1) where.append(...found.collections.map((one) => h("option", { value: one.name }, one.name)));
      where.hidden = found.collections.length < 2;
    }).catch(() => { where.hidden = true; });
  } else {
    where.hidden = true;
  }
  const element = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } }, text, h("div", { class: "row" }, where, button));
  return {
    element, collections,
    focus: () => text.focus({ preventScroll: true }),
    clear: () => { text.value = ""; },
    setBusy: (how) => { stop = how; button.textContent = how ? "Stop" : "Ask"; button.classList.toggle("quiet", Boolean(how)); },
  };
}
