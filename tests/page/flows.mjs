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
  const thumb = (turn, name) => turn.getByRole("button", { name });
  const first = await ask(page, "How many attempts does the retry policy allow?");
  await answered(first);
  await thumb(first, "A good answer").click();
  await first.locator("[aria-pressed=true]").waitFor();
  await thumb(first, "A good answer").click();  // taken back
  await page.getByText("Taken back.").waitFor();
  assert.equal(await first.locator("[aria-pressed=true]").count(), 0);
  await thumb(first, "A good answer").click();
  await first.locator("[aria-pressed=true]").waitFor();
  const second = await ask(page, "Who wrote the retry policy?");
  await answered(second);
  await thumb(second, "A bad answer").click();
  await second.getByLabel("Comment (optional)").fill("It made that up.");
  await axe(page, "a judgement");
  await page.getByRole("button", { name: "The documents do not say" }).click();
  await second.locator("[aria-pressed=true]").waitFor();
  await page.reload();
  await page.locator(".turn .actions").nth(1).waitFor();
  assert.deepEqual(await page.locator("[aria-pressed=true]").evaluateAll((all) => all.map((one) => one.ariaLabel)), ["A good answer", "A bad answer"]);
  // Both are kept at the server: another browser sees them.
  const other = await signedIn(browser, troubles, { view: "#/evaluations" });
  await other.getByText("not in the documents").waitFor();
  assert.match(await text(other, "#main"), /Good: How many attempts[\s\S]*|It made that up/);
  const [saved] = await Promise.all([other.waitForEvent("download"), other.getByRole("link", { name: "Export eval.jsonl" }).click()]);
  const cases = fs.readFileSync(await saved.path(), "utf8").trim().split("\n").map(JSON.parse);
  assert.equal(cases.length, 2);
  assert.match(cases[0].references[0].text, /attempts/);
  assert.equal(cases[1].answerable, false);
  await asPage(other, "POST", "/api/v1/feedback", { question: "To be taken back", good: false, facts: ["x"] });
  await other.reload();
  await other.getByRole("button", { name: "Take back what was said of: To be taken back" }).click();
  await other.getByText("Taken back.").waitFor();
  assert.equal(await other.getByText("To be taken back").count(), 0);
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
  await page.locator(`tbody a[href$="${begun.body.id}"]`).click();  // others may have begun in the same second
  await page.locator(".events").getByText("three attempts").waitFor();
  await axe(page, "a run");
  release();
  await page.getByText("Done.").waitFor();
  assert.match(await text(page, "#main"), /twenty years/);
}

