// What people do on the page, step by step.
import fs from "node:fs";
import { answered, ask, asPage, assert, findings, folder, hold, release, run, signedIn, token, url, watch } from "./browser.mjs";
import { naughty } from "./naughty.mjs";

const text = (page, where) => page.locator(where).innerText();
const axe = async (page, where) => assert.deepEqual(await findings(page), [], where);

async function firstVisit(browser, troubles) {
  const context = watch(await browser.newContext(), troubles);
  const page = await context.newPage();
  await page.goto(process.env.QUARRY_BROWSER);  // the printed address
  await page.locator(".welcome").waitFor();
  assert.equal(page.url(), `${url}/`);
  assert.match(await text(page, ".welcome"), /Ask your documents/);
  const cookie = (await context.cookies())[0];
  assert.ok(cookie.httpOnly && cookie.sameSite === "Strict");
  const other = await (watch(await browser.newContext(), troubles)).newPage();
  await other.goto(process.env.QUARRY_BROWSER);
  await other.locator("dialog .warning").waitFor();
  assert.match(await text(other, "dialog"), /works once/);
  await axe(other, "sign in");
  await other.getByLabel("Token").fill("qt_wrong");
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.locator("dialog .failure").waitFor();
  await other.getByLabel("Token").fill(token);
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.locator(".welcome").waitFor();
}

async function policy(browser, troubles) {
  const page = await signedIn(browser, troubles);
  const response = await page.request.get(`${url}/`);
  const csp = response.headers()["content-security-policy"];
  assert.match(csp, /default-src 'self'/);
  assert.match(csp, /require-trusted-types-for 'script'/);
  assert.doesNotMatch(csp, /unsafe/);
  const refused = await page.evaluate(() => { try { document.body.innerHTML = "<b>x</b>"; return ""; } catch (error) { return String(error); } });
  assert.match(refused, /TrustedHTML/);
  const forged = await page.evaluate(async () => (await fetch("/api/v1/search", { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"query": "x"}' })).status);
  assert.equal(forged, 403);
  troubles.splice(0, troubles.length, ...troubles.filter((one) => !/TrustedHTML|assignment/.test(one)));
}

async function askAndCheck(browser, troubles) {
  const page = await signedIn(browser, troubles);
  const turn = await ask(page, "How many attempts does the retry policy allow?");
  await answered(turn);
  assert.equal(await turn.locator(".mark.supported").count() > 0, true);
  assert.equal(await turn.locator(".mark.uncited, .mark.unsupported").count() > 0, true);
  assert.match(await turn.locator(".answer li").first().innerText(), /signed/);
  await turn.locator(".claim.supported").first().click();
  await page.locator("#place").waitFor();
  const shown = await text(page, "#place"), answer = await page.evaluate(() => document.querySelector(".answer").innerText);
  assert.match(shown, /three attempts/);
  assert.match(answer, /three attempts/);
  assert.ok(await page.locator("#place").isVisible());
  await axe(page, "ask with its source");
  const beside = await page.evaluate(() => [document.querySelector("#source").getBoundingClientRect().left, document.querySelector(".turn").getBoundingClientRect().right]);
  assert.ok(beside[0] >= beside[1], "the source is beside the answer");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#source").isHidden(), true);
  await turn.locator(".mark.uncited").first().click();
  assert.match(await text(page, "#source"), /names no passage/);
  await page.keyboard.press("Escape");
  // A follow-up in the same conversation, then what is kept of both.
  await answered(await ask(page, "And how long does it wait?"));
  await page.reload();
  await page.locator(".turn .summary").nth(1).waitFor();
  assert.equal(await page.locator(".turn").count(), 2);
  assert.equal(await page.locator(".turn").first().locator(".mark.supported").count() > 0, true);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.locator(".chat-head").getByRole("button", { name: "Export" }).click()]);
  assert.match(fs.readFileSync(await saved.path(), "utf8"), /three attempts/);
}

async function reloadAndTabs(browser, troubles) {
  hold();
  const page = await signedIn(browser, troubles);
  const turn = await ask(page, "Pausing: how many attempts are there?");
  await turn.getByText("three attempts").waitFor();
  await page.reload();
  await page.locator(".turn").getByText("three attempts").waitFor();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator(".turn").getByText("three attempts").waitFor();
  release();
  for (const one of [page, other]) {
    await answered(one.locator(".turn"));
    assert.match(await text(one, ".answer"), /twenty years/);
    assert.equal(await one.locator(".turn").count(), 1);
    assert.equal((await text(one, ".answer")).split("three attempts").length, 2, "nothing came twice");
  }
}

async function offline(browser, troubles) {
  hold();
  const page = await signedIn(browser, troubles);
  const turn = await ask(page, "Pausing a while: how many attempts?");
  await turn.getByText("three attempts").waitFor();
  await page.context().setOffline(true);
  await turn.locator(".state.lost").waitFor();
  assert.match(await turn.locator(".state").innerText(), /goes on at the server/);
  release();
  await page.context().setOffline(false);
  await answered(turn);
  assert.match(await turn.locator(".answer").innerText(), /three attempts[\s\S]*twenty years/);
}

async function stopAndRetry(browser, troubles) {
  hold();
  const page = await signedIn(browser, troubles);
  const turn = await ask(page, "Pausing again: how many attempts?");
  await turn.getByText("three attempts").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await turn.locator(".failure").waitFor();
  assert.match(await turn.innerText(), /Stopped/);
  release();
  await turn.getByRole("button", { name: "Retry" }).click();
  await answered(page.locator(".turn").nth(1));
}

async function judge(browser, troubles) {
  const page = await signedIn(browser, troubles);
  await answered(await ask(page, "How many attempts does the retry policy allow?"));
  await page.getByRole("button", { name: "A good answer" }).click();
  await answered(await ask(page, "Who won the match?"));
  await page.locator(".turn").nth(1).getByRole("button", { name: "A bad answer" }).click();
  await page.getByRole("button", { name: "The documents do not say" }).click();
  await page.goto(`${url}/#/evaluations`);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export eval.jsonl" }).click()]);
  const cases = fs.readFileSync(await saved.path(), "utf8").trim().split("\n").map(JSON.parse);
  assert.equal(cases.length, 2);
  assert.equal(cases[1].answerable, false);
  assert.match(cases[0].references[0].text, /attempts/);
  fs.writeFileSync(`${folder}/cases.jsonl`, cases.map((one) => `${JSON.stringify(one)}\n`).join(""));
}

async function search(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/search" });
  await page.keyboard.press("/");
  await page.keyboard.type("retry policy attempts");
  await page.keyboard.press("Enter");
  await page.locator(".hit").first().waitFor();
  assert.equal(await page.locator(".hit mark").count() > 0, true);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const title = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("o");
  await page.locator("#place").waitFor();
  assert.equal(await text(page, "#source h2"), title);
  await axe(page, "search with a source");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), title, "the focus is where it was");
  await page.locator(".facets").getByLabel("guide", { exact: false }).check();
  await page.waitForURL(/tags=guide/);
  await page.locator(".hit").first().waitFor();
  await page.getByText("Filters").click();
  await page.getByLabel("Explain scores").check();
  await page.locator("form").getByRole("button", { name: "Search" }).click();
  await page.getByText(/^Score /).first().waitFor();
  await axe(page, "search with filters");
  await page.goto(`${url}/#/search?q=zzzz+qqqq`);
  await page.getByText("Nothing was found").waitFor();
}

