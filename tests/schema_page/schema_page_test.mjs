// The page and the Mermaid text of `rev dump` in headless Chromium.
// Usage: schema_page_test.mjs REV NODE_MODULES
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";

import { launch, Project, requireFrom } from "../graph_page/browser.mjs";

const [rev, nodeModules] = process.argv.slice(2);
const hostile = "<script>alert(1)</script> </script><!-- & 'and' {{style}} <b>bold</b>";

let browser, shop, large, empty;

async function openPage(url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, ...options });
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => page.complaints.push(`page error: ${error.message}`));
  page.on("dialog", (dialog) => { page.complaints.push("dialog"); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== url.split("#")[0]) page.complaints.push(`request: ${request.url()}`); });
  await page.goto(url);
  return page;
}

async function look(url, looker, options) {
  const page = await openPage(url, options);
  await looker(page);
  assert.deepEqual(page.complaints, []);
  await page.close();
}

function dump(project, name, ...words) {
  project.run("dump", "./schema.sql", "--dialect", "sqlite", "-o", name, ...words);
  return join(project.folder, name);
}
const pageOf = (project) => pathToFileURL(dump(project, "schema.html", "--format", "html")).href;

const shopSchema = `
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, "odd ""name" TEXT);
CREATE TABLE product (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price NUMERIC(10, 2) DEFAULT 0);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id), note TEXT);
CREATE TABLE line (purchase_id INTEGER NOT NULL REFERENCES purchase, product_id INTEGER REFERENCES product (id),
                   amount INTEGER NOT NULL, PRIMARY KEY (purchase_id, product_id));
CREATE TABLE profile (customer_id INTEGER PRIMARY KEY REFERENCES customer (id), bio TEXT);
CREATE TABLE category (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES category (id));
CREATE TABLE alone (x);
CREATE TABLE "${hostile}" ("${hostile}" TEXT, "x%\\y" INT REFERENCES customer (id));
CREATE VIEW totals AS SELECT purchase_id, count(*) AS lines FROM line GROUP BY purchase_id;
`;

function makeLarge() {
  const project = new Project(rev);
  let sql = "";
  for (let number = 0; number < 300; ++number) {
    const parent = number ? `, parent_id INTEGER REFERENCES t${String(Math.floor(number / 3)).padStart(3, "0")} (id)` : "";
    const columns = Array.from({ length: 12 }, (_, column) => `, c${column} TEXT`).join("");
    sql += `CREATE TABLE t${String(number).padStart(3, "0")} (id INTEGER PRIMARY KEY${columns}${parent});\n`;
  }
  project.write("schema.sql", sql);
  return project;
}

before(async () => {
  browser = await launch(nodeModules);
  shop = new Project(rev);
  shop.write("schema.sql", shopSchema);
  large = makeLarge();
  empty = new Project(rev);
  empty.write("schema.sql", "-- nothing\n");
});

after(async () => {
  await browser?.close();
  for (const project of [shop, large, empty]) project?.remove();
});

const namesIn = (page, selector) => page.locator(selector).evaluateAll((found) => found.map((each) => each.dataset.name));
const centerOf = (page) => page.locator(".box.center").first().getAttribute("data-name");

test("all tables are listed, and the one with the most references stands between its neighbours", async () => {
  await look(pageOf(shop), async (page) => {
    assert.equal(await page.getByRole("option").count(), 9);
    assert.match(await page.locator("#facts").textContent(), /8 tables.*1 view.*6 references.*SQLite/);
    assert.equal(await centerOf(page), "customer");
    const neighbours = await namesIn(page, ".box.neighbour");
    assert.deepEqual(neighbours.sort(), [hostile, "profile", "purchase"].sort());
    await page.locator(".box.center .part.primary", { hasText: "id" }).waitFor();
    assert.equal(await page.locator(".box.center .part", { hasText: "email" }).locator(".key").textContent(), "UK");
    assert.ok(await page.locator("#lines path").count() >= 6);
  });
});

test("a neighbour that is clicked comes to the middle, and back goes back", async () => {
  await look(pageOf(shop), async (page) => {
    await page.click(".box.neighbour[data-name=purchase]");
    assert.equal(await centerOf(page), "purchase");
    assert.deepEqual((await namesIn(page, ".box.neighbour")).sort(), ["customer", "line"]);
    assert.equal(await page.locator("#lines path.optional").count(), 0);
    await page.keyboard.press("b");
    assert.equal(await centerOf(page), "customer");
    assert.ok(await page.locator("#back").isDisabled());
  });
});

test("the panel tells columns and references; a link in it leads on", async () => {
  await look(`${pageOf(shop)}#line`, async (page) => {
    const panel = page.getByRole("region", { name: "line" });
    await panel.waitFor();
    await panel.getByRole("cell", { name: "purchase_id" }).waitFor();
    await panel.getByText("PK FK").first().waitFor();
    assert.ok(!(await panel.locator("> *").allTextContents()).includes("null"));
    assert.equal(await panel.evaluate((each) => [...each.childNodes].some((node) => node.nodeType === 3)), false);
    const box = await page.locator(".box.center").boundingBox(), picture = await page.locator("#picture").boundingBox();
    assert.ok(box.x >= picture.x && box.x + box.width <= picture.x + picture.width);
    await panel.getByRole("button", { name: "product" }).click();
    assert.equal(await centerOf(page), "product");
    assert.equal(await page.evaluate(() => document.activeElement.id), "panel-title");
    await page.keyboard.press("Escape");
    assert.ok(await page.locator("#panel").isHidden());
  });
});

