// How the page looks at three widths in both themes: axe, and pictures that are compared with those of docs/page.
// QUARRY_TAKE=1 takes the pictures again.
import fs from "node:fs";
import path from "node:path";
import { answered, ask, asPage, assert, findings, run, signedIn, folder, release } from "./browser.mjs";
import { smallPng } from "./png.mjs";

const SIZES = [[320, 640], [800, 800], [1440, 900]], THEMES = ["light", "dark"];
const pictures = process.env.QUARRY_PICTURES, take = process.env.QUARRY_TAKE;

/** Fixed, so that pictures taken on different days are the same. */
const calm = (page) => page.evaluate(() => { for (const one of document.querySelectorAll("time")) one.textContent = "24 Nov 2026, 10:00"; for (const one of document.querySelectorAll("main > .hint")) for (const node of one.childNodes) if (node.nodeType === 3) node.data = node.data.replace(/[0-9a-f]{32}/, "0".repeat(32)); for (const one of document.querySelectorAll("option")) one.textContent = one.textContent.replace(/\d+ Nov.*/, "24 Nov 2026, 10:00");
  for (const one of document.querySelectorAll(".path, dd")) for (const node of one.childNodes) if (node.nodeType === 3) node.data = node.data.replace(/\/\S*quarry-page-[^/]*\//, "/docs/");
  const name = document.querySelector(".chat-name");
  if (name) name.textContent = "2026-11-24";
  document.querySelector("#status").classList.add("unseen"); document.activeElement?.blur(); });

/** The pixels of a PNG file, by the browser. */
function decode(page, png) {
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = "";
    for (let i = 0; i < pixels.length; i += 32768) text += String.fromCharCode(...pixels.subarray(i, i + 32768));
    return { width: bitmap.width, height: bitmap.height, pixels: btoa(text) };
  }, png.toString("base64")).then((one) => ({ ...one, pixels: Buffer.from(one.pixels, "base64") }));
}

/** Which share of blocks of 16 by 16 pixels differs in its mean colour: fonts may be drawn a little differently. */
function difference(page, one, other) {
  return page.evaluate(async (files) => {
    const means = await Promise.all(files.map(async (data) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const columns = Math.ceil(bitmap.width / 16), rows = Math.ceil(bitmap.height / 16);
      const canvas = new OffscreenCanvas(columns, rows), context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(bitmap, 0, 0, columns, rows);
      return context.getImageData(0, 0, columns, rows);
    }));
    const [a, b] = means;
    if (a.width !== b.width || a.height !== b.height) return 1;
    let different = 0;
    for (let i = 0; i < a.data.length; i += 4) if ([0, 1, 2].some((c) => Math.abs(a.data[i + c] - b.data[i + c]) > 40)) ++different;
    return different / (a.width * a.height);
  }, [one, other].map((png) => png.toString("base64")));
}

async function picture(page, camera, scratch, name) {
  const [view, size, theme] = name.split("-");
  const file = path.join(pictures, `${name}.png`);
  // By the protocol: nothing moves, and nothing has the focus, so that there is nothing to wait for.
  const taken = async () => Buffer.from((await camera.send("Page.captureScreenshot", { format: "png", optimizeForSpeed: true })).data, "base64");
  if (take) {
    fs.mkdirSync(pictures, { recursive: true });
    fs.writeFileSync(file, smallPng(await decode(scratch, await taken())));
    return;
  }
  // On a busy machine a picture of a document may still be drawn.
  let png, share = 1;
  for (let tries = 0; tries < 20 && share > 0.06; ++tries) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 500));
    png = await taken();
    share = await difference(scratch, png, fs.readFileSync(file));
  }
  if (share > 0.06) {
    fs.writeFileSync(`${process.env.QUARRY_FAILED || folder}/${name}.png`, png);
    assert.fail(`${view} at ${size} px, ${theme}: ${Math.round(100 * share)} % differs from ${file}; see ${folder}/${name}.png, or run page_test.py QUARRY --pictures`);
  }
}

/** Each view at each size and theme: no finding of axe, nothing wider than the window, and the picture. */
async function looks(browser, troubles) {
  release();
  const first = await signedIn(browser, troubles);
  await answered(await ask(first, "How many attempts does the retry policy allow?"));
  const chat = new URL(first.url()).hash;
  for (let i = 0; i < 3; ++i) {
    const job = await asPage(first, "POST", "/api/v1/jobs", { kind: "eval", request: { kind: "retrieval", per_query: true } });
    await first.waitForFunction(async (id) => (await (await fetch(`/api/v1/jobs/${id}`)).json()).state === "done", job.body.id);
  }
  const { body: { run } } = await asPage(first, "POST", "/api/v1/agents/review/runs", { input: "Tides", thread: "tides", background: true });
  await first.waitForFunction(async (id) => (await (await fetch(`/api/v1/agent-runs/${id}`)).json()).state === "waiting", run);
  // What `ready` does it may do again at the next size; `fresh` views are opened anew for each, since they are drawn to a size.
  const VIEWS = {
    ask: { hash: "#/ask", ready: () => page.locator(".earlier li").first().waitFor() },
    answer: { hash: chat, ready: async (width) => { await page.locator(".claim.supported").first().waitFor(); await page.locator(".turn h2").scrollIntoViewIfNeeded(); if (width >= 1000) { await page.locator(".claim.supported").first().click(); await page.locator("#place").waitFor(); } } },
    source: { hash: chat, sizes: SIZES.filter(([width]) => width < 1000), ready: async () => { if (await page.locator("#place").count() === 0) await page.locator(".claim.supported").first().click(); await page.locator("#place").waitFor(); } },
    pdf: { hash: "#/search?q=lighthouse+keeper", fresh: true, ready: async () => { await page.locator(".hit h2 button").first().click(); await page.locator(".box").first().waitFor(); await page.waitForFunction(() => document.querySelector(".page-image").naturalWidth > 0); await calm(page); await page.locator(".box").first().evaluate((box) => box.scrollIntoView({ block: "center" })); } },
    search: { hash: "#/search?q=retry+policy+request", ready: () => page.locator(".hit").first().waitFor() },
    documents: { hash: "#/documents", ready: () => page.locator("tbody tr").first().waitFor() },
    agent: { hash: `#/runs/agent/${run}`, ready: async () => { await page.locator(".decision").waitFor(); await page.locator(".graph .waiting").waitFor(); } },
    runs: { hash: "#/runs", ready: () => page.locator("tbody tr").first().waitFor() },
    evaluations: { hash: "#/evaluations", fresh: true, ready: () => page.locator(".plot canvas").waitFor() },
    settings: { hash: "#/settings", ready: () => page.getByText("Audit log").waitFor() },
  };
  const page = first, scratch = await page.context().newPage(), camera = await page.context().newCDPSession(page);
  await scratch.goto("about:blank");
  for (const [view, { hash, ready, fresh, sizes = SIZES }] of Object.entries(VIEWS)) {
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      if (fresh || width === sizes[0][0]) {
        await page.goto("about:blank");
        await page.goto(new URL(`/${hash}`, process.env.QUARRY_URL).href);
      }
      await ready(width);
      await calm(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${view} at ${width} px is ${wide} px too wide`);
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        // The colours of both themes, and the order and the names at both ends of the widths.
        if (width !== 800 && (width === 320) === (theme === "light")) assert.deepEqual(await findings(page), [], `axe: ${view} at ${width} px, ${theme}`);
        await picture(page, camera, scratch, `${view}-${width}-${theme}`);
      }
    }
  }
}

await run({ looks });