async function documents(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/documents" });
  await page.locator("tbody tr").first().waitFor();
  await axe(page, "documents");
  await page.getByLabel("Add files").setInputFiles([{ name: "tides.md", mimeType: "text/markdown", buffer: Buffer.from("# Tides\n\nThe tide turns twice a day.\n\n## Moon\n\nIt follows the moon.\n") },
    { name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 broken") }]);
  await page.locator(".uploads .warning").waitFor();
  await page.locator(".uploads").getByText("added:").waitFor();
  await page.reload();
  await page.getByRole("link", { name: "Tides" }).click();
  await page.locator(".chunks li").first().waitFor();
  assert.match(await text(page, ".chunks"), /turns twice a day/);
  await axe(page, "a document");
  await page.locator(".chunks button").first().click();
  await page.locator("#place").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove …" }).click();
  assert.match(await text(page, "dialog"), /the uploaded file itself[\s\S]*Nothing brings it back/);
  await page.getByRole("button", { name: "Keep" }).click();
  await page.getByRole("button", { name: "Remove …" }).click();
  await page.locator("dialog").getByRole("button", { name: "Remove" }).click();
  await page.waitForURL(/#\/documents$/);
  await page.locator("tbody tr").first().waitFor();
  assert.equal(await page.getByRole("link", { name: "Tides" }).count(), 0);
}

async function pdf(browser, troubles) {
  const content = fs.readFileSync(`${folder}/kept.pdf`);
  const page = await signedIn(browser, troubles, { view: "#/search?q=lighthouse+keeper" });
  await page.locator(".hit").getByRole("button").first().click();
  await page.locator(".page-image").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".page-image").naturalWidth > 0);
  const boxes = await page.locator(".box").count();
  assert.ok(boxes > 0, "words are marked");
  await axe(page, "a page of a PDF file");
  await page.getByRole("button", { name: "Text" }).click();
  assert.match(await text(page, "#place"), /lighthouse/i);
  fs.appendFileSync(`${folder}/kept.pdf`, "changed");
  await page.getByRole("button", { name: "Page" }).click();
  await page.getByText("The page cannot be shown").waitFor();
  assert.match(await text(page, "#source"), /changed since it was read/);
  // What was uploaded is kept.
  await page.goto(`${url}/#/documents`);
  await page.getByLabel("Add files").setInputFiles([{ name: "again.pdf", mimeType: "application/pdf", buffer: content }]);
  await page.locator(".uploads").getByText("added:").waitFor();
  await page.goto(`${url}/#/search?q=lighthouse+keeper&path=upload:*`);
  await page.locator(".hit").getByRole("button").first().click();
  await page.locator(".box").first().waitFor();
  assert.match(await text(page, "#source"), /upload:again.pdf[\s\S]*Page 2 of 3/);
}

async function runs(browser, troubles) {
  hold();
  const page = await signedIn(browser, troubles);
  const begun = await asPage(page, "POST", "/api/v1/ask", { question: "Pausing here: how many attempts?", background: true });
  assert.equal(begun.status, 202);
  await page.goto(`${url}/#/runs`);
  await page.locator("tbody a").first().click();
  await page.locator(".events").getByText("three attempts").waitFor();
  await axe(page, "a run");
  release();
  await page.getByText("Done.").waitFor();
  assert.match(await text(page, "#main"), /twenty years/);
}

/** A form for a decision, from a schema: what the page makes of an event that asks for approval. */
async function decisions(browser, troubles) {
  const page = await signedIn(browser, troubles);
  const read = await page.evaluate(async () => {
    const { schemaForm } = await import("/page/form.js");
    const schema = { type: "object", required: ["reason", "amount"], properties: { reason: { type: "string", title: "Why?" }, amount: { type: "integer", minimum: 1, maximum: 10 }, urgent: { type: "boolean" }, kind: { enum: ["refund", "credit"] }, tags: { type: "array", items: { type: "string" } }, to: { type: "object", properties: { name: { type: "string" } } } } };
    return new Promise((resolve) => {
      const form = schemaForm(schema, { action: "Send", send: async (values) => resolve(values) });
      const title = document.createElement("h1");
      title.textContent = "A decision";
      document.getElementById("main").replaceChildren(title, form);
      const set = (label, value) => { const name = [...form.querySelectorAll("label")].find((one) => one.textContent.startsWith(label)); document.getElementById(name.htmlFor).value = value; };
      set("Why?", "late"); set("Amount", "3"); set("Kind", '"credit"'); set("Tags", "a\nb"); set("Name", "Ada");
      form.querySelector("input[type=checkbox]").click();
      form.querySelector("button").click();
    });
  });
  assert.deepEqual(read, { reason: "late", amount: 3, urgent: true, kind: "credit", tags: ["a", "b"], to: { name: "Ada" } });
  await axe(page, "a form of a schema");
  // What the server says of a decision that nothing waits for reaches the page.
  const begun = await asPage(page, "POST", "/api/v1/ask", { question: "How many attempts?", background: true });
  const said = await page.evaluate(async (run) => { const { decide } = await import("/page/api.js"); return decide(run, "1", true).then(() => "", (error) => `${error.status} ${error.message}`); }, begun.body.id);
  assert.match(said, /^409 no decision/);
}

async function evaluations(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/evaluations" });
  const rows = page.locator("[aria-label='Search: all measurements'] tbody tr");
  await page.getByText(/Nothing has been measured yet|all measurements|Side by side|Measure again/).first().waitFor();
  const before = await rows.count();
  for (let i = 1; i <= 2; ++i) {
    await page.getByRole("button", { name: "Measure now" }).click();
    await page.locator(".plot canvas").waitFor();
    await page.waitForFunction((count) => document.querySelectorAll("[aria-label='Search: all measurements'] tbody tr").length === count, before + i);
  }
  await page.getByText("the same.").waitFor();
  assert.match(await text(page, "#main"), /Side by side/);
  await axe(page, "evaluations");
}

async function people(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/settings" });
  await page.getByText("Add a user").click();
  const form = page.locator("details", { hasText: "Add a user" }).locator("form");
  await form.getByLabel("Email").fill("ada@example.org");
  await form.getByLabel("Password").fill("correct horse");
  await form.getByRole("button", { name: "Add" }).click();
  await page.getByRole("rowheader", { name: "ada@example.org" }).waitFor();
  await page.getByText("Grant access to a collection").click();
  const grant = page.locator("details", { hasText: "Grant access" }).locator("form");
  await grant.getByLabel("Principal").fill("ada@example.org");
  await grant.getByLabel("Access").selectOption({ label: "read" });
  await grant.getByRole("button", { name: "Set" }).click();
  await page.getByText("Set.", { exact: true }).waitFor();
  await page.getByText("Add a key").click();
  const key = page.locator("details", { hasText: "Add a key" }).locator("form");
  await key.getByLabel("Name").fill("wiki");
  await key.getByRole("button", { name: "Add" }).click();
  assert.match(await text(page, "code.secret"), /^qk_/);
  await axe(page, "settings");
  // Ada sees what she may.
  const ada = await signedIn(browser, troubles, { by: { email: "ada@example.org", password: "correct horse" }, view: "#/settings" });
  assert.deepEqual(await ada.locator("#nav a").allInnerTexts(), ["Ask", "Search", "Documents", "Runs", "Settings"]);
  assert.equal(await ada.getByText("Add a user").count(), 0);
  await ada.goto(`${url}/#/search?q=retry`);
  await ada.locator(".hit").first().waitFor();
}

async function expired(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/search" });
  await page.locator("[data-query]").waitFor();
  await page.context().clearCookies();
  await page.locator("[data-query]").fill("retry policy");
  await page.keyboard.press("Enter");
  await page.locator("dialog.sign-in").waitFor();
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator(".hit").first().waitFor();
}

/** Names, titles, passages and answers of strangers: nothing runs, nothing leaves, and all of it is shown as text. */
async function hostile(browser, troubles) {
  const page = await signedIn(browser, troubles);
  const added = await asPage(page, "POST", "/api/v1/documents", { documents: naughty.map((one, i) => ({ id: `hostile ${i} ${one.replace(/[\u0000-\u001f]/g, "")}`.slice(0, 300), title: one, text: `hostileword ${one}`, metadata: { tags: [one], author: one } })) });
  assert.equal(added.status, 200, JSON.stringify(added.body));
  const turn = await ask(page, "What of the hostile hostileword?");
  await answered(turn);
  assert.equal(await page.locator("#main script, #main iframe, #main img, #main form form, #main style, #main base, #main meta").count(), 0);
  const links = await turn.locator("a").evaluateAll((all) => all.map((one) => [one.protocol, one.rel]));
  for (const [protocol, rel] of links) assert.ok(["http:", "https:", "mailto:"].includes(protocol) && rel.includes("noopener"), protocol);
  assert.match(await turn.locator(".answer").innerText(), /<script>console/);
  for (const button of (await turn.locator(".sources button").all()).slice(0, 2)) {
    await button.click();
    await page.locator("#place").waitFor();
    await page.keyboard.press("Escape");
  }
  await page.goto(`${url}/#/search?q=hostileword&explain=1&limit=50`);
  await page.locator(".hit").nth(20).waitFor();
  await page.goto(`${url}/#/documents?folder=`);
  await page.locator("tbody tr").nth(20).waitFor();
  await page.goto(`${url}/#/documents/${encodeURIComponent("hostile 0 " + naughty[0])}`);
  await page.locator(".chunks li").first().waitFor();
  assert.match(await text(page, "h1"), /<script>/);
  await page.goto(`${url}/#/runs`);
  await page.locator("tbody a").first().click();
  await page.getByText("Done.").waitFor();
  assert.equal(await page.locator("#main script, #main iframe, #main img").count(), 0);
  await page.goto(`${url}/#/<img src=x onerror=console.error('naughty')>`);
  await page.locator(".composer").waitFor();
  await asPage(page, "POST", "/api/v1/documents/delete", { documents: added.body.documents ?? [] }).catch(() => {});
}

await run({ firstVisit, policy, askAndCheck, reloadAndTabs, offline, stopAndRetry, judge, search, documents, pdf, runs, decisions, evaluations, people, expired, hostile });
