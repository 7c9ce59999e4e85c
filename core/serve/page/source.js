// The source beside what it bears out: a document's text at the exact place, or the picture of a PDF's page.
import { at, get, query, Problem } from "./api.js";
import { bytes, failure, h, icon, lastPart, replace, say, shape, shownName } from "./dom.js";
import { ByteText } from "./text.js";

const BEFORE = 12, AFTER = 40, MORE = 200;  // lines around a place, and those that a button adds
const pane = () => document.getElementById("source");
let opener = null, shown = null;

/** Brings a part of the source into sight, without moving what is beside it. */
function reveal(element) {
  if (!element) return;
  const frame = pane();
  frame.scrollTop += element.getBoundingClientRect().top - frame.getBoundingClientRect().top - frame.clientHeight * 0.3;
}

export const isSourceOpen = () => !pane().hidden;

export function closeSource() {
  if (pane().hidden) return;
  shown?.abort();
  pane().hidden = true;
  document.body.classList.remove("beside");
  replace(pane());
  for (const one of document.querySelectorAll("[aria-current=location]")) one.removeAttribute("aria-current");
  if (opener?.isConnected) opener.focus();
}

/** A pane with a title; what belongs into it is added by `fill`. */
function open(title, uri, fill) {
  if (pane().hidden) opener = document.activeElement;
  shown?.abort();
  shown = new AbortController();
  const body = h("div", { class: "pane-body" });
  replace(pane(),
    h("div", { class: "pane-head" },
      h("div", {}, h("h2", { tabindex: "-1", dir: "auto" }, title), uri && h("p", { class: "path", dir: "auto" }, uri)),
      h("button", { type: "button", class: "quiet", "aria-label": "Close the source", title: "Close (Esc)", onclick: closeSource }, icon("close"))),
    body);
  pane().hidden = false;
  document.body.classList.add("beside");
  pane().querySelector("h2").focus({ preventScroll: true });
  fill(body, shown.signal);
}

/** Says something where no source can be shown: why a sentence is not borne out. */
export function openNote(title, ...content) {
  open(title, "", (body) => replace(body, h("div", { class: "note" }, content)));
}

/**
 * Opens a document at a place: {uri, title, start_byte, end_byte, start_line, end_line, quote}. `about` are nodes that
 * are shown above it.
 */
export function openSource(place, about = []) {
  const title = shownName(place.title || lastPart(place.uri));
  open(title, shownName(place.uri), async (body, signal) => {
    replace(body, h("p", { class: "waiting" }, "Opening …"));
    try {
      const first = Math.max(1, (place.start_line ?? 1) - BEFORE);
      const last = (place.end_line ?? place.start_line ?? 1) + AFTER;
      // Where a page is wanted, its place is looked for meanwhile.
      let pages = /\.pdf$/i.test(place.uri) || place.media_type === "application/pdf" ? pagesOf(place, signal) : null;
      const found = await get(at`/api/v1/documents/${place.uri}` + query({ start_line: first, end_line: last }), signal);
      const isPdf = found.document.media_type === "application/pdf";
      const view = h("div", { class: "view" });
      const show = (which) => { (which === "page" ? showPages : showText)(view, found, place, signal, pages); pages = null; };
      const tabs = isPdf && h("div", { class: "tabs", role: "group", "aria-label": "Shown as" }, ["page", "text"].map((which) =>
        h("button", { type: "button", "aria-pressed": which === "page" ? "true" : "false", onclick: (event) => {
          for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab === event.currentTarget));
          show(which);
        } }, which === "page" ? "Page" : "Text")));
      replace(body, about, tabs, view);
      show(isPdf ? "page" : "text");
    } catch (error) {
      if (error.name === "AbortError") return;
      replace(body, about, failure(error.status === 404
        ? new Problem(404, "This document is gone. ", "It was removed since, or you may not read it any more.", { hint: place.quote ? `It said: “${place.quote}”` : "" })
        : error));
    }
  });
}

