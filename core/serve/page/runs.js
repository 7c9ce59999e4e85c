// What is being done: answers and jobs, each with its events as they come, and decisions that wait for a person.
import { at, call, decide, follow, get } from "./api.js";
import { empty, failure, h, plural, replace, say, time } from "./dom.js";
import { schemaForm } from "./form.js";
import { answerNodes, verdictSummary } from "./turn.js";

const KINDS = { ask: "Question", chat: "Question in a conversation", ingest: "Reading documents", embed: "Computing vectors", eval: "Evaluation", batch: "Many questions", agent: "Agent" };
const STATES = { waiting: "waits", running: "is running", done: "is done", given_up: "was given up", cancelled: "was cancelled" };
const kindOf = (run) => KINDS[run.kind] ?? run.kind;

export function runsView(main, view) {
  return view.path[1] ? oneRun(main, view) : allRuns(main, view);
}

async function allRuns(main, { signal }) {
  const rows = h("tbody"), more = h("p");
  replace(main, h("h1", {}, "Runs"));
  const { jobs } = await get("/api/v1/jobs?limit=1000", signal);
  const states = new Map(jobs.map((job) => [job.id, job.state]));
  const page = async (after) => {
    const found = await get(`/api/v1/runs?limit=50${after ? `&after=${after}` : ""}`, signal);
    if (!after && found.runs.length === 0) return replace(main, h("h1", {}, "Runs"), empty("Nothing has run yet", h("p", {}, h("a", { href: "#/ask" }, "Ask a question"), ", or add documents; what runs is shown here.")));
    rows.append(...found.runs.map((run) => h("tr", {}, h("td", {}, h("a", { href: `#/runs/${run.id}`, "data-item": "" }, kindOf(run))), h("td", {}, states.has(run.id) ? STATES[states.get(run.id)] : run.ended ? "has ended" : "is running"), h("td", { class: "figure" }, run.events), h("td", {}, time(run.started_at)))));
    replace(more, found.next && h("button", { type: "button", class: "quiet", onclick: () => page(found.next) }, "More"));
  };
  main.append(h("div", { class: "wide" }, h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["What", "State", "Events", "Begun"].map((name) => h("th", { scope: "col" }, name)))), rows)), more);
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
    const decide = async (values, how) => {
      await decide(this.id, data.decision ?? String(data.number), how !== "deny", schema.properties && values);
      replace(this.waiting, h("p", {}, how === "deny" ? "Refused." : "Allowed."));
      say(how === "deny" ? "Refused" : "Allowed");
    };
    this.state.textContent = "Waits for you.";
    replace(this.waiting, h("section", { class: "decision", "aria-label": "A decision is needed" }, h("h2", {}, data.title ?? `May “${data.name}” run?`), data.arguments !== undefined && jsonOf(data.arguments),
      schemaForm(schema, { action: schema.properties ? "Send" : "Allow", send: decide, more: [h("button", { class: "danger", value: "deny", formnovalidate: true }, "Refuse")] })));
    say("A decision is needed", true);
  }
}

function jsonOf(value) {
  const parsed = typeof value === "string" ? parsedOr(value) : value;
  return h("pre", { class: "json", tabindex: "0" }, typeof parsed === "string" ? parsed : JSON.stringify(parsed, null, 2));
}
function parsedOr(text) { try { return JSON.parse(text); } catch { return text; } }
