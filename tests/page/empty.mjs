// A base without documents: what each view says to do next.
import { assert, findings, run, signedIn, url } from "./browser.mjs";

async function emptyStates(browser, troubles) {
  const page = await signedIn(browser, troubles);
  for (const [view, what, next] of [["#/ask", "There are no documents yet.", "#/documents"], ["#/search", "There are no documents yet", "#/documents"],
    ["#/documents", "There are no documents yet", null], ["#/runs", "Nothing has run yet", "#/ask"], ["#/evaluations", "Nothing has been measured yet", null]]) {
    await page.goto("about:blank");
    await page.goto(`${url}/${view}`);
    await page.getByText(what, { exact: true }).waitFor();
    if (next) assert.ok(await page.locator(`#main a[href='${next}']`).count() > 0, `${view} leads on`);
    assert.deepEqual(await findings(page), [], view);
  }
  // A question that nothing can answer says so, and what can be done.
  await page.goto(`${url}/#/ask`);
  await page.locator(".composer textarea").fill("How far is the moon?");
  await page.keyboard.press("Enter");
  await page.locator(".turn .failure").waitFor();
  assert.match(await page.locator(".turn").innerText(), /documents do not say[\s\S]*add the document/);
  await page.goto(`${url}/#/runs/nothing`);
  await page.locator(".failure").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
}

await run({ emptyStates });
