// How long people wait: from Enter to the first result, and from a click to a PDF file's page at its span. Figures only.
import { run, signedIn } from "./browser.mjs";

const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1].toFixed(0);

async function measure(browser, troubles) {
  const page = await signedIn(browser, troubles, { view: "#/search" });
  const first = [];
  for (const word of ["tide", "harbour storm", "lamp", "winter keeper", "signal ship", "tide lamp", "harbour", "storm winter", "ship"]) {
    await page.locator("[data-query]").fill(word);
    first.push(await page.evaluate(() => new Promise((resolve) => {
      const old = document.querySelector(".hit"), begun = performance.now();
      const look = () => { const hit = document.querySelector(".hit"); if (hit && hit !== old) requestAnimationFrame(() => resolve(performance.now() - begun)); else setTimeout(look, 1); };
      document.querySelector("form.query").requestSubmit();
      look();
    })));
  }
  console.log(`first result after Enter, ms: median ${middle(first)}, of ${first.map((one) => one.toFixed(0)).join(" ")}`);
  const places = [];
  for (const number of [1999, 1000, 1500, 500, 10]) {
    await page.goto("about:blank");
    await page.goto(`${process.env.QUARRY_URL}/#/search?q=beacon${number}`);
    await page.locator(".hit").first().waitFor();
    places.push(await page.evaluate(() => new Promise((resolve) => {
      const begun = performance.now();
      const look = () => { const image = document.querySelector(".page-image"); if (image?.naturalWidth && document.querySelector(".box")) resolve(performance.now() - begun); else setTimeout(look, 1); };
      document.querySelector(".hit h2 button").click();
      look();
    })));
  }
  console.log(`a page of 2,000 at its span after a click, ms: median ${middle(places)}, of ${places.map((one) => one.toFixed(0)).join(" ")}`);
}

await run({ measure });
