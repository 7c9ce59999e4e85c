// What the tests of the page share: a browser that notes what leaves it and what goes wrong, and axe.
import { strict as assert } from "node:assert";
import fs from "node:fs";
import { chromium } from "playwright-core";

export { assert };
export const url = process.env.QUARRY_URL, token = process.env.QUARRY_TOKEN, folder = process.env.QUARRY_FOLDER;
const axe = fs.readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--font-render-hinting=none", "--hide-scrollbars"];

export const open = () => chromium.launch({ executablePath: process.env.QUARRY_CHROMIUM, args: OPTIONS });

/** What happened in a context that must not: requests to others, scripts of strangers, refusals of the policy. */
export function watch(context, troubles) {
  context.setDefaultTimeout(Number(process.env.QUARRY_PATIENCE ?? 60000));
  context.on("request", (request) => { if (!/^(blob|data|about):/.test(request.url()) && !request.url().startsWith(`${url}/`)) troubles.push(`a request to ${request.url()}`); });
  // To work on the page without compiling: QUARRY_PAGE_SOURCE names the folder of its files.
  const source = process.env.QUARRY_PAGE_SOURCE;
  if (source) context.route("**/page/*", (route) => { const file = `${source}/${route.request().url().split("/").pop()}`; return fs.existsSync(file) ? route.fulfill({ path: file }) : route.continue(); });
  context.on("dialog", (dialog) => { troubles.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  context.on("weberror", (error) => troubles.push(`an error: ${error.error()}`));
  context.on("console", (message) => { if (/Content Security Policy|Trusted|Refused|naughty/i.test(message.text())) troubles.push(message.text()); });
  return context;
}

/** A context in which somebody is signed in by the token, at a view. */
export async function signedIn(browser, troubles, { view = "#/ask", by = token, ...options } = {}) {
  const context = watch(await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options }), troubles);
  const response = await context.request.post(`${url}/auth/session`, { data: typeof by === "string" ? { token: by } : by });
  assert.equal(response.status(), 200, await response.text());
  const page = await context.newPage();
  await page.goto(`${url}/${view}`);
  await page.locator("#nav a").first().waitFor();
  return page;
}

/** Asks a question, and waits until it is being answered. */
export async function ask(page, question) {
  await page.locator(".composer textarea").fill(question);
  await page.locator(".composer textarea").press("Enter");
  return page.locator(".turn", { hasText: question }).last();
}
export const answered = (turn) => turn.locator(".summary").waitFor();

/** Lets models that wait go on. */
export const release = () => fs.writeFileSync(`${folder}/release`, "");
export const hold = () => fs.rmSync(`${folder}/release`, { force: true });

/** What axe finds on a page, by WCAG 2.2 AA. */
export async function findings(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => `${node.html} ${node.any.map((any) => any.message).join("; ")}`).slice(0, 3).join(" | ")}`);
}

/** The request that a page's script would send, with its session. */
export function asPage(page, method, path, body) {
  return page.evaluate(async ([how, where, what]) => {
    const { csrf } = await (await fetch("/api/v1/me")).json();
    const response = await fetch(where, { method: how, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: what && JSON.stringify(what) });
    return { status: response.status, body: await response.json().catch(() => null) };
  }, [method, path, body]);
}

/** Runs tests one after the other and says which failed. */
export async function run(tests) {
  const browser = await open();
  let failed = 0;
  const only = process.argv[2];
  for (const [name, test] of Object.entries(tests)) {
    if (only && !name.includes(only)) continue;
    const troubles = [], begun = performance.now();
    try {
      await test(browser, troubles);
      assert.deepEqual(troubles, []);
      console.log(`ok ${name} (${Math.round(performance.now() - begun)} ms)`);
    } catch (error) {
      ++failed;
      console.log(`FAILED ${name}: ${error.stack}\n  ${troubles.join("\n  ")}`);
      for (const context of browser.contexts()) for (const page of context.pages()) await page.screenshot({ path: `${process.env.QUARRY_FAILED || folder}/failed-${name.replace(/\W+/g, "-")}.png` }).catch(() => {});
    }
    for (const context of browser.contexts()) await context.close();
  }
  await browser.close();
  process.exitCode = failed ? 1 : 0;
}
