// Evaluations: measured in the background, plotted over time, and two of them side by side, question by question.
import { at, call, follow, get, may, post } from "./api.js";
import { empty, failure, field, h, plural, replace, say, select, shownName, time } from "./dom.js";

const KINDS = { retrieval: "Search", answers: "Answers", feedback: "Answers to judged questions" };
const kindOf = (result) => (!result.schema.includes("answers") ? "retrieval" : result.questions === "feedback" ? "feedback" : "answers");
const isMetric = (name) => /@\d+$|^(map|facts|citation_precision|citation_recall|support|answered|refusal)$/.test(name);
const shown = (value) => (typeof value === "number" ? value.toFixed(4) : "–");

export async function evaluationsView(main, view) {
  const measured = h("div"), judged = h("section");
  replace(main, h("h1", {}, "Evaluations"), measured, judged);
  // Who may not measure sees what they said themselves.
  await Promise.all([may("admin") && measurements(measured, view), feedbackOf(judged, view.signal)]);
}

async function measurements(main, { signal, go, query }) {
  const state = h("p", { class: "state", role: "status" });
  const kind = select(Object.entries(KINDS), "retrieval");
  const begin = async (event) => {
    event.preventDefault();
    try {
      const request = kind.value === "feedback" ? { kind: "answers", from_feedback: true } : { kind: kind.value };
      const job = await post("/api/v1/jobs", { kind: "eval", request: { ...request, per_query: true } }, signal);
      state.textContent = "Measuring …";
      let failed = null;
      await follow(job.id, { signal, take: (name, data) => { if (name === "progress" && data.text) state.textContent = data.text; if (name === "failed") failed = data.error; } });
      if (signal.aborted) return;
      if (failed) return replace(state, failure({ title: "It was not measured. ", message: failed.message, hint: failed.hint ?? "Put questions into eval.jsonl beside quarry.toml; the thumbs below answers make some." }));
      say("Measured.");
      go(location.hash || "#/evaluations");
    } catch (error) {
      if (error.name !== "AbortError") replace(state, failure(error));
    }
  };
  const place = h("div");
  replace(main, h("form", { class: "filters", onsubmit: begin }, field("Measure", kind), h("button", {}, "Measure now")), state, place);
  const { jobs } = await get("/api/v1/jobs?limit=1000", signal);
  const runs = jobs.filter((job) => job.kind === "eval" && job.state === "done" && job.result).reverse().map((job) => ({ id: job.id, at: job.started_at, kind: kindOf(job.result), result: job.result }));
  if (runs.length === 0) return replace(place, empty("Nothing has been measured yet", h("p", {}, "Put questions with known answers into ", h("code", {}, "eval.jsonl"), " beside quarry.toml, then measure. The thumbs below answers make such questions.")));
  for (const name of Object.keys(KINDS)) {
    const those = runs.filter((run) => run.kind === name);
    if (those.length) place.append(await sectionOf(name, those, query, signal));
  }
}

async function sectionOf(kind, runs, query, signal) {
  const metrics = Object.keys(runs.at(-1).result).filter((name) => isMetric(name) && typeof runs.at(-1).result[name] === "number");
  const plot = h("div", { class: "plot" }), table = h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": `${KINDS[kind]}: all measurements` });
  replace(table, h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["When", "Questions", ...metrics].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, [...runs].reverse().map((run) => h("tr", {}, h("th", { scope: "row" }, time(run.at)), h("td", { class: "figure" }, run.result.queries), metrics.map((name) => h("td", { class: "figure" }, shown(run.result[name]))))))));
  const section = h("section", {}, h("h2", {}, KINDS[kind]), plot, table, runs.length > 1 ? comparison(runs, metrics, query) : h("p", { class: "hint" }, "Measure again after a change: two measurements can be compared question by question."));
  // Drawn when it has a place on the page.
  requestAnimationFrame(() => { if (!signal.aborted) draw(plot, runs, metrics.slice(0, 4), signal).catch(() => replace(plot)); });
  return section;
}

/** The measurements over time; the table below says the same in numbers. */
async function draw(plot, runs, metrics, signal) {
  if (!document.querySelector("link[data-plot]")) document.head.append(h("link", { rel: "stylesheet", href: "/page/uPlot.min.css", "data-plot": "" }));
  const { default: UPlot } = await import("/page/uPlot.esm.js");
  if (signal.aborted) return;
  const data = [runs.map((_, i) => i + 1), ...metrics.map((name) => runs.map((run) => run.result[name] ?? null))];
  const size = () => ({ width: Math.max(240, plot.clientWidth), height: 240 });
  let drawn = null;
  const again = () => {
    drawn?.destroy();
    drawn = new UPlot({ ...size(), ...plotOptions(runs.length, metrics) }, data, plot);
    const canvas = plot.querySelector("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${metrics.join(", ")} over ${plural(runs.length, "measurement")}; the table has the numbers`);
  };
  again();
  const observer = new ResizeObserver(() => drawn.setSize(size()));
  observer.observe(plot);
  addEventListener("themechange", again);
  signal.addEventListener("abort", () => { observer.disconnect(); removeEventListener("themechange", again); drawn.destroy(); });
}

function plotOptions(count, metrics) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const lines = ["--plot-1", "--plot-2", "--plot-3", "--plot-4"], dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
  const rule = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--soft"), grid: rule, ticks: rule, font: "14px system-ui, sans-serif" };
  return {
    legend: { live: false }, cursor: { show: false },
    scales: { x: { time: false, range: [0.5, count + 0.5] }, y: { range: [0, 1.02] } },
    axes: [{ ...axis, incrs: [1, 2, 5, 10, 20, 50, 100] }, { ...axis, size: 56 }],
    series: [{}, ...metrics.map((label, i) => ({ label, stroke: colour(lines[i]), dash: dashes[i], width: 2, points: { show: true, size: 8 } }))],
  };
}