/** A form from a schema: what it reads, and what is wrong with it beside its fields. */
async function forms(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/search" });
  await page.locator("[data-query]").waitFor();
  await page.evaluate(async () => {
    const { schemaForm } = await import("/page/form.js");
    const schema = { type: "object", required: ["reason", "amount", "agreed", "of", "to"], properties: {
      reason: { type: "string", title: "Why?", description: "For the log", minLength: 3 }, amount: { type: "integer", minimum: 1, maximum: 10 }, price: { type: "number", exclusiveMinimum: 0 }, urgent: { type: "boolean", default: true },
      agreed: { type: "boolean" }, kind: { enum: ["refund", "credit", 3, null] }, size: { oneOf: [{ const: "s", title: "Small" }, { const: "l", title: "Large" }], default: "l" }, tags: { type: "array", items: { type: "string", maxLength: 5 }, uniqueItems: true },
      counts: { type: "array", items: { type: "integer" } }, of: { type: "array", items: { enum: ["sea", "moon"] }, minItems: 1 }, mail: { type: "string", format: "email" },
      to: { type: "object", required: ["name"], properties: { name: { type: "string" }, deep: { type: "object", properties: { x: { type: "object", properties: { y: { type: "string" } } } } } } }, extra: { type: "object", required: ["a"], properties: { a: { type: "string" }, b: { type: "string" } } } } };
    const title = document.createElement("h1");
    title.textContent = "A form";
    globalThis.sent = [];
    document.getElementById("main").replaceChildren(title, schemaForm(schema, { action: "Send", send: async (values) => {
      sent.push(values);
      if (values.amount === 7) throw Object.assign(new Error("no"), { fields: [{ path: "/amount", message: "Not seven." }, { path: "/other", message: "Of the whole." }] });
    } }));
  });
  const send = page.getByRole("button", { name: "Send" }), said = () => page.locator(".fault:visible").allInnerTexts();
  const set = async (values) => { for (const [name, value] of Object.entries(values)) await page.getByLabel(name, { exact: true }).fill(value); };
  await send.click();
  assert.deepEqual(await said(), ["Say something here.", "A number is needed.", "Choose one.", "At least 1 entry, please.", "Say something here."]);
  assert.equal(await page.evaluate(() => document.activeElement.labels[0].textContent), "Why?", "the first that is wrong has the focus");
  await page.getByText("5 fields need your attention.").waitFor();
  const described = await page.getByLabel("Why?").evaluate((one) => [one.getAttribute("aria-invalid"), ...one.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent)]);
  assert.deepEqual(described, ["true", "For the log", "Say something here."]);
  await axe(page, "a form with faults");
  await set({ "Why?": "no", Amount: "3.5", "Price (optional)": "x", "Tags (optional)": "a\na", "Counts (optional)": "1\ntwo", "Mail (optional)": "ada" });
  await send.click();
  const faults = (await said()).join("\n");
  for (const one of ["At least 3 characters", "whole number", "“x” is not a number", "may be there twice", "“two” is not a number", "an e-mail address"]) assert.ok(faults.includes(one), `${one}: ${faults}`);
  await set({ "Why?": "late", Amount: "7", "Price (optional)": "0.5", "Tags (optional)": "a\nb", "Counts (optional)": "1\n2", "Mail (optional)": "", Name: "Ada", "Deep (optional)": '{"x": {"y": "z"}}' });
  await page.getByLabel("Agreed").selectOption({ label: "No" });
  await page.getByLabel("Kind (optional)").selectOption({ label: "3" });
  await page.getByLabel("moon").check();
  await send.click();
  await page.getByText("Not seven.").waitFor();
  assert.match(await text(page, "p.failure"), /1 field needs your attention. Of the whole./);
  await set({ Amount: "8" });
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => sent.length === 2);
  assert.deepEqual(await page.evaluate(() => sent[1]), { reason: "late", amount: 8, price: 0.5, urgent: true, agreed: false, kind: 3, size: "l", tags: ["a", "b"], counts: [1, 2], of: ["moon"], to: { name: "Ada", deep: { x: { y: "z" } } } });
}

/** An answer's run that waits for a person: what is decided reaches the server, and what it says of it the page. */
async function decisions(browser, troubles) {
  const page = await signedIn(browser, troubles);
  const begun = await asPage(page, "POST", "/api/v1/ask", { question: "How many attempts?", background: true });
  await page.route("**/api/v1/runs/*/events", (route) => route.fulfill({ contentType: "text/event-stream", body: `id: ${begun.body.id}/1\nevent: approval_needed\ndata: {"name": "ingest", "decision": "1", "arguments": "{\\"documents\\": []}"}\n\n` }));
  await page.goto(`${url}/#/runs/${begun.body.id}`);
  await page.getByText("May “ingest” run?").waitFor();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.locator(".decision .failure").waitFor();
  assert.match(await text(page, ".decision .failure"), /no decision|decided/i);
}

/** An agent is started, shown as it goes, asks a person, and is answered; another tab shows the same. */
async function agents(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/runs" });
  await page.getByText("It cannot run").waitFor();  // an agent whose code is not bound
  await page.locator(".agents").getByRole("link", { name: "review" }).click();
  await page.getByLabel("What is it to do?").fill("Tides");
  await page.locator(".graph .node").nth(5).waitFor();
  await axe(page, "starting an agent");
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Publish 'Tides'?" }).waitFor();
  await page.locator(".graph .node.waiting", { hasText: "decide" }).waitFor();
  assert.equal(await page.locator(".graph .node.done").count(), 3);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator(".decision").waitFor();
  // By keyboard: the newest step with a change opens to what it changed, and then to the whole state.
  const step = page.locator("[data-step='1'] summary").first();
  await step.focus();
  await page.keyboard.press("Enter");
  await page.locator("[data-step='1'] ins", { hasText: '"spelling"' }).waitFor();
  await page.locator("[data-step='1']").getByText("The whole state after it").click();
  await page.locator("[data-step='1'] .json", { hasText: "Tides" }).waitFor();
  await axe(page, "a step's changes");
  // What is wrong is said beside its field: first by the page, then by the server.
  const answer = page.getByRole("button", { name: "Answer" });
  await answer.click();
  assert.deepEqual(await page.locator(".fault:visible").allInnerTexts(), ["Choose one.", "Say something here."]);
  await page.getByLabel("Publish it").selectOption({ label: "Yes" });
  await page.getByLabel("Reason").fill("It is right.");
  await page.getByLabel("Copies").fill("3");
  await answer.click();
  await page.locator(".field", { hasText: "Copies" }).locator(".fault:visible").waitFor();
  await page.getByLabel("Copies").fill("4");
  await page.keyboard.press("Enter");
  await page.locator(".state", { hasText: "Done." }).waitFor();
  for (const one of [page, other]) {
    await one.locator(".graph .node.done", { hasText: "publish" }).waitFor();
    assert.equal(await one.locator(".decision").count(), 0);
  }
  assert.match(await text(page, "[aria-labelledby=output]"), /"copies": 4/);
  await page.goto(`${url}/#/runs`);
  await page.locator("tbody tr", { hasText: "review" }).getByText("is done").waitFor();
  // What a model says is shown as it comes, also when the connection is lost on the way.
  hold();
  await page.goto(`${url}/#/runs/start/teller`);
  await page.getByLabel("What is it to do?").fill("Pausing: how many attempts?");
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator(".words", { hasText: "three attempts" }).waitFor();
  await page.context().setOffline(true);
  await page.locator(".state.lost").waitFor();
  release();
  await page.context().setOffline(false);
  await page.locator("[aria-labelledby=output]", { hasText: "twenty years" }).waitFor();
  assert.equal((await text(page, "[aria-labelledby=output]")).split("three attempts").length, 2);
}

