// Who is signed in; users, keys, collections and settings, as far as the rights of who is signed in allow.
import { at, call, get, may, me, post } from "./api.js";
import { confirmed, failure, h, number, plural, replace, say, select, shownName, time } from "./dom.js";
import { schemaForm } from "./form.js";
import { signOut } from "./sign_in.js";

export async function settingsView(main, view) {
  const { signal } = view;
  const again = () => { if (!signal.aborted) settingsView(main, view); };
  const granted = Object.entries(me.collections ?? {});
  replace(main, h("h1", {}, "Settings"),
    h("section", {}, h("h2", {}, "You"), h("p", { dir: "auto" }, shownName(me.display_name || me.name)), h("p", { class: "hint" }, `Scopes: ${me.scopes.join(", ")}`),
      granted.length > 0 && h("p", { class: "hint" }, `Collections: ${granted.map(([name, access]) => `${name} (${access})`).join(", ")}`),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => signOut().catch((error) => main.prepend(failure(error))) }, "Sign out"))));
  const sections = [may("read") && collections, may("admin") && users, may("admin") && keys, may("admin") && settings, may("admin") && audit].filter(Boolean);
  const routes = may("admin") ? (await get("/openapi.json", signal)).paths : {};
  const bodyOf = (path, method) => routes[path]?.[method]?.requestBody?.content?.["application/json"]?.schema ?? {};
  for (const section of sections) {
    const place = h("section");
    main.append(place);
    try { await section(place, { signal, again, bodyOf }); } catch (error) { if (error.name === "AbortError") return; place.append(failure(error, again)); }
  }
}

/** A table, or what to say when it is empty. */
function table(names, rows, none) {
  return rows.length === 0 ? h("p", { class: "hint" }, none) : h("div", { class: "wide" }, h("table", { class: "list" }, h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name || h("span", { class: "unseen" }, "Actions"))))), h("tbody", {}, rows)));
}

const adding = (label, form) => h("details", { class: "adding" }, h("summary", {}, label), form);

async function act(place, work, done, again) {
  try { await work(); say(done, true); again(); } catch (error) { place.prepend(failure(error)); }
}

async function collections(place, { signal, again, bodyOf }) {
  const found = (await get("/api/v1/collections", signal)).collections;
  const rows = found.map((one) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, h("a", { href: `#/documents?collection=${encodeURIComponent(one.name)}` }, one.name), one.description && h("p", { class: "hint" }, one.description)), h("td", { class: "figure" }, number(one.documents)),
    h("td", {}, may("admin") && one.name !== "main" && h("button", { type: "button", class: "quiet", "aria-label": `Remove the collection ${one.name}`, onclick: async () => {
      if (await confirmed(`Remove the collection ${one.name}?`, h("p", {}, `With it go ${plural(one.documents, "document")}, their passages and all grants.`), "Remove")) act(place, () => call("DELETE", `${at`/api/v1/collections/${one.name}`}?sources=true`), "Removed.", again);
    } }, "Remove …"))));
  replace(place, h("h2", {}, "Collections"), table(["Name", "Documents", ""], rows, "You may not read any collection. Ask an administrator for access."),
    may("admin") && adding("Add a collection", schemaForm(bodyOf("/api/v1/collections", "post"), { action: "Add", send: async (values) => { await post("/api/v1/collections", values); again(); } })),
    may("admin") && adding("Grant access to a collection", h("div", {}, grantForm(found, bodyOf, again))));
}

function grantForm(found, bodyOf, again) {
  const where = select(found.map((one) => [one.name, one.name]), "main", { "aria-label": "Collection" });
  return [h("p", {}, where), schemaForm(bodyOf("/api/v1/collections/{collection}/grants", "put"), { action: "Set", send: async (values) => { await call("PUT", at`/api/v1/collections/${where.value}/grants`, values); say("Set.", true); again(); } })];
}

const limitOf = (one) => [one.max_tokens && `${number(one.max_tokens)} tokens`, one.max_cost && `${one.max_cost} a month`].filter(Boolean).join(", ");

