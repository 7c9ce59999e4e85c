// The documents: what there is, what could not be read, files that are added, and one that goes.
import { at, call, follow, get, may, post, query, upload } from "./api.js";
import { bytes, confirmed, empty, failure, field, h, lastPart, number, plural, replace, say, select, shownName, time } from "./dom.js";
import { chunksOf, openSource } from "./source.js";

export function documentsView(main, view) {
  return view.path[1] ? oneDocument(main, view) : allDocuments(main, view);
}

const address = (uri) => `#/documents/${encodeURIComponent(uri)}`;

async function allDocuments(main, { query: asked, signal, go }) {
  const filter = { collections: asked.get("collection") ?? "", status: asked.get("status") ?? "", folder: asked.get("folder") ?? "" };
  const table = h("div"), adding = h("div");
  replace(main, h("h1", {}, "Documents"), adding, table);
  const { collections } = await get("/api/v1/collections", signal);
  if (may("write")) showUpload(adding, collections, signal, () => allDocuments(main, { query: asked, signal, go }));
  const where = select([["", "All collections"], ...collections.map((one) => [one.name, one.name])], filter.collections);
  const status = select([["", "All"], ["ok", "Read"], ["failed", "Could not be read"]], filter.status);
  const change = () => go(`#/documents${query({ collection: where.value, status: status.value })}`);
  where.addEventListener("change", change);
  status.addEventListener("change", change);
  const rows = h("tbody"), more = h("p"), count = h("p", { class: "hint" });
  const page = async (after) => {
    const found = await get(`/api/v1/documents${query({ ...filter, limit: 50, after })}`, signal);
    if (found.total === 0) {
      const isAll = !filter.collections && !filter.status;
      replace(table, isAll ? null : h("div", { class: "filters" }, field("Collection", where), field("State", status)),
        empty(isAll ? "There are no documents yet" : "No document is like that", h("p", {}, isAll ? (may("write") ? ["Choose files above, drop them there, or run ", h("code", {}, "quarry ingest FOLDER"), "."] : "Ask an administrator to add some.") : h("a", { href: "#/documents" }, "Show all"))));
      return;
    }
    count.textContent = plural(found.total, "document");
    rows.append(...found.documents.map(rowOf));
    replace(more, found.next && h("button", { type: "button", class: "quiet", onclick: () => page(found.next) }, "More"));
  };
  replace(table, h("div", { class: "filters" }, field("Collection", where), field("State", status)), count,
    h("div", { class: "wide" }, h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["Document", "Type", "Passages", "Collection", "Read"].map((name, i) => h("th", { scope: "col", class: [1, 3, 4].includes(i) && "minor" }, name)))), rows)), more);
  await page();
}

function rowOf(one) {
  const failed = one.status === "failed";
  return h("tr", {}, h("td", {}, h("a", { href: address(one.uri), dir: "auto", "data-item": "" }, shownName(one.title || lastPart(one.uri))), h("p", { class: "path", dir: "auto" }, shownName(one.uri)), failed && h("p", { class: "warning" }, `Could not be read: ${one.error}`)),
    h("td", { class: "minor" }, one.media_type ?? ""), h("td", { class: "figure" }, one.chunks === undefined ? "" : number(one.chunks)), h("td", { class: "minor" }, one.collection), h("td", { class: "minor" }, time(one.ingested_at)));
}

/** Where files are chosen or dropped; each is sent, and then read by a job, whose state is shown. */
function showUpload(place, collections, signal, done) {
  const writable = collections.map((one) => one.name);
  const where = select(writable.map((name) => [name, name]), "main");
  const input = h("input", { type: "file", multiple: true });
  const list = h("ul", { class: "plain uploads", "aria-live": "polite" });
  const area = h("div", { class: "drop" }, field("Add files", input, "Or drop them here. PDF, office files, Markdown, HTML, code and more."), writable.length > 1 && field("Into", where), list);
  const send = async (files) => {
    await Promise.all([...files].map((file) => sendOne(file, { collection: where.value === "main" ? undefined : where.value }, list, signal)));
    input.value = "";
    setTimeout(() => { if (!signal.aborted && !list.querySelector(".failure, .warning")) done(); }, 800);
  };
  input.addEventListener("change", () => send(input.files));
  for (const name of ["dragover", "dragleave", "drop"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.toggle("over", name === "dragover");
      if (name === "drop") send(event.dataTransfer.files);
    });
  }
  replace(place, area);
}