/** Calls that were cut off by the end of their process, which a person decides about in each way. */
async function doubts(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/runs" });
  const show = async (thread) => {
    const { body } = await asPage(page, "GET", `/api/v1/agent-runs?thread=${encodeURIComponent(thread)}`);
    assert.equal(body.runs.length, 1);
    await page.goto(`${url}/#/runs/agent/${body.runs[0].run}`);
    await page.getByRole("heading", { name: /^pay was called, and it is not known whether it did its work/ }).waitFor();
    await page.locator(".graph .node.waiting", { hasText: "pay" }).waitFor();
  };
  const press = (name) => page.getByRole("button", { name, exact: true }).click(), done = () => page.locator(".state", { hasText: "Done." }).waitFor();
  await show("doubt 1");
  await axe(page, "a call in doubt");
  assert.match(await text(page, ".decision"), /pay with \{\}/);
  for (const [result, fault] of [["", "Write the result as JSON."], ["receipt 0", "This is not JSON"], ["true", "Yes and no are decisions"]]) {
    await page.getByLabel("Its result").fill(result);
    await press("Take this result");
    await page.locator(".fault:visible", { hasText: fault }).waitFor();
  }
  await page.getByLabel("Its result").fill('"receipt 0"');
  await press("Take this result");
  await done();
  await page.locator("[data-step] summary").first().click();
  await page.locator("[data-step] ins", { hasText: "filed receipt 0" }).waitFor();
  await show("doubt 2");
  await press("Call it again");
  await done();
  await page.locator("[data-step] summary").first().click();
  await page.locator("[data-step] ins", { hasText: "filed receipt 4" }).waitFor();
  await show("doubt 3");
  await press("Count it as failed");
  await page.getByText("the call was cut off, and is not made again").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
}