async function users(place, { signal, again, bodyOf }) {
  const found = (await get("/api/v1/users", signal)).users;
  const rows = found.map((one) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, shownName(one.email), one.name && h("p", { class: "hint" }, shownName(one.name)), one.disabled && h("p", { class: "warning" }, "may not sign in")),
    h("td", {}, one.scopes.join(", ")), h("td", {}, limitOf(one)),
    h("td", { class: "row" }, h("button", { type: "button", class: "quiet", "aria-label": `${one.disabled ? "Let in" : "Lock out"} ${one.email}`, onclick: () => act(place, () => call("PATCH", at`/api/v1/users/${one.id}`, { disabled: !one.disabled }), one.disabled ? "May sign in again." : "May not sign in any more.", again) }, one.disabled ? "Let in" : "Lock out"),
      h("button", { type: "button", class: "quiet", "aria-label": `Remove ${one.email}`, onclick: async () => {
        if (await confirmed(`Remove ${shownName(one.email)}?`, h("p", {}, "All that belongs to this user goes: keys, sign-ins, grants, conversations, runs and jobs. Documents stay."), "Remove")) act(place, () => call("DELETE", at`/api/v1/users/${one.id}`), "Removed.", again);
      } }, "Remove …"))));
  replace(place, h("h2", {}, "Users"), table(["User", "Scopes", "Budget", ""], rows, "There are no users. Add one for each person who signs in."),
    adding("Add a user", schemaForm(bodyOf("/api/v1/users", "post"), { value: { scopes: ["search", "ask", "read"] }, action: "Add", send: async (values) => { await post("/api/v1/users", values); say("Added.", true); again(); } })));
}

async function keys(place, { signal, again, bodyOf }) {
  const found = (await get("/api/v1/keys", signal)).keys;
  const rows = found.map((one) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, shownName(one.name), one.user && h("p", { class: "hint" }, shownName(one.user))), h("td", {}, one.scopes.join(", ")), h("td", {}, one.expires_at ? time(one.expires_at) : "never"),
    h("td", {}, h("button", { type: "button", class: "quiet", "aria-label": `Revoke ${one.name}`, onclick: async () => {
      if (await confirmed(`Revoke the key ${shownName(one.name)}?`, h("p", {}, "Programs that use it are refused within two seconds."), "Revoke")) act(place, () => call("DELETE", at`/api/v1/keys/${one.id}`), "Revoked.", again);
    } }, "Revoke …"))));
  const secret = h("div", { role: "status" });
  replace(place, h("h2", {}, "Keys"), table(["Key", "Scopes", "Expires", ""], rows, "There are no keys. Add one for each program that asks."), secret,
    adding("Add a key", schemaForm(bodyOf("/api/v1/keys", "post"), { value: { scopes: ["search", "ask"] }, action: "Add", send: async (values) => {
      const added = await post("/api/v1/keys", values);
      replace(secret, h("p", {}, "This is the key. It is shown once: ", h("code", { class: "secret" }, added.secret)), h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => navigator.clipboard?.writeText(added.secret).then(() => say("Copied.", true)) }, "Copy"), " ", h("button", { type: "button", class: "quiet", onclick: again }, "Done")));
    } })));
}

async function settings(place, { signal }) {
  const { settings: values } = await get("/api/v1/settings", signal);
  const show = (value) => (value === null || value === "" ? "–" : typeof value === "string" ? value : JSON.stringify(value));
  replace(place, h("h2", {}, "Configuration"), h("p", { class: "hint" }, "Read when the server starts, from quarry.toml and the environment. ", h("code", {}, "quarry config show --origin"), " says where each value is from."),
    h("details", {}, h("summary", {}, plural(Object.keys(values).length, "setting")), h("dl", { class: "facts" }, Object.entries(values).map(([name, value]) => [h("dt", {}, h("code", {}, name)), h("dd", { dir: "auto" }, show(value))]))));
}

async function audit(place, { signal }) {
  const { entries } = await get("/api/v1/audit?limit=50", signal);
  replace(place, h("h2", {}, "Audit log"), h("details", {}, h("summary", {}, "The latest sign-ins and administrative acts"), table(["When", "Who", "What", "About", "From", "Outcome"], entries.map((one) => h("tr", {}, h("td", {}, time(one.at)), [one.principal, one.action, one.subject, one.address, one.outcome].map((value) => h("td", { dir: "auto" }, shownName(value))))), "Nothing yet.")));
}
