// One question with its answer: each sentence marked as borne out or not, each source a click away.
import { call, follow, at, post } from "./api.js";
import { cut, download, failure, field, h, icon, lastPart, plural, replace, say, shownName } from "./dom.js";
import { markdown } from "./markdown.js";
import { openNote, openSource } from "./source.js";
import { ByteText } from "./text.js";

export const VERDICTS = {
  supported: "Supported",
  partly: "Partly supported",
  unsupported: "Not supported",
  uncited: "Cites nothing",
};

const wordsOf = (text) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
const placeOf = (one) => (one.page ? `page ${one.page}` : one.start_line === one.end_line ? `line ${one.start_line}` : `lines ${one.start_line} to ${one.end_line}`);

/** Of the quotes that share a number, the one that has the most words of a statement. */
function closest(quotes, claim) {
  const words = claim ? wordsOf(claim.text) : new Set();
  const shared = (one) => [...wordsOf(one.quote)].filter((word) => words.has(word)).length;
  return [...quotes].sort((one, other) => shared(other) - shared(one))[0];
}

/** What is shown of a citation above its source. */
function aboutClaim(claim, citations, open) {
  const cited = claim.cites.flatMap((number) => (citations.has(number) ? [closest(citations.get(number), claim)] : []));
  return [
    h("p", { class: `verdict ${claim.verdict}` }, icon(claim.verdict), h("strong", {}, VERDICTS[claim.verdict]), ` · ${Math.round(claim.support * 100)} %`),
    claim.problems.length > 0 && h("ul", { class: "problems" }, claim.problems.map((problem) => h("li", {}, problem))),
    cited.length > 1 && h("p", { class: "row" }, cited.map((one) => h("button", { type: "button", class: "quiet", onclick: () => open(one) }, `[${one.number}] ${shownName(one.title || lastPart(one.uri))}`))),
  ];
}

/** The answer's text as elements, with its sentences marked. */
export function answerNodes(answer, onOpen = () => {}) {
  const text = new ByteText(answer.answer);
  const citations = Map.groupBy(answer.citations, (one) => one.number);
  const claims = answer.sentences.map((one) => ({ ...one, from: text.index(one.start_byte), to: text.index(one.end_byte), spans: [] }));
  const show = (claim, preferred) => {
    onOpen(claim);
    const number = claim.cites.find((one) => citations.has(one));
    const citation = preferred ?? (number === undefined ? undefined : closest(citations.get(number), claim));
    const about = aboutClaim(claim, citations, (one) => show(claim, one));
    if (citation) openSource(citation, about);
    else openNote("No source", about, h("p", {}, "This sentence names no passage that bears it out. Take it as the model's own words."));
  };
  const claimAt = (place) => claims.find((one) => one.from <= place && place < one.to);
  const pieces = (piece, start) => {
    const nodes = [];
    for (let at = start, end = start + piece.length; at < end;) {
      const claim = claimAt(at);
      const next = Math.min(end, claim ? claim.to : Math.min(end, ...claims.filter((one) => one.from > at).map((one) => one.from)));
      const part = piece.slice(at - start, next - start);
      if (!claim) nodes.push(document.createTextNode(part));
      else {
        const span = h("span", { class: `claim ${claim.verdict}`, onclick: () => show(claim) }, part);
        claim.spans.push(span);
        nodes.push(span);
      }
      at = next;
    }
    return nodes;
  };
  const cite = (numbers, start, end) => numbers.map((wanted) => {
    const quotes = citations.get(wanted), claim = claimAt(start) ?? claimAt(start - 1);
    if (!quotes) return h("span", { class: "cite unknown", title: "There is no such source" }, `[${wanted}]`);
    const citation = closest(quotes, claim);
    const button = h("button", { type: "button", class: "cite", "aria-label": `Source ${wanted}: ${shownName(citation.title || lastPart(citation.uri))}`, onclick: (event) => {
      event.stopPropagation();
      if (claim) show(claim, citation); else openSource(citation);
    } }, String(wanted));
    if (claim) claim.spans.push(button);
    return button;
  });
  const blocks = markdown(answer.answer, { pieces, cite });
  for (const claim of claims) {
    const mark = h("button", { type: "button", class: `mark ${claim.verdict}`, title: [VERDICTS[claim.verdict], ...claim.problems].join(". "), "aria-label": `${VERDICTS[claim.verdict]}: show the source of this sentence`, onclick: (event) => { event.stopPropagation(); show(claim); } }, icon(claim.verdict));
    claim.spans.at(-1)?.after(mark);
  }
  return blocks;
}

/** How many sentences are borne out, in words. */
export function verdictSummary(sentences) {
  const counts = Object.keys(VERDICTS).map((name) => [name, sentences.filter((one) => one.verdict === name).length]).filter(([, count]) => count > 0);
  return counts.map(([name, count]) => h("span", { class: `count ${name}` }, icon(name), `${count} ${VERDICTS[name].toLowerCase()}`));
}

