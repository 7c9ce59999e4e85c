// Search: passages, the best first, with what narrows them down.
import { get, may, post } from "./api.js";
import { empty, failure, field, h, lastPart, number, plural, replace, say, select, shownName } from "./dom.js";
import { openSource } from "./source.js";
import { ByteText } from "./text.js";

const FACETS = [["collections", "Collection"], ["types", "Type"], ["tags", "Tag"]];
const AT_ONCE = 20, MOST = 200;

/** What is looked for, as the address has it. */
function wanted(query) {
  return {
    q: query.get("q") ?? "", mode: query.get("mode") ?? "", explain: query.get("explain") === "1", limit: Math.min(MOST, Number(query.get("limit")) || AT_ONCE),
    path: query.get("path") ?? "", since: query.get("since") ?? "", until: query.get("until") ?? "", language: query.get("language") ?? "",
    collections: query.getAll("collections"), types: query.getAll("types"), tags: query.getAll("tags"),
  };
}

function addressOf(search) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (Array.isArray(value)) value.forEach((one) => parameters.append(name, one));
    else if (value === true) parameters.set(name, "1");
    else if (value && !(name === "limit" && value === AT_ONCE)) parameters.set(name, value);
  }
  return `#/search?${parameters}`;
}

function requestOf(search) {
  const request = { query: search.q, limit: search.limit, facets: true };
  if (search.mode) request.mode = search.mode;
  if (search.explain) request.explain = true;
  for (const [name] of FACETS) if (search[name].length) request[name] = search[name];
  if (search.path) request.paths = [search.path];
  if (search.language) request.languages = [search.language];
  if (search.since) request.since = search.since;
  if (search.until) request.until = search.until;
  return request;
}

export async function searchView(main, { query, signal, go }) {
  const search = wanted(query);
  const input = h("input", { type: "search", value: search.q, maxlength: "10000", placeholder: "Search the documents …", "aria-label": "Search for", autocomplete: "off", dir: "auto", "data-query": "" });
  const mode = select([["", "As configured"], ["lexical", "By words"], ["vector", "By meaning"], ["hybrid", "By both"]], search.mode);
  const path = h("input", { value: search.path, placeholder: "docs/**/*.md", autocomplete: "off" });
  const language = h("input", { value: search.language, placeholder: "en", size: "4", maxlength: "8", autocomplete: "off" });
  const since = h("input", { value: search.since, placeholder: "2024-05", size: "10", autocomplete: "off" });
  const until = h("input", { value: search.until, placeholder: "2025", size: "10", autocomplete: "off" });
  const explain = h("input", { type: "checkbox", checked: search.explain });
  const submit = (event) => {
    event?.preventDefault();
    go(addressOf({ ...search, limit: AT_ONCE, q: input.value.trim(), mode: mode.value, path: path.value.trim(), language: language.value.trim(), since: since.value.trim(), until: until.value.trim(), explain: explain.checked }));
  };
  const isNarrowed = search.path || search.language || search.since || search.until || search.mode || search.explain;
  const results = h("div", { class: "results" }), facets = h("div", { class: "facets" });
  replace(main, h("h1", { class: "unseen" }, "Search"),
    h("form", { class: "query", role: "search", onsubmit: submit },
      h("div", { class: "row" }, input, h("button", {}, "Search")),
      h("details", { open: Boolean(isNarrowed) }, h("summary", {}, "Filters"),
        h("div", { class: "filters" }, field("How", mode), field("Files or addresses", path), field("Language", language), field("Since", since), field("Before", until),
          h("div", { class: "field check" }, h("label", {}, explain, " Explain scores"))))),
    h("div", { class: "found" }, facets, results));
  if (!search.q) { input.focus(); return showNothingYet(results, signal); }
  try {
    const found = await post("/api/v1/search", requestOf(search), signal);
    showHits(results, found, search, go);
    showFacets(facets, found.facets ?? {}, search, go);
    say(`${plural(found.hits.length, "passage")} found`);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error.status === 404) return showHits(results, { hits: [], note: "", suggestion: null, missing_words: [] }, search, go);
    replace(results, failure(error, submit));
  }
}

async function showNothingYet(results, signal) {
  const stats = may("read") ? await get("/api/v1/stats", signal).catch(() => null) : null;
  if (stats?.documents === 0) replace(results, empty("There are no documents yet", h("p", {}, may("write") ? [h("a", { href: "#/documents" }, "Add some"), " to search them, or run ", h("code", {}, "quarry ingest FOLDER"), "."] : "Ask an administrator to add some.")));
  else replace(results, h("p", { class: "hint" }, stats ? `${plural(stats.chunks, "passage")} of ${plural(stats.documents, "document")} can be found. ` : "", "Keys: ", ["/", "j", "k", "o", "Esc"].map((key) => [h("kbd", {}, key), " "])));
}

function showFacets(place, facets, search, go) {
  const groups = FACETS.map(([name, label]) => {
    const values = facets[name] ?? [];
    const chosen = search[name];
    const all = [...values, ...chosen.filter((one) => !values.some((other) => other.value === one)).map((value) => ({ value, documents: 0 }))];
    if (all.length === 0 || (all.length === 1 && chosen.length === 0)) return null;
    return h("fieldset", {}, h("legend", {}, label), all.slice(0, 12).map(({ value, documents }) => h("label", { class: "facet" },
      h("input", { type: "checkbox", checked: chosen.includes(value), onchange: (event) => go(addressOf({ ...search, [name]: event.target.checked ? [...chosen, value] : chosen.filter((one) => one !== value) })) }),
      h("span", { dir: "auto" }, shownName(value)), h("span", { class: "hint" }, number(documents)))));
  });
  replace(place, groups);
}