/** A thread goes on from a step with another state, and stays as it is. */
async function forks(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/runs" });
  const { body } = await asPage(page, "POST", "/api/v1/agents/review/runs", { input: "Tides", thread: "to fork" });
  await page.goto(`${url}/#/runs/agent/${body.run}`);
  const step = page.locator("[data-step='2']");
  await step.locator("summary").first().click();
  await step.getByText("Go on from here with another state").click();
  const state = step.getByLabel("The state to go on with");
  await state.fill("{");
  await step.getByRole("button", { name: "Fork" }).click();
  await step.getByText("This is not JSON").waitFor();
  await state.fill(JSON.stringify({ input: "Currents", seen: [] }));
  await axe(page, "a fork");
  await step.getByRole("button", { name: "Fork" }).click();
  await page.getByRole("heading", { name: "Publish 'Currents'?" }).waitFor();
  const run = (await asPage(page, "GET", `/api/v1/agent-runs/${page.url().split("/").pop()}`)).body;
  assert.deepEqual([run.values.input, run.values.seen], ["Currents", []]);
  assert.equal((await asPage(page, "GET", "/api/v1/threads/to%20fork/state")).body.values.input, "Tides");
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
  assert.deepEqual(await ada.locator("#nav a").allInnerTexts(), ["Ask", "Search", "Documents", "Runs", "Evaluations", "Settings"]);
  assert.equal(await ada.getByText("Add a user").count(), 0);
  await ada.goto(`${url}/#/evaluations`);
  await ada.getByText("A thumb below an answer keeps its question here").waitFor();  // others' are not hers
  assert.equal(await ada.getByRole("button", { name: "Measure now" }).count(), 0);
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
  const given = await page.evaluate(async (texts) => {
    const { identify, post } = await import("/page/api.js");
    await identify();
    return Promise.all(texts.map((one) => post("/api/v1/feedback", { question: one, good: false, facts: [one.slice(0, 500)], comment: one.slice(0, 2000) }))).then((all) => all.map((one) => one.id));
  }, naughty);
  await page.goto(`${url}/#/evaluations`);
  await page.getByText("Bad: ").nth(naughty.length - 1).waitFor();
  assert.equal(await page.locator("#main script, #main iframe, #main img").count(), 0);
  await page.evaluate(async (ids) => { const { call, identify } = await import("/page/api.js"); await identify(); await Promise.all(ids.map((id) => call("DELETE", `/api/v1/feedback/${id}`))); }, given);
  await page.goto(`${url}/#/runs`);
  await page.locator("tbody a").first().click();
  await page.getByText("Done.").waitFor();
  assert.equal(await page.locator("#main script, #main iframe, #main img").count(), 0);
  await page.goto(`${url}/#/<img src=x onerror=console.error('naughty')>`);
  await page.locator(".composer").waitFor();
  await asPage(page, "POST", "/api/v1/documents/delete", { documents: added.body.documents ?? [] }).catch(() => {});
}

/** Names, questions, schemas, graphs and states of strangers' agents: all of it is shown as text. */
async function hostileAgents(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/search" });
  const shown = await page.evaluate(async (texts) => {
    const [{ schemaForm }, { graphPicture, nodeList }, { changeOf }] = await Promise.all([import("/page/form.js"), import("/page/graph.js"), import("/page/agents.js")]);
    const properties = Object.fromEntries(texts.map((one, i) => [one, [{ type: "string", title: one, description: one, default: one }, { enum: [one, 1], description: one }, { type: "array", items: { enum: [one] } }, { type: "object", title: one, properties: { [one]: { type: "string", pattern: one } } }, null, { type: one }][i % 6]]));
    const form = schemaForm({ type: "object", required: texts, properties }, { action: texts[0], send: async () => { throw Object.assign(new Error(texts[1]), { hint: texts[0], fields: [{ path: `/${texts[0]}`, message: texts[2] }] }); } });
    const nodes = texts.map((one, i) => ({ id: one, path: one, name: one, class: one, parent: i % 7 ? texts[0] : null, description: one, asks: true, tools: [one] }));
    const graph = { agent: texts[0], nodes, edges: texts.map((one, i) => ({ from: one, to: texts[(i * 5) % texts.length], label: one, kind: one })), first: texts, last: texts };
    const picture = graphPicture(graph, () => {});
    picture.mark(new Map(texts.map((one) => [one, "waiting"])));
    const title = document.createElement("h1");
    title.textContent = "Strangers";
    document.getElementById("main").replaceChildren(title, form, picture, nodeList(graph, new Map()), ...texts.map((one) => changeOf({ channel: one, before: [one], after: { [one]: one } })));
    form.requestSubmit();
    await new Promise((resolve) => setTimeout(resolve));
    return document.getElementById("main").textContent;
  }, naughty);
  assert.ok(shown.includes("<script>console"));
  assert.equal(await page.locator("#main script, #main iframe, #main img, #main form form, #main style, #main a[href^=j]").count(), 0);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
  // What a real one asks, and what its state holds.
  const begun = await asPage(page, "POST", "/api/v1/agents/review/runs", { input: naughty.slice(0, 20).join("\n"), thread: naughty[0], background: true });
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  await page.goto(`${url}/#/runs/agent/${begun.body.run}`);
  await page.locator(".decision h2", { hasText: "<script>console" }).waitFor();
  await page.locator("[data-step='0'] summary").first().click();
  await page.locator("[data-step='0'] ins", { hasText: "<iframe" }).first().waitFor();
  assert.equal(await page.locator("#main script, #main iframe, #main img, #main form form, #main style, #main a[href^=j]").count(), 0);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator("dialog").getByRole("button", { name: "Stop" }).click();
  await page.locator(".state", { hasText: "Stopped." }).waitFor();
}

await run({ firstVisit, policy, askAndCheck, reloadAndTabs, offline, stopAndRetry, judge, search, documents, pdf, runs, forms, decisions, agents, doubts, forks, evaluations, people, expired, hostile, hostileAgents });
