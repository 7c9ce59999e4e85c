// Which view is shown, the keys that work everywhere, the theme.
import { askView } from "./ask.js";
import { identify, may, Problem, whenSignedOut } from "./api.js";
import { failure, h, replace, say } from "./dom.js";
import { signIn } from "./sign_in.js";
import { closeSource, isSourceOpen } from "./source.js";

const VIEWS = {
  ask: { name: "Ask", scope: "ask", view: async () => askView },
  search: { name: "Search", scope: "search", view: async () => (await import("./search.js")).searchView },
  documents: { name: "Documents", scope: "read", view: async () => (await import("./documents.js")).documentsView },
  runs: { name: "Runs", scope: "ask", view: async () => (await import("./runs.js")).runsView },
  evaluations: { name: "Evaluations", scope: "ask", view: async () => (await import("./evaluations.js")).evaluationsView },
  settings: { name: "Settings", scope: "", view: async () => (await import("./settings.js")).settingsView },
};

const main = document.getElementById("main");
let shown = null;

/** The parts of the address behind "#/", and its query. */
function place() {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const decode = (part) => { try { return decodeURIComponent(part); } catch { return part; } };
  return { path: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(search) };
}

const go = (address) => { if (location.hash === address) show(); else location.hash = address; };

function showNavigation(current) {
  replace(document.getElementById("nav"), h("ul", {}, Object.entries(VIEWS).filter(([, one]) => !one.scope || may(one.scope)).map(([key, one]) =>
    h("li", {}, h("a", { href: `#/${key}`, "aria-current": key === current ? "page" : null }, one.name)))));
}

async function show() {
  shown?.abort();
  shown = new AbortController();
  const { signal } = shown;
  closeSource();
  const at = place();
  const first = Object.keys(VIEWS).find((key) => !VIEWS[key].scope || may(VIEWS[key].scope));
  const key = Object.hasOwn(VIEWS, at.path[0] ?? "") ? at.path[0] : first;
  showNavigation(key);
  replace(main);
  main.className = key;
  document.title = `${VIEWS[key].name} · quarry`;
  try {
    const view = await VIEWS[key].view();
    if (!signal.aborted) await view(main, { ...at, signal, go });
  } catch (error) {
    if (error.name !== "AbortError" && !signal.aborted) replace(main, at.path.length > 1 && h("p", {}, h("a", { href: `#/${key}` }, VIEWS[key].name)), h("h1", {}, VIEWS[key].name), failure(error instanceof Problem ? error : new Problem(0, "The page failed. ", error.message, { hint: "Reload it; the server may be another version now." }), show));
  }
}

/** The entries of the view that j and k go through. */
const items = () => [...main.querySelectorAll("[data-item]")].filter((one) => one.offsetParent !== null);

function step(by) {
  const all = items(), at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function isTyping(target) { return target.closest("input, textarea, select, [contenteditable]") !== null; }

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (isSourceOpen()) closeSource();
    else if (isTyping(event.target)) event.target.blur();
    return;
  }
  if (isTyping(event.target)) return;
  const query = main.querySelector("[data-query]");
  if (event.key === "/") { event.preventDefault(); if (query) { query.focus(); query.select?.(); } else go("#/search"); }
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "o" && document.activeElement?.matches("[data-item]")) document.activeElement.click();
  else if (event.key === "?") say("Keys: / to the query, j and k through the entries, o opens, Esc closes.", true);
});

const THEMES = ["auto", "light", "dark"], theme = document.getElementById("theme");
function setTheme(name) {
  document.documentElement.dataset.theme = name;
  theme.textContent = `Theme: ${name}`;
  localStorage.setItem("quarry.theme", name);
  dispatchEvent(new Event("themechange"));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new Event("themechange")));
theme.addEventListener("click", () => setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]));
setTheme(THEMES.includes(localStorage.getItem("quarry.theme")) ? localStorage.getItem("quarry.theme") : "auto");

document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
addEventListener("hashchange", show);

async function begin() {
  const used = location.hash === "#/sign-in?used";
  whenSignedOut(async () => { await signIn(); showNavigation(place().path[0]); });
  try {
    await identify();
  } catch (error) {
    if (error.status !== 401) return replace(main, failure(error, begin));
    await signIn(used);
  }
  if (used) history.replaceState(null, "", "/");
  show();
}
begin();