async function sendOne(file, parameters, list, signal) {
  const bar = h("progress", { max: "1", value: 0, "aria-label": `Sending ${shownName(file.name)}` });
  const state = h("span", { class: "hint" }, `sending ${bytes(file.size)}`);
  const item = h("li", {}, h("span", { dir: "auto" }, shownName(file.name)), " ", bar, " ", state);
  list.append(item);
  try {
    const job = await upload(file, parameters, (share) => { bar.value = share; });
    bar.removeAttribute("value");
    state.textContent = "reading";
    let result = null, failed = null;
    await follow(job.id, { signal, take: (name, data) => {
      if (name === "progress") state.textContent = data.doing ?? "reading";
      if (name === "done") ({ result } = data);
      if (name === "failed") failed = data.error;
    } });
    bar.remove();
    const refused = result?.files?.flatMap((one) => one.report.failed)[0];
    const finding = failed?.message ?? refused?.reason;
    if (failed || refused) {
      state.className = "warning";
      state.textContent = `could not be read${finding ? `: ${finding}` : ""}. It is kept; the list below says more.`;
    } else {
      replace(state, "added: ", h("a", { href: "#/documents" }, "see the list"));
    }
    say(`${file.name}: ${state.textContent}`);
  } catch (error) {
    bar.remove();
    if (error.name !== "AbortError") replace(item, h("span", { dir: "auto" }, shownName(file.name)), failure(error));
  }
}

async function oneDocument(main, { path, signal, go }) {
  const uri = path.slice(1).join("/");
  const { document: found, chunks } = await get(at`/api/v1/documents/${uri}/chunks`, signal);
  const title = shownName(found.title || lastPart(found.uri));
  document.title = `${title} · quarry`;
  const metadata = Object.entries(found.metadata ?? {});
  const isUpload = found.uri.startsWith("upload:");
  const facts = [["Where", shownName(found.uri)], ["Collection", found.collection], ["Type", found.media_type], ["Language", found.language], ["Text", found.text_bytes === undefined ? "" : bytes(found.text_bytes)], ["File", found.file_bytes ? bytes(found.file_bytes) : ""], ["Read", time(found.ingested_at)], ...metadata.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])];
  replace(main, h("p", {}, h("a", { href: "#/documents" }, "Documents")), h("h1", { dir: "auto" }, title),
    found.status === "failed" && h("p", { class: "warning" }, `It could not be read: ${found.error}`),
    h("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value]) => [h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, value)])),
    h("p", { class: "row" },
      chunks.length > 0 && h("button", { type: "button", onclick: () => openSource({ uri: found.uri, title: found.title, start_line: 1, start_byte: 0, end_byte: 0 }) }, "Read it"),
      isUpload && h("a", { class: "button quiet", href: at`/api/v1/documents/${found.uri}/original`, download: true }, "The file"),
      may("write") && h("button", { type: "button", class: "danger", onclick: () => remove(main, found, go) }, "Remove …")),
    h("h2", {}, plural(chunks.length, "passage")), chunks.length > 0 && h("p", { class: "hint" }, "As they were cut, and are found."), chunksOf(found.uri, chunks));
}

async function remove(main, found, go) {
  try {
    const request = { documents: [found.uri] };
    const what = await post("/api/v1/documents/delete", { ...request, dry_run: true });
    const body = h("div", {},
      h("p", {}, "With it go:"),
      h("ul", {}, h("li", {}, plural(found.chunks ?? 0, "passage"), " and their vectors, from search and from answers"),
        found.uri.startsWith("upload:") && h("li", {}, "the uploaded file itself"),
        what.documents.length > 1 && h("li", {}, plural(what.documents.length, "document"), ": ", what.documents.map(shownName).join(", "))),
      what.lost.length > 0 ? h("p", { class: "warning" }, "Nothing brings it back: it is nowhere else.") : h("p", {}, "It stays where it was read from, and can be read again."));
    if (!await confirmed(`Remove ${shownName(found.title || lastPart(found.uri))}?`, body, "Remove")) return;
    await call("POST", "/api/v1/documents/delete", request);
    say("Removed.", true);
    go("#/documents");
  } catch (error) {
    main.prepend(failure(error));
  }
}