test("the search finds names, columns and types, names first", async () => {
  await look(pageOf(shop), async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("purchase");
    const names = await namesIn(page, "[role=option]");
    assert.equal(names[0], "purchase");
    assert.ok(names.includes("line"));
    assert.ok(!names.includes("product"));
    assert.match(await page.locator("#found").textContent(), /3 of 9 tables with “purchase”/);
    await page.locator("[data-name=line] .hit mark").first().waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    assert.equal(await centerOf(page), names[1]);
    await page.keyboard.press("/");
    await page.keyboard.type("nowhere at all");
    await page.getByText("No table has that.").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("option").count(), 9);
  });
});

test("the keyboard walks the list and opens a table", async () => {
  await look(pageOf(shop), async (page) => {
    await page.keyboard.press("Home");
    const first = await centerOf(page);
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await centerOf(page), first);
    await page.keyboard.press("End");
    assert.equal(await centerOf(page), "totals");
    assert.deepEqual(await page.locator(".box.center .part .name").allTextContents(), ["purchase_id", "lines"]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "totals" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    assert.equal(await page.locator(".box").count(), 9);
    assert.equal(await page.locator("#all").getAttribute("aria-pressed"), "true");
  });
});

test("names are shown as they are and never run", async () => {
  await look(pageOf(shop), async (page) => {
    await page.fill("#search", "alert(1)");
    await page.getByRole("option").first().click();
    assert.equal(await page.locator("#panel h2").textContent(), hostile);
    assert.equal(await page.locator("#panel script, #panel b, .box b").count(), 0);
  });
  const source = readFileSync(join(shop.folder, "schema.html"), "utf8");
  assert.equal(source.match(/<script/g).length, 2);
  assert.equal(source.match(/<\/script/g).length, 2);
});

test("300 tables: the page is there at once, is searched at once, and shows them all", async () => {
  await look(pageOf(large), async (page) => {
    assert.equal(await page.getByRole("option").count(), 300);
    const took = await page.evaluate(async () => {
      const start = performance.now();
      const search = document.getElementById("search");
      search.value = "t29";
      search.dispatchEvent(new Event("input"));
      document.getElementById("all").click();
      await new Promise(requestAnimationFrame);
      return performance.now() - start;
    });
    assert.ok(took < 1500, `${took} ms`);
    assert.equal(await page.locator(".box").count(), 300);
    const places = await page.locator(".box").evaluateAll((boxes) => boxes.map((box) => `${box.style.left} ${box.style.top}`));
    assert.equal(new Set(places).size, 300);
    await page.locator(".box[data-name=t007]").click();
    assert.equal(await centerOf(page), "t007");
  });
});

test("a schema without tables has a page, too", async () => {
  await look(pageOf(empty), async (page) => {
    await page.getByText("There are no tables yet.").waitFor();
    for (const key of ["ArrowDown", "Enter", "a", "b", "Escape"]) await page.keyboard.press(key);
  });
});

test("axe finds nothing that would keep somebody from using the page", async () => {
  for (const colorScheme of ["light", "dark"]) {
    await look(pageOf(shop), async (page) => {
      await page.addScriptTag({ path: requireFrom(nodeModules).resolve("axe-core") });
      const violations = async () => (await page.evaluate(() => axe.run())).violations.map((violation) =>
        `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
      assert.deepEqual(await violations(), []);
      await page.click("[role=option][data-name=line]");
      await page.fill("#search", "line");
      assert.deepEqual(await violations(), []);
    }, { colorScheme, bypassCSP: true });
  }
});

test("a narrow window shows the list, the picture and the panel", async () => {
  await look(pageOf(shop), async (page) => {
    await page.click("[role=option][data-name=product]");
    await page.getByRole("heading", { name: "product" }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  }, { viewport: { width: 390, height: 800 } });
});

async function drawMermaid(text) {
  const page = await browser.newPage();
  await page.setContent("<body></body>");
  await page.addScriptTag({ path: requireFrom(nodeModules).resolve("@mermaid-js/tiny") });
  const drawn = await page.evaluate(async (source) => {
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
    const { svg } = await mermaid.render("picture", source);
    document.body.innerHTML = svg;
    return document.body.textContent;
  }, text);
  await page.close();
  return drawn;
}

test("Mermaid draws its text", async () => {
  const text = readFileSync(dump(shop, "schema.mmd", "--format", "mermaid"), "utf8");
  assert.match(text, /^erDiagram\n/);
  const drawn = await drawMermaid(text);
  for (const name of ["customer", "purchase", "totals (view)", "email", "UK"]) assert.ok(drawn.includes(name), name);
  assert.ok(drawn.includes("<script>alert(1)</script>"), drawn);
});

test("Mermaid draws 300 tables, as short as it has to be, and none", async () => {
  const text = readFileSync(dump(large, "schema.mmd", "--format", "mermaid"), "utf8");
  assert.ok(text.length < 50000);
  assert.ok((await drawMermaid(text)).includes("t299"));
  assert.equal(readFileSync(dump(empty, "schema.mmd", "--format", "mermaid"), "utf8"), "erDiagram\n");
});
