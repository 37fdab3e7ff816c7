// Opens a page of `atf html` in headless Chromium and uses it as a person would.
//
// node browse.js PAGE [PICTURES]: PICTURES is a folder for screenshots.
"use strict";
const assert = require("node:assert");
const {chromium} = require("playwright-core");

const [, , file, pictures] = process.argv;
const OPTIONS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

async function use(browser, width, colorScheme) {
  const page = await browser.newPage({viewport: {width, height: 850}, colorScheme});
  const problems = [];
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.stack));
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) problems.push(`asks for ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  await page.waitForFunction(() => document.documentElement.dataset.ready);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.ready), "yes");
  const settled = () => page.waitForTimeout(150);
  await settled();
  const picture = async (name) => {
    if (pictures) await page.screenshot({path: `${pictures}/${name}-${width}-${colorScheme}.png`});
  };
  await picture("whole");
  // Nothing is cut off at the sides.
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "too wide");
  const coloured = (id) => page.evaluate((id) => {
    const canvas = document.getElementById(id);
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return seen.size;
  }, id);
  assert.ok(await coloured("timeline") > 5, "the timeline is empty");
  assert.ok(await coloured("flame") > 5, "the flame graph is empty");

  // A time is selected: the flame graph is of that time.
  const box = await page.locator("#timeline").boundingBox();
  const drag = async (from, to) => {
    await page.mouse.move(box.x + box.width * from, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + 60, {steps: 4});
    await page.mouse.up();
    await settled();
  };
  await drag(0.25, 0.5);
  assert.match(await page.textContent("#of"), /that are selected$/);
  await page.mouse.dblclick(box.x + box.width * 0.4, box.y + 60);
  await settled();
  const zoomed = await page.textContent("#range");
  assert.ok(await page.isVisible("#all"));
  await picture("selected");
  await page.keyboard.press("w");
  await settled();
  assert.notEqual(await page.textContent("#range"), zoomed);
  await page.mouse.wheel(0, 300);
  await settled();
  await page.keyboard.press("Escape");
  await settled();
  assert.equal(await page.textContent("#of"), "of all threads together");

  // Rows are sorted by any column, and found by name.
  const first = () => page.textContent("#rows tr:first-child td:first-child");
  await page.click("#head th:first-child button");
  const ascending = await first();
  await page.click("#head th:first-child button");
  assert.notEqual(await first(), ascending);
  await page.keyboard.press("/");
  await page.keyboard.type(ascending);
  await settled();
  assert.equal(await first(), ascending);
  await page.keyboard.press("Escape");

  // A click on a box shows it alone.
  const flame = await page.locator("#flame").boundingBox();
  await page.mouse.move(flame.x + 30, flame.y + 45);
  await settled();
  assert.match(await page.textContent("#tip"), /%/);
  await page.mouse.click(flame.x + 30, flame.y + 45);
  assert.ok(await page.isVisible("#up"));
  await picture("zoomed");
  await page.click("#up");
  await page.click("#theme");
  await settled();
  assert.deepEqual(problems, []);
  await page.close();
}

(async () => {
  const browser = await chromium.launch({executablePath: "/usr/bin/chromium", args: OPTIONS});
  for (const [width, colorScheme] of [[1280, "light"], [1000, "dark"]]) {
    await use(browser, width, colorScheme);
  }
  await browser.close();
  console.log(`${file}: as it should be, at two widths, light and dark`);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
