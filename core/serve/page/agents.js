// Agents: what is offered, starting one, and a run with its graph, its state step by step, and what it asks people.
import { at, call, follow, get, post, Problem } from "./api.js";
import { confirmed, empty, failure, field, h, number, plural, replace, say, shownName, shownValue, time } from "./dom.js";
import { fieldsOf, schemaForm, wrapped } from "./form.js";
import { graphPicture, nodeList } from "./graph.js";
import { markdown } from "./markdown.js";

export const RUN_STATES = { running: "is running", waiting: "waits for you", done: "is done", failed: "failed", cancelled: "was stopped" };
const HAS_ENDED = ["done", "cancelled"];
const nameOf = (path) => shownName(String(path).split("/").pop());
const pathOf = (task) => String(task).split("#")[0];
export const runAddress = (run) => `#/runs/agent/${encodeURIComponent(run)}`;
const startAddress = (agent) => `#/runs/start/${encodeURIComponent(agent)}`;

/** What waits for the caller, and the agents that can be started: sections for the list of runs. */
export async function agentSections(signal) {
  const [{ agents }, { runs }] = await Promise.all([get("/api/v1/agents", signal), get("/api/v1/agent-runs?state=waiting&limit=50", signal)]);
  return [
    runs.length > 0 && h("section", { "aria-labelledby": "waiting" }, h("h2", { id: "waiting" }, "Waiting for you"), h("ul", { class: "plain" }, runs.map((one) =>
      h("li", {}, h("a", { href: runAddress(one.run), "data-item": "", dir: "auto" }, shownName(one.agent)), h("span", { class: "hint", dir: "auto" }, ` ${shownName(one.thread)} · `, time(one.started_at)))))),
    h("section", { "aria-labelledby": "agents" }, h("h2", { id: "agents" }, "Agents"), agents.length === 0
      ? h("p", { class: "hint" }, "No agents are offered here. Name their file or folder in the setting ", h("code", {}, "serve.agents"), " and start the server again: ", h("code", {}, "quarry config set serve.agents agents"), ".")
      : h("ul", { class: "plain agents" }, agents.map((one) => h("li", {}, h("a", { href: startAddress(one.name), "data-item": "", dir: "auto" }, shownName(one.name)), h("span", { class: "hint" }, ` ${shownName(one.class ?? "")}`),
        one.description && h("p", { class: "hint", dir: "auto" }, one.description), one.problem && h("p", { class: "warning", dir: "auto" }, `It cannot run: ${one.problem}`))))),
  ];
}

const TYPES = { string: "string", str: "string", integer: "integer", int: "integer", number: "number", float: "number", boolean: "boolean", bool: "boolean" };
/** The schema of a channel that a run may begin with; a type without a field of its own is written as JSON. */
const channelSchema = (one) => ({ ...(TYPES[one.type] && { type: TYPES[one.type] }), description: one.description, title: one.name });