/** Two measurements side by side. */
function comparison(runs, metrics) {
  const names = runs.map((run, i) => [String(i), `${i + 1}: ${new Date(run.at * 1000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}`]);
  const first = select(names, String(runs.length - 2)), second = select(names, String(runs.length - 1)), metric = select(metrics.map((name) => [name, name]), metrics[0]);
  const table = h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Question by question" });
  const show = () => {
    const [before, after] = [runs[first.value], runs[second.value]].map((run) => new Map((run.result.per_query ?? []).map((one) => [one.id, one])));
    const ids = [...new Set([...before.keys(), ...after.keys()])];
    const rows = ids.map((id) => ({ id, a: before.get(id)?.[metric.value], b: after.get(id)?.[metric.value], answers: [before.get(id)?.answer, after.get(id)?.answer] }));
    rows.sort((one, other) => Math.abs((other.b ?? 0) - (other.a ?? 0)) - Math.abs((one.b ?? 0) - (one.a ?? 0)));
    const better = rows.filter((row) => row.b > row.a).length, worse = rows.filter((row) => row.b < row.a).length;
    replace(table, h("p", {}, `${better} better, ${worse} worse, ${rows.length - better - worse} the same.`),
      h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["Question", "First", "Second", "Change"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows.slice(0, 200).map(rowOf))));
  };
  for (const control of [first, second, metric]) control.addEventListener("change", show);
  show();
  return h("div", {}, h("h3", {}, "Side by side"), h("div", { class: "filters" }, field("First", first), field("Second", second), field("Measure", metric)), table);
}

function rowOf({ id, a, b, answers }) {
  const change = typeof a === "number" && typeof b === "number" ? b - a : 0;
  const sign = change > 0 ? "better" : change < 0 ? "worse" : "";
  return h("tr", {}, h("th", { scope: "row", dir: "auto" }, id, answers.some(Boolean) && h("details", {}, h("summary", {}, "Answers"), h("div", { class: "two" }, answers.map((answer) => h("p", { dir: "auto" }, answer ?? "–"))))),
    h("td", { class: "figure" }, shown(a)), h("td", { class: "figure" }, shown(b)), h("td", { class: `figure ${sign}` }, change === 0 ? "=" : `${change > 0 ? "+" : ""}${change.toFixed(4)}`));
}

/** What people said of answers: their own, and of everyone for the owner. */
async function feedbackOf(section, signal) {
  const list = h("ul", { class: "plain" }), more = h("p");
  const page = async (before) => {
    const found = await get(`/api/v1/feedback?limit=100${before ? `&before=${before}` : ""}`, signal);
    list.append(...found.feedback.map((one) => judgementOf(one, () => { if (!list.children.length) feedbackOf(section, signal); })));
    replace(more, found.next && h("button", { type: "button", class: "quiet", onclick: () => page(found.next) }, "More"));
    return found.feedback.length;
  };
  try {
    const any = await page();
    replace(section, h("h2", {}, "Judged answers"), any === 0
      ? h("p", { class: "hint" }, "A thumb below an answer keeps its question here, with what a good answer rests on. ", h("a", { href: "#/ask" }, "Ask a question"), " to begin.")
      : [h("p", {}, "What the thumbs below answers have made: ", h("code", {}, "quarry eval answers --from-feedback"), " measures answers on it."),
        h("p", {}, h("a", { class: "button quiet", href: "/api/v1/feedback/export", download: "eval.jsonl" }, "Export eval.jsonl")), list, more]);
  } catch (error) {
    if (error.name !== "AbortError") replace(section, h("h2", {}, "Judged answers"), failure(error, () => feedbackOf(section, signal)));
  }
}

function judgementOf(one, removed) {
  const wanted = !one.answerable ? "not in the documents" : one.facts.length ? `must say “${one.facts.join("”, “")}”` : one.good ? plural(one.sources.length, "source") : "nobody said what it should be";
  const item = h("li", {}, h("strong", {}, one.good ? "Good: " : "Bad: "), h("span", { dir: "auto" }, one.question), h("span", { class: "hint", dir: "auto" }, ` · ${shownName(wanted)}`, one.by !== "owner" && ` · ${shownName(one.by)}`, " · ", time(one.given_at)), " ",
    h("button", { type: "button", class: "quiet", "aria-label": `Take back what was said of: ${shownName(one.question)}`, onclick: async (event) => {
      try {
        await call("DELETE", at`/api/v1/feedback/${one.id}`).catch((error) => { if (error.status !== 404) throw error; });
        (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("button")?.focus();
        item.remove();
        say("Taken back.", true);
        removed();
      } catch (error) { event.target.after(failure(error)); }
    } }, "Take back"), one.comment && h("p", { class: "hint", dir: "auto" }, one.comment));
  return item;
}