/** Where an answer's sources are. */
function sourceList(citations) {
  if (citations.length === 0) return null;
  const link = (one, ...text) => h("button", { type: "button", class: "link", dir: "auto", onclick: () => openSource(one) }, text);
  return h("ol", { class: "sources", "aria-label": "Sources" }, [...Map.groupBy(citations, (one) => one.number)].map(([number, quotes]) => {
    const places = [...new Map(quotes.map((one) => [placeOf(one), one]))], name = shownName(quotes[0].title || lastPart(quotes[0].uri));
    return h("li", { value: number }, link(quotes[0], name), h("span", { class: "path", dir: "auto" }, ` ${lastPart(quotes[0].uri)}`),
      h("span", { class: "hint" }, places.map(([place, one], i) => [i === 0 ? " · " : ", ", link(one, place)])));
  }));
}

export class Turn {
  /**
   * `actions`: {retry(question), ask(question), said: a Map of what was said of answers before, by question,
   * standAlone(question): resolves to a question of a conversation as it can be asked alone}.
   */
  constructor(question, actions) {
    this.question = question;
    this.actions = actions;
    this.state = h("p", { class: "state", role: "status" });
    this.body = h("div", { class: "answer prose", dir: "auto" });
    this.foot = h("div", { class: "foot" });
    this.element = h("article", { class: "turn" }, h("h2", { dir: "auto" }, question), this.state, this.body, this.foot);
    this.text = "";
    this.passages = [];
  }

  setState(text, isWarning = false) {
    this.state.textContent = text;
    this.state.classList.toggle("lost", isWarning);
  }

  /** Shows an answer that is complete: a document of the schema quarry.ask/1. */
  show(answer) {
    this.answer = answer;
    this.setState("");
    replace(this.body, answerNodes(answer, () => this.mark()));
    const facts = [answer.kind === "model" ? answer.model : "without a model, in the documents' own words", answer.cached && "from the cache", answer.usage && plural(answer.usage.input_tokens + answer.usage.output_tokens, "token")];
    replace(this.foot,
      answer.warnings.map((warning) => h("p", { class: "warning" }, warning)),
      answer.note && h("p", { class: "hint" }, answer.note),
      h("p", { class: "summary" }, verdictSummary(answer.sentences), h("span", { class: "hint" }, facts.filter(Boolean).join(" · "))),
      sourceList(answer.citations), this.buttons(), this.next());
  }

  mark() {
    for (const one of document.querySelectorAll("[aria-current=location]")) one.removeAttribute("aria-current");
    this.element.setAttribute("aria-current", "location");
  }

  /** What may be done with an answer. */
  buttons() {
    const said = this.actions.said?.get(this.answer.stand_alone || this.answer.question);
    this.kept = said?.id;
    const thumb = (good) => h("button", { type: "button", class: "quiet", "aria-pressed": String(said?.good === good), "aria-label": good ? "A good answer" : "A bad answer", title: good ? "Good answer" : "Bad answer", onclick: (event) => this.judge(good, event.currentTarget) }, icon(good ? "up" : "down"));
    return h("p", { class: "row actions" },
      h("button", { type: "button", class: "quiet", onclick: () => this.actions.retry(this.question) }, "Retry"),
      h("button", { type: "button", class: "quiet", onclick: () => download("answer.md", this.asMarkdown(), "text/markdown") }, "Export"),
      thumb(true), thumb(false));
  }

  asMarkdown() {
    const { answer } = this;
    const sources = answer.citations.map((one) => `[${one.number}] ${one.title || one.uri} (${one.uri}, ${placeOf(one)})`);
    return `# ${this.question}\n\n${answer.answer}\n\n${sources.join("\n")}\n`;
  }

  /** A thumb: kept at the server as a case for evaluations; the same thumb again takes it back. */
  judge(good, button) {
    this.judgement?.remove();
    if (button.getAttribute("aria-pressed") === "true") return this.takeBack(button);
    if (good) return this.tell({ good, sources: this.answer.citations.slice(0, 50).map((one) => ({ source: one.uri, text: cut(one.quote ?? "", 5000) })) }, button);
    const fact = h("input", { maxlength: "500", autocomplete: "off", dir: "auto" }), comment = h("input", { maxlength: "2000", autocomplete: "off", dir: "auto" });
    const more = () => ({ good, comment: comment.value.trim() });
    this.judgement = h("form", { class: "judgement", "aria-label": "A bad answer", onsubmit: (event) => { event.preventDefault(); this.tell({ ...more(), facts: fact.value.trim() ? [fact.value.trim()] : [] }, button); } },
      field("What should the answer say?", fact, "A few words that a good answer has, such as a number or a name."), field("Comment (optional)", comment),
      h("p", { class: "row" }, h("button", {}, "Keep"), h("button", { type: "button", class: "quiet", onclick: () => this.tell({ ...more(), answerable: false }, button) }, "The documents do not say"),
        h("button", { type: "button", class: "quiet", onclick: () => { this.judgement.remove(); button.focus(); } }, "Cancel")));
    this.foot.append(this.judgement);
    fact.focus();
    this.judgement.scrollIntoView({ block: "nearest" });
  }