/** Starting an agent. */
export async function startAgent(main, { path, signal, go }) {
  const name = path[2] ?? "";
  document.title = `${shownName(name)} · quarry`;
  const [agent, graph] = await Promise.all([get(at`/api/v1/agents/${name}`, signal), get(at`/api/v1/agents/${name}/graph`, signal).catch((error) => { if (error.name === "AbortError") throw error; return null; })]);
  const text = h("textarea", { rows: "3", dir: "auto", "data-query": "" }), thread = h("input", { maxlength: "200", autocomplete: "off", dir: "auto" });
  const channels = (agent.channels ?? []).filter((one) => one.name !== "input");
  const fields = fieldsOf({ properties: Object.fromEntries(channels.map((one) => [one.name, channelSchema(one)])) });
  const place = h("div"), button = h("button", {}, "Start");
  const begin = async (event) => {
    event.preventDefault();
    const faults = [], values = fields.read(faults);
    replace(place);
    for (const one of fields.all()) one.say(faults.find(([where]) => where === one.path)?.[1] ?? "");
    if (faults.length) return fields.all().find((one) => faults.some(([where]) => where === one.path))?.control.focus();
    const input = Object.keys(values).length ? { ...(text.value.trim() && { input: text.value.trim() }), ...values } : text.value.trim();
    button.disabled = true;
    try {
      const run = await post(at`/api/v1/agents/${name}/runs`, { input, background: true, ...(thread.value.trim() && { thread: thread.value.trim() }) }, signal);
      go(runAddress(run.run));
    } catch (error) {
      if (error.name !== "AbortError") replace(place, failure(error));
    } finally {
      button.disabled = false;
    }
  };
  replace(main, h("p", {}, h("a", { href: "#/runs" }, "Runs")), h("h1", { dir: "auto" }, shownName(agent.name)), agent.description && h("p", { dir: "auto" }, agent.description),
    agent.problem ? h("div", { class: "failure" }, h("p", {}, h("strong", {}, "It cannot run. "), agent.problem), h("p", {}, h("code", {}, "quarry agent check"), " says where; mend its files, then reload."))
      : h("form", { class: "schema", onsubmit: begin }, field("What is it to do?", text), channels.length > 0 && h("details", {}, h("summary", {}, "What it begins with"), fields.nodes),
        h("details", {}, h("summary", {}, "Thread"), field("Name (optional)", thread, "Runs of one thread share their state: the next one goes on where the last one ended.")), place, h("p", { class: "row" }, button)),
    graph && graphSection(graph, new Map()).element);
  text.focus();
}

/** The picture of a graph, with the same as a list. */
function graphSection(graph, states) {
  const list = h("div"), details = h("details", {}, h("summary", {}, `The ${plural(graph.nodes.length, "node")} as a list`), list);
  const picture = graphPicture(graph, (node) => { details.open = true; const found = [...list.querySelectorAll("[data-path]")].find((one) => one.dataset.path === node.path); found?.scrollIntoView({ block: "nearest" }); });
  const mark = (now) => { picture.mark(now); replace(list, nodeList(graph, now)); };
  mark(states);
  return { element: h("section", { "aria-labelledby": "graph" }, h("h2", { id: "graph" }, "Graph"), picture, h("p", { class: "hint legend" }, "✓ has run · ▶ is next · ? waits for a person · ✗ failed"), details), mark };
}

/** The lines of two texts: [sign, line], where sign is " ", "-" or "+". */
export function lineDiff(before, after) {
  const a = before === "" ? [] : before.split("\n"), b = after === "" ? [] : after.split("\n");
  if (a.length * b.length > 250000) return [...a.map((one) => ["-", one]), ...b.map((one) => ["+", one])];
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; --i) for (let j = b.length - 1; j >= 0; --j) rows[i][j] = a[i] === b[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
  const lines = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { lines.push([" ", a[i++]]); ++j; }
    else if (j >= b.length || (i < a.length && rows[i + 1][j] >= rows[i][j + 1])) lines.push(["-", a[i++]]);
    else lines.push(["+", b[j++]]);
  }
  return lines;
}

const textOf = (value) => (value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2).replace(/,$/gm, ""));

export function changeOf({ channel, before, after }) {
  const tags = { "-": "del", "+": "ins", " ": "span" };
  return h("div", { class: "change" }, h("h3", { dir: "auto" }, shownName(channel)),
    h("pre", { class: "diff", tabindex: "0", dir: "auto" }, lineDiff(textOf(before), textOf(after)).map(([sign, line]) => h(tags[sign], {}, `${sign} ${line}\n`))));
}

