// Markdown as elements: a small, safe part of it. What a model writes becomes text, never HTML; pictures become their
// description, and links go to the web and to mail only. Each piece of text knows where it is in the source, so that
// statements can be marked by their places.
import { h, safeHref } from "./dom.js";

const LONGEST = 200000;  // of what is read as Markdown; what is behind is shown as it is
const REACH = 2000;      // how far away the end of an emphasis may be

/**
 * Renders a text. `pieces(text, start)` gives the nodes for a stretch of plain text at a place; `cite(numbers, start,
 * end)` those for a marker such as [1].
 */
export function markdown(source, { pieces = (text) => [document.createTextNode(text)], cite } = {}) {
  const context = { source: source.slice(0, LONGEST), pieces, cite };
  const blocks = readBlocks(context);
  if (source.length > LONGEST) blocks.push(h("pre", {}, source.slice(LONGEST)));
  return blocks;
}

/** Lines with their places. */
function linesOf(source) {
  const lines = [];
  for (let start = 0; start <= source.length;) {
    let end = source.indexOf("\n", start);
    if (end < 0) end = source.length;
    lines.push({ text: source.slice(start, end), start });
    start = end + 1;
  }
  return lines;
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+(?=\S)/;
const FENCE = /^ {0,3}(```+|~~~+)[^`]*$/;
const ITEM = /^( {0,9})([-*+]|\d{1,9}[.)])[ \t]+(?=\S)/;
const QUOTE = /^ {0,3}> ?/;
const ROW = /^\s*\|.*\|\s*$/;
const DIVIDER = /^\s*\|[\s:|-]*-[\s:|-]*\|\s*$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;

function readBlocks(context) {
  const lines = linesOf(context.source), blocks = [];
  for (let i = 0; i < lines.length;) {
    const { text } = lines[i];
    if (!text.trim()) { ++i; continue; }
    for (const read of READERS) {
      const next = read(lines, i, context);
      if (!next) continue;
      blocks.push(next.node);
      i = next.end;
      break;
    }
  }
  return blocks;
}

function readFence(lines, i, context) {
  const mark = FENCE.exec(lines[i].text)?.[1];
  if (!mark) return null;
  let end = i + 1;
  while (end < lines.length && !lines[end].text.trim().startsWith(mark)) ++end;
  const code = h("code");
  for (const line of lines.slice(i + 1, end)) code.append(...context.pieces(line.text, line.start), "\n");
  return { node: h("pre", { tabindex: "0" }, code), end: end + 1 };
}

function readHeading(lines, i, context) {
  const mark = HEADING.exec(lines[i].text);
  // Within an answer, whose question is a heading itself.
  return mark && { node: h(`h${Math.min(6, mark[1].length + 2)}`, {}, inlineOf(lines[i], mark[0].length, context)), end: i + 1 };
}

function readRule(lines, i) { return RULE.test(lines[i].text) && { node: h("hr"), end: i + 1 }; }

function readQuote(lines, i, context) {
  if (!QUOTE.test(lines[i].text)) return null;
  const quote = h("blockquote");
  let end = i;
  for (; end < lines.length && QUOTE.test(lines[end].text); ++end) {
    quote.append(...inlineOf(lines[end], QUOTE.exec(lines[end].text)[0].length, context), "\n");
  }
  return { node: quote, end };
}

function cellsOf(line, context, tag) {
  const cells = [];
  for (let start = line.text.indexOf("|") + 1; start > 0;) {
    const end = line.text.indexOf("|", start);
    if (end < 0) break;
    const text = line.text.slice(start, end);
    cells.push(h(tag, {}, inlineOf({ text: text.trim(), start: line.start + start + text.length - text.trimStart().length }, 0, context)));
    start = end + 1;
  }
  return h("tr", {}, cells);
}

function readTable(lines, i, context) {
  if (!ROW.test(lines[i].text) || !DIVIDER.test(lines[i + 1]?.text ?? "")) return null;
  const body = h("tbody");
  let end = i + 2;
  for (; end < lines.length && ROW.test(lines[end].text); ++end) body.append(cellsOf(lines[end], context, "td"));
  return { node: h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {}, h("thead", {}, cellsOf(lines[i], context, "th")), body)), end };
}