/** The text with the place marked; where it says something else now, that is said. */
function showText(view, found, place, signal) {
  const { part } = found, text = new ByteText(found.text);
  const start = (place.start_byte ?? part.start_byte) - part.start_byte, end = (place.end_byte ?? part.start_byte) - part.start_byte;
  const marked = text.slice(start, end);
  const changed = place.quote !== undefined && place.quote !== marked;
  const mark = h("mark", { id: "place" }, marked);
  const body = h("div", { class: `text ${/^text\/x-|json|xml|javascript/.test(found.document.media_type) ? "code" : ""}`, dir: "auto", tabindex: "0", role: "document", "aria-label": "Text of the document" },
    text.slice(0, start), mark, text.slice(end, text.length));
  const info = h("p", { class: "hint" }, `Lines ${part.start_line} to ${part.end_line} of ${part.lines}`);
  const seen = { first: part.start_line, last: part.end_line };
  const more = (label, isBefore) => h("button", { type: "button", class: "quiet", onclick: async (event) => {
    const range = isBefore ? { start_line: Math.max(1, seen.first - MORE), end_line: seen.first - 1 } : { start_line: seen.last + 1, end_line: Math.min(part.lines, seen.last + MORE) };
    const button = event.currentTarget;
    try {
      const next = await get(at`/api/v1/documents/${place.uri}` + query(range), signal);
      if (isBefore) { body.prepend(next.text); seen.first = next.part.start_line; } else { body.append(next.text); seen.last = next.part.end_line; }
      info.textContent = `Lines ${seen.first} to ${seen.last} of ${part.lines}`;
      button.hidden = isBefore ? seen.first <= 1 : seen.last >= part.lines;
    } catch (error) {
      if (error.name !== "AbortError") button.after(failure(error));
    }
  } }, label);
  replace(view,
    changed && h("p", { class: "warning", role: "alert" }, "The document has changed since: these words are not at this place any more. The answer rested on: “", place.quote, "”"),
    info, part.start_line > 1 && more("Earlier lines", true), body, (part.cut || part.end_line < part.lines) && more("Later lines", false));
  reveal(view.querySelector("mark"));
  say(`Opened at line ${place.start_line ?? part.start_line}`);
}

/** Which pages a place is on, and where on them. */
function pagesOf(place, signal) {
  const start = place.start_byte ?? 0;
  const found = get(at`/api/v1/documents/${place.uri}/pages` + query({ start_byte: start, end_byte: Math.max(start + 1, place.end_byte ?? 0) }), signal);
  found.catch(() => {});  // said when the page is shown
  return found;
}

/** The pictures of the pages with the words' boxes marked; where there is none, why, and the text. */
async function showPages(view, found, place, signal, begun) {
  replace(view, h("p", { class: "waiting" }, "Drawing the page …"));
  try {
    const pages = await (begun ?? pagesOf(place, signal));
    if (!pages.drawn) {
      showText(view, found, place, signal);
      view.prepend(h("p", { class: "warning" }, `The page cannot be shown: ${pages.reason}. This is its text.`));
      return;
    }
    replace(view, pages.places.map((one) => pageOf(place.uri, one, pages.pages)));
    reveal(view.querySelector(".box") ?? view);
    say(`Opened at page ${pages.places[0]?.page}`);
  } catch (error) {
    if (error.name === "AbortError") return;
    showText(view, found, place, signal);
    view.prepend(h("p", { class: "warning" }, "The page cannot be shown: ", error.message, " This is its text."));
  }
}

function pageOf(uri, { page, width, height, boxes }, pages) {
  const wanted = Math.min(2000, Math.max(400, Math.ceil(pane().clientWidth * devicePixelRatio / 200) * 200));
  const image = h("img", { class: "page-image", src: at`/api/v1/documents/${uri}/pages/${page}/image` + query({ width: wanted }), alt: `Page ${page}; the marked words are in the text`, width: Math.round(width), height: Math.round(height) });
  const marks = shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "boxes", "aria-hidden": "true" });
  for (const [left, top, right, bottom] of boxes) marks.append(shape("rect", { class: "box", x: left - 1, y: top - 1, width: right - left + 2, height: bottom - top + 2, rx: 1.5 }));
  return h("figure", { class: "page" }, h("div", { class: "sheet" }, image, marks),
    h("figcaption", { class: "hint" }, `Page ${page} of ${pages}`, boxes.length === 0 && ": its words were not found on the picture"));
}

/** A document's passages as they were cut, each with what it overlaps. */
export function chunksOf(uri, chunks) {
  return h("ol", { class: "chunks" }, chunks.map((chunk) => h("li", {},
    h("p", { class: "hint" }, `Lines ${chunk.start_line} to ${chunk.end_line} · ${bytes(chunk.end_byte - chunk.start_byte)}`, chunk.heading_path.length > 0 && [" · ", h("span", { dir: "auto" }, chunk.heading_path.join(" › "))]),
    h("div", { class: "text", dir: "auto" }, chunk.text),
    h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => openSource({ ...chunk, uri }) }, "Show in the document")))));
}