/** Going on from a step in a thread of its own: the state after it can be changed before. */
function forkOf(thread, step, stateAt, signal) {
  const place = h("div");
  const load = async () => {
    replace(place, h("p", { class: "waiting" }, "Reading …"));
    try {
      const before = (await stateAt(step)).values, state = h("textarea", { rows: "8", class: "code", spellcheck: "false", dir: "auto" }, JSON.stringify(before, null, 2)), said = h("div"), button = h("button", {}, "Fork");
      const begin = async (event) => {
        event.preventDefault();
        replace(said);
        let now;
        try { now = JSON.parse(state.value); } catch (error) { replace(said, failure(new Error(`This is not JSON: ${error.message}`))); return state.focus(); }
        const set = Object.fromEntries(Object.entries(now ?? {}).filter(([channel, value]) => JSON.stringify(value) !== JSON.stringify(before[channel])));
        button.disabled = true;
        try {
          const run = await post(at`/api/v1/threads/${thread}/fork`, { step, set, background: true }, signal);
          location.hash = runAddress(run.run);
        } catch (error) {
          if (error.name !== "AbortError") replace(said, failure(error));
        } finally {
          button.disabled = false;
        }
      };
      replace(place, h("form", { onsubmit: begin }, field("The state to go on with", state, "As JSON. This thread stays as it is."), said, h("p", { class: "row" }, button)));
      state.focus();
    } catch (error) {
      if (error.name !== "AbortError") replace(place, failure(error, load));
    }
  };
  return h("details", { class: "fork", ontoggle: (event) => { if (event.target.open && !place.hasChildNodes()) load(); } }, h("summary", {}, "Go on from here with another state"), place);
}

/** One step: what it changed, the whole state behind it, and a fork from there. All are asked for when they are opened. */
function stepOf(thread, one, signal) {
  const body = h("div", { class: "step" }), channels = Object.keys(one.changes ?? {}).map(shownName).join(", ");
  const ran = one.nodes ? one.nodes.split(" ").map(nameOf).join(", ") : "input";
  const stateAt = (number) => get(`${at`/api/v1/threads/${thread}/state`}?step=${number}`, signal);
  const load = async () => {
    replace(body, h("p", { class: "waiting" }, "Reading …"));
    try {
      const changes = one.step > 0 ? (await get(`${at`/api/v1/threads/${thread}/diff`}?from=${one.step - 1}&to=${one.step}`, signal)).changes
        : Object.entries((await stateAt(0)).values).map(([channel, after]) => ({ channel, before: null, after }));
      const whole = h("details", { ontoggle: async () => {
        if (!whole.open || whole.children.length > 1) return;
        try { whole.append(shownValue((await stateAt(one.step)).values)); } catch (error) { if (error.name !== "AbortError") whole.append(failure(error)); }
      } }, h("summary", {}, "The whole state after it"));
      replace(body, changes.length === 0 ? h("p", { class: "hint" }, "It changed nothing.") : changes.map(changeOf), whole, forkOf(thread, one.step, stateAt, signal));
    } catch (error) {
      if (error.name !== "AbortError") replace(body, failure(error, load));
    }
  };
  const details = h("details", { ontoggle: () => { if (details.open && !body.hasChildNodes()) load(); } },
    h("summary", { "data-item": "" }, h("strong", {}, `Step ${one.step}`), h("span", { dir: "auto" }, ` ${ran}`), h("span", { class: "hint", dir: "auto" }, channels && ` · ${channels}`, " · ", time(one.at))), body);
  return h("li", { "data-step": one.step }, details);
}

/** A run that goes on: its state, what it asks, its graph, and what it does, as it does it. */
class AgentRun {
  constructor(id, signal) {
    Object.assign(this, { id, signal, run: null, graph: null, busy: new Set(), after: 0, steps: new Map(), asked: "", words: new Map() });
    for (const name of ["state", "actions", "waiting", "result", "live", "picture", "calls"]) this[name] = h("div");
    this.state = h("p", { class: "state", role: "status" });
    this.actions = h("p", { class: "row" });
    this.stepList = h("ol", { class: "plain steps" });
    this.events = h("ol", { class: "events" });
    this.path = at`/api/v1/agent-runs/${id}`;
  }