function readList(lines, i, context) {
  const first = ITEM.exec(lines[i].text);
  if (!first) return null;
  const isOrdered = (mark) => /\d/.test(mark);
  const list = h(isOrdered(first[2]) ? "ol" : "ul", isOrdered(first[2]) ? { start: parseInt(first[2], 10) } : {});
  let end = i, item = null;
  for (; end < lines.length; ++end) {
    const { text } = lines[end], mark = ITEM.exec(text);
    if (mark && mark[1].length <= first[1].length && isOrdered(mark[2]) !== isOrdered(first[2])) break;
    if (mark) {
      item = h("li", { class: mark[1].length > first[1].length + 1 ? "deeper" : null }, inlineOf(lines[end], mark[0].length, context));
      list.append(item);
    } else if (text.trim() && (/^\s/.test(text) || lines[end - 1].text.trim()) && !HEADING.test(text) && !FENCE.test(text)) {
      item.append(" ", ...inlineOf(lines[end], text.length - text.trimStart().length, context));
    } else if (text.trim() || !ITEM.test(lines[end + 1]?.text ?? "")) {
      break;
    }
  }
  return { node: list, end };
}

function readParagraph(lines, i, context) {
  let end = i + 1;
  const begins = (text) => HEADING.test(text) || FENCE.test(text) || ITEM.test(text) || QUOTE.test(text) || RULE.test(text);
  while (end < lines.length && lines[end].text.trim() && !begins(lines[end].text)) ++end;
  const start = lines[i].start, last = lines[end - 1];
  return { node: h("p", {}, inline(context.source.slice(start, last.start + last.text.length), start, context)), end };
}

/** Each gives a block that begins at a line, or nothing; the last one always does. */
const READERS = [readFence, readHeading, readRule, readQuote, readTable, readList, readParagraph];

const inlineOf = (line, from, context) => inline(line.text.slice(from), line.start + from, context);

const PATTERNS = [
  ["code", /(`{1,8})([^`](?:[\s\S]{0,2000}?[^`])?)\1(?!`)/y],
  ["image", /!\[([^[\]]{0,500})\]\(([^()\s]{0,2000})\)/y],
  ["link", /\[([^[\]]{1,500})\]\(([^()\s]{0,2000})\)/y],
  ["cite", /\[(\d{1,4}(?:\s?,\s?\d{1,4}){0,20})\]/y],
  ["strong", new RegExp(`\\*\\*(?=\\S)((?:[^*]|\\*(?!\\*)){1,${REACH}})\\*\\*`, "y")],
  ["em", new RegExp(`\\*(?=[^\\s*])([^*\\n]{1,${REACH}})\\*(?!\\*)`, "y")],
  ["escape", /\\([!-/:-@[-`{-~])/y],
];

/** The nodes of a stretch of text that begins at `start`. */
function inline(text, start, context, depth = 0) {
  const nodes = [];
  let plain = 0;
  const flush = (end) => { if (end > plain) nodes.push(...context.pieces(text.slice(plain, end), start + plain)); };
  for (let i = 0; i < text.length;) {
    if (!"`![*\\".includes(text[i])) { ++i; continue; }
    const found = matchAt(text, i, context, depth);
    if (!found) { ++i; continue; }
    flush(i);
    nodes.push(...nodesOf(found, start + i, context, depth));
    i = plain = i + found.match[0].length;
  }
  flush(text.length);
  return nodes;
}

function matchAt(text, i, context, depth) {
  for (const [kind, pattern] of PATTERNS) {
    if ((kind === "cite" && !context.cite) || ((kind === "strong" || kind === "em") && depth > 4)) continue;
    pattern.lastIndex = i;
    const match = pattern.exec(text);
    if (match) return { kind, match };
  }
  return null;
}

function nodesOf({ kind, match }, start, context, depth) {
  const [whole, first, second] = match;
  const within = () => inline(first, start + whole.indexOf(first, 1), context, depth + 1);
  switch (kind) {
    case "code": return [h("code", {}, context.pieces(second, start + first.length))];
    case "image": return context.pieces(first || "picture", start + 2);
    case "link": {
      const address = safeHref(second);
      return address === "#" || !/^(https?:|mailto:)/i.test(address) ? within()
        : [h("a", { href: address, rel: "noopener noreferrer nofollow", target: "_blank" }, within())];
    }
    case "cite": return context.cite(first.split(",").map(Number), start, start + whole.length);
    case "escape": return context.pieces(first, start + 1);
    default: return [h(kind, {}, within())];
  }
}