  async tell(what, button) {
    const { answer } = this;
    try {
      answer.stand_alone ||= await this.actions.standAlone?.(answer.question) || answer.question;
      const said = { question: cut(answer.stand_alone, 3000), answer: cut(answer.answer, 5000), ...what };
      while (said.sources?.length && new Blob([JSON.stringify(said)]).size > 32000) said.sources.pop(); // the server takes 32 kB
      this.kept = (await post("/api/v1/feedback", said)).id;
      for (const one of this.foot.querySelectorAll("[aria-pressed]")) one.setAttribute("aria-pressed", String(one === button));
      this.judgement?.remove();
      button.focus();
      say("Kept for evaluations. The same thumb takes it back.", true);
    } catch (error) {
      this.complain(error);
    }
  }

  async takeBack(button) {
    try {
      await call("DELETE", at`/api/v1/feedback/${this.kept}`).catch((error) => { if (error.status !== 404) throw error; });
      button.setAttribute("aria-pressed", "false");
      say("Taken back.", true);
    } catch (error) {
      this.complain(error);
    }
  }

  complain(error) {
    this.foot.querySelector(":scope > .failure")?.remove();
    this.foot.append(failure(error));
  }

  /** Questions that go on from here: about what was found and not used. */
  next() {
    const used = new Set(this.answer.citations.map((one) => one.uri));
    const titles = [...new Set([...this.answer.citations.flatMap((one) => one.heading_path.slice(-1)), ...this.passages.filter((one) => !used.has(one.uri)).map((one) => one.title)])].filter((title) => title && title.length < 80).slice(0, 3);
    if (titles.length === 0 || !this.actions.ask) return null;
    return h("p", { class: "row next", role: "group", "aria-label": "Ask next" }, titles.map((title) => h("button", { type: "button", class: "chip", dir: "auto", onclick: () => this.actions.ask(`What else do the documents say about “${title}”?`) }, `More about “${shownName(title)}”`)));
  }

  /** Takes an event of the run that answers. */
  take(name, data) {
    if (name === "retrieved") {
      this.passages = data.passages;
      this.setState(`${plural(data.passages.length, "passage")} found; answering …`);
    } else if (name === "text") {
      this.text += data.text;
      if (!this.drawing) this.drawing = requestAnimationFrame(() => { this.drawing = 0; if (!this.answer) replace(this.body, markdown(this.text), h("span", { class: "caret", "aria-hidden": "true" })); });
    } else if (name === "claim") {
      this.setState("Checking each sentence …");
    } else if (name === "tool_call") {
      this.text = "";
      this.setState(`Looking further: ${data.name} …`);
    } else if (name === "gap") {
      this.setState("The beginning is not kept any more; the whole answer comes at the end.");
    } else if (name === "done") {
      this.show(data.answer);
      const good = data.answer.sentences.filter((one) => one.verdict === "supported").length;
      say(`Answered. ${good} of ${plural(data.answer.sentences.length, "sentence")} supported.`);
    } else if (name === "failed") {
      this.fail(data.error);
    }
  }

  fail(error) {
    this.setState("");
    if (!this.text) replace(this.body);
    this.body.querySelector(".caret")?.remove();
    const known = { interrupted: ["Stopped.", "What was said so far is above."], nothing_found: ["The documents do not say. ", "Ask in other words, or add the document that says it under Documents."] }[error.code];
    replace(this.foot, failure({ title: known?.[0] ?? "No answer. ", message: known ? "" : error.message, hint: known?.[1] ?? error.hint ?? "" }), h("p", { class: "row" }, h("button", { type: "button", onclick: () => this.actions.retry(this.question) }, "Retry")));
  }

  /** Follows the run to its end. */
  async follow(run, signal) {
    this.setState("Asked; searching …");
    this.stop = () => call("DELETE", at`/api/v1/runs/${run}`).catch((error) => this.foot.append(failure(error)));
    try {
      await follow(run, {
        signal,
        take: (name, data) => this.take(name, data),
        state: (now) => { if (now === "lost") this.setState("Connection lost. The answer goes on at the server; connecting again …", true); else if (this.state.classList.contains("lost")) this.setState("Connected again …"); },
      });
    } catch (error) {
      if (error.name !== "AbortError") this.fail(error);
    } finally {
      this.stop = null;
    }
  }
}