  async show(main) {
    await this.load();
    const { run } = this;
    document.title = `${shownName(run.agent)} · quarry`;
    replace(main, h("p", {}, h("a", { href: "#/runs" }, "Runs")), h("h1", { dir: "auto" }, shownName(run.agent)),
      h("p", { class: "hint", dir: "auto" }, `Thread ${shownName(run.thread)} · begun `, time(run.started_at), ` · ${run.run}`), this.state, this.actions, this.live, this.result, h("div", { class: "beside-graph" }, this.waiting, this.picture),
      h("section", { "aria-labelledby": "steps" }, h("h2", { id: "steps" }, "Steps"), h("p", { class: "hint" }, "Each step opens to what it changed."), this.stepList),
      h("details", {}, h("summary", {}, "Calls of models, tools and people"), this.calls), h("details", {}, h("summary", {}, "Events"), this.events));
    const graph = await get(at`/api/v1/agents/${run.agent}/graph`, this.signal).catch((error) => { if (error.name === "AbortError") throw error; return null; });
    if (graph?.nodes?.length) { this.graph = graphSection(graph, new Map()); replace(this.picture, this.graph.element); }
    this.draw();
  }

  async load() {
    this.run = await get(this.path, this.signal);
    const { steps } = await get(`${at`/api/v1/threads/${this.run.thread}/history`}?limit=100`, this.signal).catch((error) => { if (error.name === "AbortError") throw error; return { steps: [] }; });
    for (const one of steps) if (!this.steps.has(one.step)) this.steps.set(one.step, { ...one, element: stepOf(this.run.thread, one, this.signal) });
  }

  /** Loads and draws, once for all that comes at once. */
  refresh() {
    this.loading ??= new Promise((resolve) => { setTimeout(resolve, 120); }).then(async () => { this.loading = null; if (!this.signal.aborted) { await this.load(); this.draw(); } }).catch((error) => { if (error.name !== "AbortError") this.setState(error.message, true); });
    return this.loading;
  }

  setState(text, isWarning = false) {
    this.state.textContent = text;
    this.state.classList.toggle("lost", isWarning);
  }

  running() {
    return this.run.wakes_at ? `Sleeps until ${new Date(this.run.wakes_at).toLocaleString()}, and goes on by itself then.` : "Running …";
  }

  waits() {
    return this.run.wakes_at ? `Waits for you, and until ${new Date(this.run.wakes_at).toLocaleString()}.` : "Waits for you.";
  }

  states() {
    const states = new Map(), { run } = this;
    for (const one of this.steps.values()) for (const path of (one.nodes ?? "").split(" ")) states.set(path, "done");
    if (run.state === "running") for (const path of [...(run.next ?? []), ...this.busy]) states.set(pathOf(path), "now");
    if (run.state === "failed") for (const path of run.next ?? []) states.set(pathOf(path), "failed");
    if (run.state === "waiting") { for (const path of run.next ?? []) states.set(pathOf(path), "now"); for (const one of run.waiting ?? []) states.set(pathOf(one.task), "waiting"); }
    return states;
  }

  draw() {
    const { run } = this;
    this.setState({ running: this.running(), waiting: this.waits(), done: "Done.", failed: "", cancelled: "Stopped." }[run.state] ?? run.state);
    const button = (label, action, kind = "quiet") => h("button", { type: "button", class: kind, onclick: action }, label);
    replace(this.actions, !HAS_ENDED.includes(run.state) && run.state !== "failed" && button("Stop", () => this.stop(), "danger"), run.state === "failed" && button("Try again", () => this.resume({}), ""),
      (HAS_ENDED.includes(run.state) || run.state === "failed") && h("a", { class: "button quiet", href: startAddress(run.agent) }, "Start another run"));
    replace(this.result, run.state === "failed" && failure({ title: "It failed. ", message: [run.error?.message, ...(run.error?.causes ?? [])].filter(Boolean).join(": "), hint: run.error?.hint || "What it has done so far is kept; trying again repeats none of it." }),
      run.output !== null && run.output !== undefined && HAS_ENDED.includes(run.state) && h("section", { "aria-labelledby": "output" }, h("h2", { id: "output" }, "Output"), typeof run.output === "string" ? h("div", { class: "prose", dir: "auto" }, markdown(run.output)) : shownValue(run.output)));
    if (run.state !== "running") this.silence();
    this.drawWaiting();
    replace(this.stepList, [...this.steps.values()].sort((one, other) => other.step - one.step).map((one) => one.element));
    replace(this.calls, (run.journal ?? []).length === 0 ? h("p", { class: "hint" }, "It has called nothing.") : h("ul", { class: "plain" }, run.journal.map((one) => h("li", {}, h("span", { dir: "auto" }, `${one.kind} ${shownName(one.name)}`),
      h("span", { class: "hint", dir: "auto" }, ` step ${one.step} · ${nameOf(pathOf(one.task))} · ${one.state}`, one.tokens > 0 && ` · ${plural(one.tokens, "token")}`, one.cost > 0 && ` · ${number(one.cost)}`)))));
    this.graph?.mark(this.states());
  }

