// Elements, and what is said and shown in passing. Texts are only ever text nodes: nothing here reads HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element: h("a", {class: "x", href: "#/", onclick: f}, "text", child). False, null and undefined are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else if (name === "href") element.setAttribute(name, safeHref(value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** An address that a click may follow: of this page, of the web, or of a mail; else "#". */
export function safeHref(address) {
  const text = String(address).trim();
  if (/^(#|\/(?!\/))/.test(text)) return text;
  return /^(https?:\/\/|mailto:|blob:)/i.test(text) ? text : "#";
}

export function replace(parent, ...children) {
  parent.replaceChildren(...flat(children));
  return parent;
}

const SHAPES = {
  supported: "M3 8.5l3.2 3.2L13 4.8",
  partly: "M2.5 6.5c2-2 4-2 5.5-.5s3.5 1.5 5.5-.5M2.5 11c2-2 4-2 5.5-.5s3.5 1.5 5.5-.5",
  unsupported: "M4 4l8 8M12 4l-8 8",
  uncited: "M4 8h8",
  up: "M5 14h6.5l2-6.5H9V3L5 7.5zM2.5 7.5V14",
  down: "M5 2h6.5l2 6.5H9V13L5 8.5zM2.5 8.5V2",
  close: "M4 4l8 8M12 4l-8 8",
};

/** An element of a picture; texts become text nodes. False, null and undefined are left out. */
export function shape(tag, values = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(values)) if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...flat(children));
  return element;
}

/** A small picture that says nothing to screen readers. */
export const icon = (name) => shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" }, shape("path", { d: SHAPES[name] }));

/** Says something to screen readers, and shows it for some seconds where `shown`. */
export function say(text, shown = false) {
  const status = document.getElementById("status");
  status.textContent = "";
  status.classList.toggle("unseen", !shown);
  requestAnimationFrame(() => { status.textContent = text; });
  clearTimeout(say.timer);
  if (shown) say.timer = setTimeout(() => { status.textContent = ""; status.classList.add("unseen"); }, 6000);
}

/** What went wrong and what can be done, for people. */
export function failure(error, retry) {
  const hint = error.hint || "";
  return h("div", { class: "failure", role: "alert" },
    h("p", {}, h("strong", {}, error.title || "That did not work. "), " ", error.message),
    hint && h("p", {}, hint),
    retry && h("p", {}, h("button", { type: "button", onclick: retry }, "Try again")));
}

/** A place where nothing is yet, with what to do next. */
export function empty(title, ...what) {
  return h("div", { class: "empty" }, h("h2", {}, title), ...what);
}

/** A value as people read it: a text as it is, all else as JSON. */
export function shownValue(value, properties = {}) {
  return h("pre", { class: "json", tabindex: "0", dir: "auto", ...properties }, typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

/** A text without its end, where it is longer. */
export const cut = (text, most) => text.slice(0, most).replace(/[\ud800-\udbff]$/, "");

/** Asks before something is done; resolves to whether it may be. */
export function confirmed(title, body, action) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-label": title },
      h("form", { method: "dialog" }, h("h2", {}, title), body,
        h("p", { class: "row end" },
          h("button", { value: "no", class: "quiet" }, "Keep"),
          h("button", { value: "yes", class: "danger" }, action))));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function field(label, control, hint) {
  const id = control.id || `f${field.next++}`;
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label), control, hint && h("p", { class: "hint", id: `${id}-hint` }, hint));
}
field.next = 1;

export function select(options, value, properties = {}) {
  const element = h("select", properties, options.map(([name, text]) => h("option", { value: name }, text)));
  element.value = value ?? "";
  return element;
}

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
export const number = (value) => Number(value).toLocaleString("en");

export function bytes(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (count >= 1000 && unit + 1 < units.length) { count /= 1000; ++unit; }
  return `${unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`;
}

/** A time as people write it; seconds since 1970 or ISO 8601. */
export function time(value) {
  const date = new Date(typeof value === "number" ? value * 1000 : value);
  return h("time", { datetime: date.toISOString() }, date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" }));
}

/** Gives a text to the browser's downloads. */
export function download(name, text, type = "text/plain") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** The name of a document for people, without controls that would reorder the text around it. */
export function shownName(uri) {
  return String(uri).replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** The last part of a path or an address. */
export const lastPart = (uri) => shownName(uri).replace(/\/+$/, "").split("/").pop() || shownName(uri);