/** A text without empty lines and marks of headings. */
const closeUp = (text) => text.replace(/\n\s*\n/g, "\n").replace(/(^|\n)#{1,6} /g, "$1");

/** The lines of a passage that have the words of the query: what is marked in the document. */
function placeOf(hit) {
  const text = new ByteText(hit.text), { matches } = hit.snippet;
  if (matches.length === 0) return { ...hit, quote: hit.text };
  const lineStart = text.slice(0, matches[0][0]).lastIndexOf("\n") + 1;
  const before = hit.text.slice(0, lineStart), rest = text.slice(matches.at(-1)[1], text.length), lineEnd = rest.indexOf("\n");
  const end = hit.text.length - rest.length + (lineEnd < 0 ? rest.length : lineEnd);
  const quote = hit.text.slice(lineStart, end), from = hit.start_byte + new ByteText(before).length;
  const line = hit.start_line + before.split("\n").length - 1;
  return { ...hit, quote, start_byte: from, end_byte: from + new ByteText(quote).length, start_line: line, end_line: line + quote.split("\n").length - 1 };
}

/** A passage's snippet with the words of the query marked. */
function snippetOf(hit) {
  const text = new ByteText(hit.text), nodes = [];
  const { start_byte: from, end_byte: to, matches } = hit.snippet;
  let at = from;
  for (const [start, end] of matches) {
    if (start < at || end > to) continue;
    nodes.push(closeUp(text.slice(at, start)), h("mark", {}, text.slice(start, end)));
    at = end;
  }
  nodes.push(closeUp(text.slice(at, to)));
  return h("p", { class: "snippet", dir: "auto" }, from > 0 && "… ", nodes, to < text.length && " …");
}

function showHits(results, found, search, go) {
  const notes = [
    found.note && h("p", { class: "hint" }, found.note),
    found.missing_words?.length > 0 && h("p", { class: "hint" }, "No passage has ", found.missing_words.map((word, i) => [i > 0 && ", ", h("q", { dir: "auto" }, word)])),
    found.suggestion && h("p", {}, "Did you mean ", h("a", { href: addressOf({ ...search, q: found.suggestion }), dir: "auto" }, found.suggestion), "?"),
  ];
  if (found.hits.length === 0) {
    const isNarrowed = search.path || search.language || search.since || search.until || FACETS.some(([name]) => search[name].length);
    return replace(results, notes, empty("Nothing was found", h("p", {}, isNarrowed ? [h("a", { href: addressOf({ q: search.q }) }, "Search without the filters"), ", or use other words."] : "Use other words, or fewer.")));
  }
  replace(results, notes, h("ol", { class: "hits" }, found.hits.map((hit) => hitOf(hit, search))),
    found.hits.length >= search.limit && search.limit < MOST && h("p", {}, h("a", { class: "button quiet", href: addressOf({ ...search, limit: Math.min(MOST, search.limit * 2) }) }, "More")));
}

function hitOf(hit, search) {
  const place = placeOf(hit);
  return h("li", { class: "hit" },
    h("h2", {}, h("button", { type: "button", class: "link", dir: "auto", "data-item": "", onclick: () => openSource(place) }, shownName(hit.title || lastPart(hit.uri)))),
    h("p", { class: "path", dir: "auto" }, shownName(hit.uri), h("span", { class: "hint" }, ` · ${hit.start_line === hit.end_line ? `line ${hit.start_line}` : `lines ${hit.start_line} to ${hit.end_line}`}`)),
    hit.heading_path.length > 0 && hit.heading_path.join() !== hit.title && h("p", { class: "headings", dir: "auto" }, hit.heading_path.join(" › ")),
    snippetOf(hit), search.explain && explanationOf(hit));
}

/** What a score is made of. */
function explanationOf(hit) {
  const parts = [["By words", hit.lexical], ["By meaning", hit.dense], ["By parts of words", hit.grams], ["Reranked", hit.rerank]].filter(([, part]) => part);
  return h("details", { open: true }, h("summary", {}, `Score ${hit.score.toFixed(4)}`),
    h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "What the score is made of" },
      h("table", {}, h("thead", {}, h("tr", {}, ["Part", "Rank", "Raw", "Scaled", "Weight"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, parts.map(([name, part]) => h("tr", {}, h("th", { scope: "row" }, name), [part.rank, part.raw, part.scaled, part.weight].map((value) => h("td", {}, value === undefined ? "" : Number.isInteger(value) ? value : value.toFixed(4))))))),
      hit.explanation && h("table", {}, h("thead", {}, h("tr", {}, ["Word", "Passages", "idf", "Title", "Headings", "Body", "Score"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, hit.explanation.terms.map((term) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, term.term + (term.prefix ? "…" : "")), [number(term.chunks), term.idf.toFixed(2), term.title, term.headings, term.body, term.score.toFixed(4)].map((value) => h("td", {}, value))))))));
}