  /** What it asks people, each a form of its own; one that is being filled in stays as it is. */
  drawWaiting() {
    const waiting = this.run.state === "waiting" ? this.run.waiting ?? [] : [], asked = waiting.map((one) => one.decision).join(" ");
    if (asked === this.asked) return;
    this.asked = asked;
    replace(this.waiting, waiting.map((one) => this.decision(one)));
    if (waiting.length) say(`${shownName(this.run.agent)} waits for you.`);
  }

  decision(one) {
    const answer = (what) => this.resume({ ...what, decision: one.decision });
    const refuse = (label) => h("button", { class: "danger", value: "reject", formnovalidate: true }, label);
    const frame = (title, form) => h("div", { class: "decision", role: "group", "aria-label": `Decision: ${title}` }, h("h2", { dir: "auto" }, title), h("p", { class: "hint", dir: "auto" }, `${nameOf(pathOf(one.task))} · step ${one.step}`), one.description && shownValue(one.description), form);
    if (one.kind === "approval") {
      return frame(one.question || "May this be done?", schemaForm({}, { action: "Allow", more: [refuse("Refuse")], send: (_, how) => answer(how === "reject" ? { reject: true } : { approve: true }) }));
    }
    if (one.kind === "in_doubt") {
      const schema = wrapped({ description: "What it gave, if you know: a text in quotes, for example.", type: undefined }, "Its result");
      schema.required = [];
      return frame(one.question || "This call was begun, and its end is not known.", schemaForm(schema, { action: "Call it again", more: [h("button", { class: "quiet", value: "answer" }, "Take this result"), refuse("Count it as failed")], send: (values, how) => {
        const fault = how !== "answer" ? "" : values.answer === undefined ? "Write the result as JSON." : typeof values.answer === "boolean" ? "Yes and no are decisions, not results: write it as a text, \"true\"." : "";
        if (fault) throw new Problem(0, "", fault, { fields: [{ path: "/answer", message: fault }] });
        return answer(how === "reject" ? { reject: true } : how === "answer" ? { answer: values.answer } : { approve: true });
      } }));
    }
    const isObject = one.schema?.type === "object" && Object.keys(one.schema.properties ?? {}).length > 0;
    const schema = isObject ? one.schema : wrapped(one.schema ?? { type: "string", maxLength: 10000 }, "Your answer");
    return frame(one.question || "It asks you", schemaForm(schema, { action: "Answer", send: async (values) => {
      try {
        await answer({ answer: isObject ? values : values.answer });
      } catch (error) {
        // What the server finds is at a place within the answer.
        const found = error.fields?.length ? error.fields : [...error.message.matchAll(/(?:^|[\s:])((?:\/[\w~ -]+)+): ([^;]+)/g)].map(([, path, message]) => ({ path, message: message.replace(/\.$/, "") }));
        const inner = found.map((fault) => ({ ...fault, path: fault.path.replace(/^\/answer(?=\/|$)/, "") })).map((fault) => ({ ...fault, path: isObject ? fault.path : `/answer${fault.path}` }));
        throw Object.assign(error, { fields: inner });
      }
    } }));
  }

  async resume(what) {
    await post(`${this.path}/resume`, { ...what, background: true }).catch((error) => {
      // Somebody was faster: what it is now is shown.
      if (error.status === 409) { this.asked = "-"; this.refresh(); }
      throw error;
    });
    this.asked = "";
    replace(this.waiting);
    this.setState("Running …");
    this.wake?.();
  }

