// What is being done: answers and jobs, each with its events as they come, and decisions that wait for a person.
import { agentRun, agentSections, noAgents, RUN_STATES, runAddress, startAgent } from "./agents.js";
import { at, call, decide, follow, get, may } from "./api.js";
import { empty, failure, h, plural, replace, say, shownName, shownValue, time } from "./dom.js";
import { schemaForm } from "./form.js";
import { answerNodes, verdictSummary } from "./turn.js";

const KINDS = { ask: "Question", chat: "Question in a conversation", ingest: "Reading documents", embed: "Computing vectors", eval: "Evaluation", batch: "Many questions", agent: "Agent" };
const STATES = { waiting: "waits", running: "is running", done: "is done", given_up: "was given up", cancelled: "was cancelled" };
const kindOf = (run) => KINDS[run.kind] ?? run.kind;

export function runsView(main, view) {
  const [, which] = view.path;
  if (which !== "agent" && which !== "start") return which ? oneRun(main, view) : allRuns(main, view);
  if (!may("agents")) return replace(main, noAgents());
  return which === "start" ? startAgent(main, view) : agentRun(main, view);
}

async function allRuns(main, { signal }) {
  const rows = h("tbody"), more = h("p"), agents = h("div"), place = h("div");
  replace(main, h("h1", {}, "Runs"), agents, place);
  if (may("agents")) agentSections(signal).then((sections) => replace(agents, sections), (error) => { if (error.name !== "AbortError") replace(agents, failure(error)); });
  const [{ jobs }, ofAgents] = await Promise.all([get("/api/v1/jobs?limit=1000", signal), may("agents") ? get("/api/v1/agent-runs?limit=100", signal).catch(() => null) : null]);
  const states = new Map(jobs.map((job) => [job.id, job.state])), known = new Map((ofAgents?.runs ?? []).map((run) => [run.run, run]));
  const stateOf = (run) => (known.has(run.id) ? RUN_STATES[known.get(run.id).state] : states.has(run.id) ? STATES[states.get(run.id)] : run.ended ? "has ended" : "is running");
  const rowOf = (run) => h("tr", {}, h("td", {}, h("a", { href: run.kind === "agent" ? runAddress(run.id) : `#/runs/${run.id}`, "data-item": "" }, kindOf(run)), known.has(run.id) && h("span", { class: "hint", dir: "auto" }, ` ${shownName(known.get(run.id).agent)}`)),
    h("td", {}, stateOf(run)), h("td", { class: "figure minor" }, run.events), h("td", {}, time(run.started_at)));
  const page = async (after) => {
    const found = await get(`/api/v1/runs?limit=50${after ? `&after=${after}` : ""}`, signal);
    if (!after && found.runs.length === 0) return replace(place, empty("Nothing has run yet", h("p", {}, h("a", { href: "#/ask" }, "Ask a question"), ", or add documents; what runs is shown here.")));
    rows.append(...found.runs.map(rowOf));
    replace(more, found.next && h("button", { type: "button", class: "quiet", onclick: () => page(found.next) }, "More"));
  };
  replace(place, may("agents") && h("h2", {}, "All runs"), h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Runs" }, h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["What", "State", "Events", "Begun"].map((name, i) => h("th", { scope: "col", class: i === 2 && "minor" }, name)))), rows)), more);
  await page();
}

async function oneRun(main, { path, signal, go }) {
  const id = path[1];
  const run = await get(at`/api/v1/runs/${id}`, signal);
  const state = h("p", { class: "state", role: "status" }, run.ended ? "Has ended." : "Running …");
  const actions = h("p", { class: "row" }), waiting = h("div"), result = h("div"), events = h("ol", { class: "events" });
  replace(main, h("p", {}, h("a", { href: "#/runs" }, "Runs")), h("h1", {}, kindOf(run)), h("p", { class: "hint" }, "Begun ", time(run.started_at), ` · ${id}`), state, actions, waiting, result, h("h2", {}, "Events"), events);
  const cancel = h("button", { type: "button", class: "danger", onclick: async () => {
    try { await call("DELETE", at`/api/v1/runs/${id}`); } catch (error) { actions.after(failure(error)); }
  } }, "Stop");
  if (!run.ended) replace(actions, cancel);
  const seen = new RunEvents(events, state, waiting, result, id);
  try {
    await follow(id, { signal, take: (name, data) => seen.take(name, data), state: (now) => { if (now === "lost") state.textContent = "Connection lost; it goes on. Connecting again …"; else if (!run.ended) state.textContent = "Running …"; } });
    cancel.remove();
  } catch (error) {
    if (error.name !== "AbortError") events.after(failure(error, () => go(`#/runs/${id}`)));
  }
}

/** Shows the events of a run; pieces of text are one entry, and so is progress. */
class RunEvents {
  constructor(list, state, waiting, result, id) {
    Object.assign(this, { list, state, waiting, result, id, last: null, count: 0 });
  }

  add(name, ...content) {
    const item = h("li", {}, h("span", { class: "event" }, name.replaceAll("_", " ")), h("div", { dir: "auto" }, content));
    this.list.append(item);
    return item.lastElementChild;
  }

  take(name, data) {
    const { last } = this;
    this.last = name;
    switch (name) {
      case "text":
        if (last !== "text") this.text = this.add(name);
        this.text.append(data.text);
        break;
      case "progress":
        if (last !== "progress") this.progress = this.add(name);
        replace(this.progress, data.total > 0 && h("progress", { max: String(data.total), value: data.done, "aria-label": data.doing }), " ", data.text ?? `${data.doing}: ${data.done} of ${data.total}`);
        this.state.textContent = data.text ?? `${data.doing}: ${data.done} of ${data.total}`;
        break;
      case "retrieved": this.add(name, plural(data.passages.length, "passage"), h("ul", {}, data.passages.map((one) => h("li", {}, one.title || one.uri)))); break;
      case "claim": this.add(name, h("span", { class: `verdict ${data.claim.verdict}` }, data.claim.verdict), " ", data.claim.text); break;
      case "notice": this.add(name, h("span", { class: data.level === "warning" ? "warning" : "" }, data.text)); break;
      case "approval_needed": this.ask(data); break;
      case "done":
        this.state.textContent = "Done.";
        if (data.answer) replace(this.result, h("div", { class: "prose answer" }, answerNodes(data.answer)), h("p", { class: "summary" }, verdictSummary(data.answer.sentences)));
        else this.add(name, jsonOf(data.result ?? data));
        break;
      case "failed":
        this.state.textContent = "";
        replace(this.result, failure({ title: data.error?.code === "interrupted" ? "Stopped. " : "It failed. ", message: data.error?.message ?? "", hint: data.error?.hint ?? "" }));
        break;
      default: this.add(name, jsonOf(data));
    }
  }

  /** A call, or a question, that waits for a person: a form of what it wants to know. */
  ask(data) {
    const schema = data.schema ?? data.form ?? {};
    const send = async (values, how) => {
      await decide(this.id, data.decision ?? String(data.number), how !== "deny", schema.properties && values);
      replace(this.waiting, h("p", {}, how === "deny" ? "Refused." : "Allowed."));
      say(how === "deny" ? "Refused" : "Allowed");
    };
    this.state.textContent = "Waits for you.";
    replace(this.waiting, h("section", { class: "decision", "aria-label": "A decision is needed" }, h("h2", {}, data.title ?? `May “${data.name}” run?`), data.arguments !== undefined && jsonOf(data.arguments),
      schemaForm(schema, { action: schema.properties ? "Send" : "Allow", send, more: [h("button", { class: "danger", value: "deny", formnovalidate: true }, "Refuse")] })));
    say("A decision is needed", true);
  }
}

function jsonOf(value) {
  if (typeof value !== "string") return shownValue(value);
  try { return shownValue(JSON.parse(value)); } catch { return shownValue(value); }
}
