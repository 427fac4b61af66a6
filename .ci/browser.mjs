// What .ci/browser runs: node browser.mjs CHROMIUM DIRECTORY, where the directory has map.html and hostile.html.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { chromium } from "playwright-core";

const [executablePath, directory] = process.argv.slice(2);
const address = (name) => pathToFileURL(resolve(directory, name)).href;
const quiet = ["quic", "background-networking", "component-update", "sync", "gpu"].map((name) => `--disable-${name}`);
// Each launch has a profile of its own.
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--no-first-run", ...quiet] });

/** Opens a page and gives what it did that it should not: messages, errors, dialogs, requests. */
async function open(name, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const noise = [];
  page.on("console", (message) => noise.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => noise.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => request.url() === address(name) || noise.push(`request: ${request.url()}`));
  await page.goto(address(name));
  return { page, noise };
}

const rows = (page) => page.locator("table.map tbody tr");
const visible = (page) => rows(page).filter({ visible: true });
const values = (locator, name) => locator.evaluateAll((all, name) => all.map((row) => row.dataset[name]), name);
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** The texts whose colour is too near to what is behind them. */
const faint = (page) =>
  page.evaluate(() => {
    const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
    const luminance = ([red, green, blue]) => {
      const linear = [red, green, blue].map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const [red, green, blue, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
        if (alpha === 1) return [red, green, blue];
      }
      return [255, 255, 255];
    };
    const found = new Set();
    for (const element of document.querySelectorAll("body *:not(script)")) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!hasText || !element.checkVisibility()) continue;
      const [a, b] = [luminance(parts(getComputedStyle(element).color)), luminance(behind(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5) found.add(`${contrast.toFixed(1)} ${element.tagName}.${element.className}`);
    }
    return [...found];
  });

const tests = {
  async "filters hide and show rows"() {
    const { page, noise } = await open("map.html");
    const all = await rows(page).count();
    const told = page.locator("form.filters output");
    assert.ok(all > 30, `${all} rows`);
    assert.equal(await visible(page).count(), all);
    assert.equal(await told.textContent(), `${all} of ${all} rows`);

    const filters = { table: ["Table", "Links"], callers: ["Callers", "tenants-look"], verdict: ["Verdict", "broken"] };
    for (const [name, [label, value]] of Object.entries(filters)) {
      await page.getByRole("combobox", { name: label }).selectOption(value);
      const shown = await visible(page).count();
      assert.ok(shown > 0 && shown < all, `${label}: ${shown} of ${all}`);
      assert.deepEqual([...new Set(await values(visible(page), name))], [value]);
      const wanted = (await values(rows(page), name)).filter((own) => own === value);
      assert.equal(shown, wanted.length, "all that are wanted");
      assert.equal(await told.textContent(), `${shown} of ${all} rows`);
      const bodies = page.locator("table.map tbody").filter({ visible: true });
      assert.ok((await bodies.count()) <= shown, "a route whose rows are hidden is hidden");
      await page.getByRole("button", { name: "Show all" }).click();
      await page.waitForFunction((all) => document.querySelector("output").textContent.startsWith(`${all} `), all);
      assert.equal(await visible(page).count(), all);
    }

    await page.getByRole("searchbox", { name: "Text" }).fill("CONDITIONCHECK tenants-check-out");
    assert.equal(await visible(page).count(), 1, "all words, in any case");
    await page.getByRole("combobox", { name: "Verdict" }).selectOption("broken");
    assert.equal(await visible(page).count(), 0, "filters are joined");
    assert.ok(await page.getByText("No row is like this.").isVisible());
    await page.getByRole("searchbox", { name: "Text" }).press("Enter");
    assert.equal(page.url(), address("map.html"), "nothing is sent");
    assert.deepEqual(noise, []);
  },

  async "the heads of columns stay in sight"() {
    const { page, noise } = await open("map.html");
    await page.evaluate(() => window.scrollTo(0, 2000));
    const top = await page.locator("table.map thead th").first().evaluate((head) => head.getBoundingClientRect().top);
    assert.ok(Math.abs(top) < 1, `${top}`);
    assert.deepEqual(noise, []);
  },

  async "assistive technology is told what it sees"() {
    const { page, noise } = await open("map.html");
    const table = page.getByRole("table", { name: "Routes" });
    assert.equal(await table.getByRole("columnheader").count(), 9);
    assert.equal(await table.getByRole("rowheader").count(), await rows(page).count());
    for (const label of ["Table", "Callers", "Verdict"]) {
      assert.equal(await page.getByRole("combobox", { name: label }).count(), 1, label);
    }
    assert.equal(await page.getByRole("searchbox", { name: "Text" }).count(), 1);
    assert.deepEqual(noise, []);
  },

  async "without the script it is the whole table"() {
    const { page, noise } = await open("map.html", { javaScriptEnabled: false });
    assert.equal(await visible(page).count(), await rows(page).count());
    assert.equal(await page.locator("form.filters").isVisible(), false);
    assert.deepEqual(noise, []);
  },

  async "every text can be read, on any screen"() {
    const narrow = { viewport: { width: 400, height: 800 } };
    const screens = {
      light: { colorScheme: "light" },
      dark: { colorScheme: "dark" },
      wide: { viewport: { width: 1800, height: 1000 } },
      narrow: { ...narrow, colorScheme: "light" },
      "narrow-dark": { ...narrow, colorScheme: "dark" },
    };
    for (const [name, options] of Object.entries(screens)) {
      const { page, noise } = await open("map.html", options);
      await page.screenshot({ path: resolve(directory, `${name}.png`), fullPage: true });
      assert.deepEqual(await faint(page), [], name);
      assert.equal(await overflow(page), 0, name);
      assert.deepEqual(noise, [], name);
    }
    const { page } = await open("map.html", { colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await faint(page), [], "print");
    assert.equal(await page.locator("form.filters").isVisible(), false, "no filters on paper");
    await page.pdf({ path: resolve(directory, "print.pdf"), preferCSSPageSize: true });
  },

  async "names of a definition are no markup"() {
    const { page, noise } = await open("hostile.html");
    assert.equal(await rows(page).count(), 1);
    await rows(page).first().hover();
    const text = await rows(page).first().innerText();
    for (const name of ["/<script>alert(2)</script>/{id}", "text/<svg onload=alert(3)>", "</td><img src=x onerror='alert(4)'>"]) {
      assert.ok(text.includes(name), `${name} in ${text}`);
    }
    assert.equal(await page.locator("main :is(img, svg, iframe, script, b, [onmouseover], [onclick])").count(), 0);
    assert.deepEqual(noise, []);
  },

  async "the policy lets no other script and no request through"() {
    const { page } = await open("map.html");
    const ran = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      const fetched = await fetch("data:text/plain,x").then(() => true, () => false);
      return [window.ran ?? false, fetched];
    });
    assert.deepEqual(ran, [false, false]);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok: ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`FAILED: ${name}\n${error.stack}`);
  }
}
await browser.close();
console.log(`${Object.keys(tests).length - failed} of ${Object.keys(tests).length} passed in Chromium ${browser.version()}`);
process.exit(failed > 0 ? 1 : 0);