  async stop() {
    if (!await confirmed("Stop this run?", h("p", {}, "It ends for good. What it has done so far stays."), "Stop")) return;
    try { await post(`${this.path}/cancel`, {}); this.refresh(); this.wake?.(); } catch (error) { this.actions.after(failure(error)); }
  }

  /** Follows the run through all of its resumptions. */
  async follow() {
    while (!this.signal.aborted) {
      this.after = await follow(this.id, { signal: this.signal, path: `${this.path}/events`, after: this.after, ends: ["done", "cancelled"], rests: ["waiting", "failed", "left"], take: (name, data) => this.take(name, data),
        state: (now) => { if (now === "lost") this.setState("Connection lost; the run goes on at the server. Connecting again …", true); else if (this.run.state === "running") this.setState(this.running()); } });
      await this.refresh();
      if (HAS_ENDED.includes(this.run.state)) return;
      await this.changed();
    }
  }

  /** Waits until somebody, here or elsewhere, has decided. */
  changed() {
    const known = this.run.state, asked = this.asked;
    return new Promise((resolve) => {
      const end = () => { clearInterval(timer); this.wake = null; resolve(); };
      const timer = setInterval(async () => {
        if (document.hidden) return;
        const now = await get(this.path, this.signal).catch(() => null);
        if (now && (now.state !== known || (now.waiting ?? []).map((one) => one.decision).join(" ") !== asked)) end();
      }, 3000);
      this.wake = end;
      this.signal.addEventListener("abort", end);
    });
  }

  add(name, where, ...content) {
    const item = h("li", {}, h("span", { class: "event" }, name.replaceAll("_", " ")), h("div", { dir: "auto" }, where && h("span", { class: "hint" }, `${nameOf(pathOf(where))} `), content));
    this.events.append(item);
    while (this.events.children.length > 500) this.events.firstElementChild.remove();
    return item.lastElementChild;
  }

  /** A piece of what a model says, shown as it comes; each node that speaks has a place. */
  hear(node, piece) {
    if (!this.words.has(node)) {
      const text = document.createTextNode(""), words = h("p", { class: "words", dir: "auto" }, text);
      this.words.set(node, text);
      this.live.append(h("section", { class: "speaking", "aria-label": `What ${nameOf(pathOf(node))} says` }, h("p", { class: "hint" }, `${nameOf(pathOf(node))} says`), words));
      this.heard = this.add("text", node);
      this.heard.append(text.cloneNode());
    }
    this.words.get(node).appendData(piece);
    this.heard.lastChild.appendData(piece);
  }

  silence() {
    this.words.clear();
    replace(this.live);
  }

  take(name, data) {
    const node = data.node;
    if (name === "text") return this.hear(node, data.text);
    switch (name) {
      case "call": this.busy.add(node); this.add(name, node, `${data.kind} ${shownName(data.name)}`); this.graph?.mark(this.states()); return;
      case "result": this.busy.delete(node); this.add(name, node, `${data.kind} ${shownName(data.name)}${data.failed ? " failed" : ""}`); this.graph?.mark(this.states()); return;
      case "step": this.busy.clear(); this.silence(); this.add(name, null, `${data.step}: ${(data.nodes ?? "").split(" ").map(nameOf).join(", ")}`); this.refresh(); return;
      case "retry": this.add(name, node, data.error?.message ?? String(data.error ?? "")); return;
      case "waiting": this.add(name, null, (data.waiting ?? []).map((one) => shownName(one.question || one.kind)).join("; ")); this.refresh(); return;
      case "done": case "cancelled": case "failed": case "left": this.add(name, null, data.error?.message ?? ""); this.refresh(); return;
      case "run": this.add(name, null, "begun"); this.refresh(); return;
      default: this.add(name, null, shownValue(data));
    }
  }
}

export async function agentRun(main, { path, signal }) {
  const view = new AgentRun(path[2] ?? "", signal);
  await view.show(main);
  view.follow().catch((error) => { if (error.name !== "AbortError" && !signal.aborted) view.events.after(failure(error)); });
}

export const noAgents = () => empty("You may not run agents here", h("p", {}, "Running agents needs the scope agents. Ask an administrator for it."));
