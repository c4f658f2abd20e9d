// The page, the SVG and the Mermaid text of `rev graph` in headless Chromium.
// Usage: graph_page_test.mjs REV NODE_MODULES
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { launch, Project, requireFrom } from "./browser.mjs";

const [rev, nodeModules] = process.argv.slice(2);
const hostile = "<script>alert(1)</script> </script><!-- & \"quotes\" 'and' \u2028 {{style}} <b>bold</b>";

let browser, small, large;

/// A page that remembers what must not happen.
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

/// Opens the page, looks, and requires that nothing was complained of.
async function look(url, looker, options) {
  const page = await openPage(url, options);
  await looker(page);
  assert.deepEqual(page.complaints, []);
  await page.close();
}

const idsOf = (page) => page.locator("[role=option][data-id]").evaluateAll((rows) => rows.map((row) => row.dataset.id));
const sizeOf = async (page) => Number(await page.locator("[role=option]").first().getAttribute("aria-setsize"));
const activeText = (page) => page.evaluate(() =>
  document.getElementById(document.getElementById("list").getAttribute("aria-activedescendant")).textContent);
const focusedId = (page) => page.evaluate(() => document.activeElement.id);

/// a1 <- b1 (bee), a1 <- c1 (sea) <- d1 that depends on b1, m1 merges; p1 and e1 are pending.
function makeSmall() {
  const project = new Project(rev);
  project.revision("a1", "", { upgrade: "CREATE TABLE account (id integer, name text DEFAULT 'it''s'); -- first" });
  project.revision("b1", "a1", { header: "branch_labels: bee" });
  project.revision("c1", "a1", { header: "branch_labels: sea" });
  project.revision("d1", "c1", { header: "depends_on: b1", upgrade: "CREATE TABLE zebra (id integer);\nINSERT INTO zebra VALUES (7);" });
  project.revision("m1", "b1, d1", { message: "merge both" });
  project.revision("p1", "m1", { message: hostile, description: hostile, upgrade: `SELECT '${"</script>"}', '<!-- <script>' FROM nowhere;` });
  project.revision("e1", "p1");
  const file = join(project.folder, "versions/e1.sql");
  writeFileSync(file, readFileSync(file, "utf8").replace("CREATE", "SELECT '\u001b\u202e\u2028';\nCREATE").replaceAll("\n", "\r\n"));
  project.run("upgrade", "m1", "--tag", "v1.2");
  project.run("downgrade", "-1", "--yes");
  project.run("upgrade", "m1");
  assert.throws(() => project.run("upgrade", "p1"));
  return project;
}

/// A line of 5,000, with a branch that is merged again at the 4,000th.
function makeLarge() {
  const project = new Project(rev);
  const id = (number) => `n${String(number).padStart(5, "0")}`;
  for (let number = 1; number <= 5000; ++number) {
    const parents = number === 1 ? "" : number === 3000 ? id(2000) : number === 4000 ? `${id(2999)}, ${id(3999)}` : id(number - 1);
    project.revision(id(number), parents, { message: `change number ${number}` });
  }
  return project;
}

before(async () => {
  browser = await launch(nodeModules);
  small = makeSmall();
  large = makeLarge();
});

after(async () => {
  await browser?.close();
  small?.remove();
  large?.remove();
});

test("the page shows every revision with its state, its place and its name", async () => {
  await look(small.draw("graph.html", "-i"), async (page) => {
    assert.deepEqual(await idsOf(page), ["e1", "p1", "m1", "d1", "c1", "b1", "a1"]);
    assert.equal(await page.locator("#lines .node").count(), 7);
    assert.equal(await page.locator("#lines .ring").count(), 1);
    assert.equal(await page.locator("#lines .node.pending").count(), 2);
    assert.equal(await page.locator("#lines path.line").count(), 8);
    assert.equal(await page.locator("#lines path.dependency").count(), 1);
    assert.match(await page.locator("#facts").textContent(), /7 revisions, 1 head.*5 applied, 2 pending.*SQLite 3.*as of 20/);
    const states = await page.locator(".row .stand").allTextContents();
    assert.deepEqual(states, ["pending", "pending", "current", "applied", "applied", "applied", "applied"]);
    await page.getByRole("option", { name: /m1.*merge both.*merge point.*current/ }).waitFor();
    await page.getByRole("option", { name: /a1.*branch point.*applied/ }).waitFor();
    await page.getByRole("option", { name: /b1.*bee/ }).waitFor();
  });
});

test("what a file says is shown as it is and never run", async () => {
  const url = small.draw("graph.html", "-i");
  await look(url, async (page) => {
    const shown = hostile.replace("\u2028", "").split("  ");
    const words = await page.locator("[data-id=p1] .words").textContent();
    for (const part of shown) assert.ok(words.includes(part.trim()), words);
    await page.click("[data-id=p1]");
    assert.ok((await page.locator("#panel h2").textContent()).includes("<script>alert(1)</script>"));
    assert.ok((await page.locator("#panel .description").first().textContent()).includes("</script><!--"));
    assert.ok((await page.locator("#panel pre code").first().textContent()).includes("SELECT '</script>', '<!-- <script>' FROM nowhere;"));
    assert.equal(await page.locator("#panel script, #panel b").count(), 0);
  });
  await look(`${url}#e1`, async (page) => {
    assert.equal(await page.locator("#panel [data-kind=upgrade] code").textContent(),
                 "SELECT '\\x1b\\u202e\u2028';\nCREATE TABLE t_e1 (id integer);");
    assert.equal(await page.locator("#panel [data-kind=upgrade] .numbers").textContent(), "8\n9");
  });
  const source = readFileSync(join(small.folder, "graph.html"), "utf8");
  assert.equal(source.match(/<script/g).length, 2);
  assert.equal(source.match(/<\/script/g).length, 2);
  assert.ok(!source.includes("\u2028"));
});

test("the page's policy refuses a script that is not its own", async () => {
  const page = await openPage(small.draw("graph.html"));
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.intruder = true";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.intruder), undefined);
  assert.ok(page.complaints.some((complaint) => complaint.includes("Content Security Policy")));
  await page.close();
});

test("a click opens the revision's header, SQL and what the log says of it", async () => {
  await look(small.draw("graph.html", "-i"), async (page) => {
    assert.ok(await page.locator("#panel").isHidden());
    await page.click("[data-id=d1]");
    const panel = page.getByRole("region", { name: "make d1" });
    await panel.waitFor();
    const text = await panel.textContent();
    for (const part of ["d1", "applied", "c1", "b1", "m1", "sea", "2026-11-21 09:00:00Z", "versions/d1.sql", "INSERT INTO zebra VALUES (7);", "DROP TABLE t_d1;"])
      assert.ok(text.includes(part), `${part} is not in: ${text}`);
    assert.match(await page.locator(".event").textContent(), /Applied 20\d\d-.*Z by .*@.*took \d+ ms, 2 statements, tag v1\.2/);
    assert.equal(await page.locator(".event").count(), 1);
    assert.equal(await page.locator("[data-id=d1]").getAttribute("aria-selected"), "true");
    assert.equal(await page.locator("[aria-selected=true]").count(), 1);
    await panel.getByRole("button", { name: "b1" }).click();
    await page.getByRole("heading", { name: "make b1" }).waitFor();
    assert.match(page.url(), /#b1$/);
    await page.click("[data-id=e1]");
    assert.equal(await page.locator(".event").count(), 0);
    await page.getByRole("button", { name: "Close" }).click();
    assert.ok(await page.locator("#panel").isHidden());
  });
});

test("what befell a revision is told, newest first, and why it failed", async () => {
  await look(small.draw("graph.html", "-i"), async (page) => {
    const events = () => page.locator(".event .badge").allTextContents();
    await page.click("[data-id=m1]");
    assert.deepEqual(await events(), ["Applied", "Undone", "Applied"]);
    await page.click("[data-id=p1]");
    assert.deepEqual(await events(), ["Failed"]);
    assert.match(await page.locator(".event .error").textContent(), /no such table: nowhere/);
  });
});

test("without a database the page claims no states", async () => {
  await look(small.draw("plain.html"), async (page) => {
    assert.equal(await page.locator(".stand").count(), 0);
    assert.ok(await page.locator("#state").isHidden());
    assert.match(await page.locator("#facts").textContent(), /^7 revisions, 1 head$/);
  });
});

test("a range names what lies outside it", async () => {
  await look(small.draw("range.html", "-r", "d1:p1"), async (page) => {
    const ids = await idsOf(page);
    assert.deepEqual([...ids].sort(), ["d1", "m1", "p1"]);
    await page.click("[data-id=d1]");
    assert.ok((await page.locator("#panel dl").textContent()).includes("c1"));
    assert.equal(await page.getByRole("button", { name: "c1" }).count(), 0);
  });
});

test("search finds by id, message and SQL, filters by branch and state, and says how many", async () => {
  await look(small.draw("graph.html", "-i"), async (page) => {
    const found = () => page.getByRole("status").first().textContent();
    await page.fill("#search", "ZEBRA");
    assert.deepEqual(await idsOf(page), ["d1"]);
    assert.match(await found(), /^1 of 7 revisions with “ZEBRA”$/);
    assert.equal(await sizeOf(page), 3);
    await page.fill("#search", "merge bo");
    assert.deepEqual(await idsOf(page), ["m1"]);
    assert.deepEqual(await page.locator("mark").allTextContents(), ["merge", "bo"]);
    await page.fill("#search", "nothing has this");
    assert.deepEqual(await idsOf(page), []);
    await page.fill("#search", "");
    assert.equal((await idsOf(page)).length, 7);
    await page.selectOption("#label", "bee");
    assert.deepEqual((await idsOf(page)).sort(), ["b1", "e1", "m1", "p1"]);
    await page.selectOption("#state", "pending");
    assert.deepEqual(await idsOf(page), ["e1", "p1"]);
    assert.match(await found(), /^2 of 7 revisions on branch bee, pending$/);
  });
});

test("everything can be done with keys", async () => {
  await look(small.draw("graph.html", "-i"), async (page) => {
    const key = (name) => page.keyboard.press(name);
    assert.equal(await focusedId(page), "list");
    await key("ArrowDown");
    await key("ArrowDown");
    assert.match(await activeText(page), /^m1/);
    await key("Enter");
    assert.equal(await focusedId(page), "panel-title");
    assert.match(await page.locator("#said").textContent(), /Opened m1, merge both/);
    await key("Escape");
    assert.equal(await focusedId(page), "list");
    assert.ok(await page.locator("#panel").isHidden());
    await key("End");
    assert.match(await activeText(page), /^a1/);
    await key("ArrowDown");
    assert.match(await activeText(page), /^a1/);
    await key("Home");
    assert.match(await activeText(page), /^e1/);
    await key("/");
    assert.equal(await focusedId(page), "search");
    await page.keyboard.type("zebra/f");
    assert.equal(await page.inputValue("#search"), "zebra/f");
    await key("Backspace");
    await key("Backspace");
    await key("Enter");
    assert.equal(await focusedId(page), "list");
    assert.match(await activeText(page), /^d1/);
    await key("Space");
    assert.equal(await page.locator("#panel h2").textContent(), "make d1");
    await key("/");
    await key("Escape");
    assert.equal(await page.inputValue("#search"), "");
    assert.equal(await sizeOf(page), 7);
    for (const name of ["label", "state"]) {
      await key("Tab");
      assert.equal(await focusedId(page), name);
    }
    await key("Tab");
    assert.equal(await focusedId(page), "list");
  });
});

test("5,000 revisions load, fold to what matters, unfold and are found", async () => {
  await look(large.draw("graph.html"), async (page) => {
    assert.match(await page.locator("#facts").textContent(), /^5,000 revisions, 1 head$/);
    const folded = await sizeOf(page);
    assert.ok(folded < 20, `${folded} rows`);
    assert.ok((await idsOf(page)).includes("n04000"));
    const gap = page.locator(".gap").first();
    assert.match(await gap.textContent(), /^99\d revisions in a line, n0400\d to n0499\d$/);
    await gap.click();
    assert.ok(await sizeOf(page) > 990 + folded);
    await page.keyboard.press("ArrowLeft");
    assert.equal(await sizeOf(page), folded);
    await page.keyboard.press("ArrowRight");
    assert.ok(await sizeOf(page) > 990);
    await page.getByRole("button", { name: "Fold long runs" }).click();
    assert.equal(await sizeOf(page), 5000);
    assert.ok(await page.locator("[role=option]").count() < 120, "only what is in view is in the document");
    await page.locator("#list").focus();
    await page.keyboard.press("End");
    assert.match(await activeText(page), /^n00001/);
    for (let pages = 0; pages < 5; ++pages) await page.keyboard.press("PageUp");
    const inView = await idsOf(page);
    assert.deepEqual(inView, [...inView].sort().reverse(), "the document has the rows in their order");
    await page.keyboard.press("f");
    assert.equal(await sizeOf(page), folded);
    await page.fill("#search", "number 2345");
    assert.deepEqual(await idsOf(page), ["n02345"]);
    await page.fill("#search", "t_n04999");
    assert.deepEqual(await idsOf(page), ["n04999"]);
    await page.click("[data-id=n04999]");
    assert.ok((await page.locator("#panel").textContent()).includes("CREATE TABLE t_n04999"));
    await page.getByRole("button", { name: "n04998" }).click();
    await page.getByRole("heading", { name: "change number 4998" }).waitFor();
  });
  await look(`${large.draw("graph.html")}#%`, async (page) => {
    assert.ok(await page.locator("#panel").isHidden());
  });
  await look(`${large.draw("graph.html")}#n02500`, async (page) => {
    await page.getByRole("heading", { name: "change number 2500" }).waitFor();
    assert.ok(await page.locator("[data-id=n02500]").isVisible());
  });
});

/// Texts whose colour is too near to what is behind them (WCAG AA: 4.5), of those in view.
function faintTexts() {
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!hasText || !element.checkVisibility() || ["SCRIPT", "STYLE", "OPTION"].includes(element.tagName)) continue;
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) faint.push(`${element.className} "${element.textContent.slice(0, 30)}" ${ratio.toFixed(2)}`);
  }
  return faint;
}

test("light and dark follow the reader's choice, and all text stands out in both", async () => {
  const backgrounds = [];
  for (const colorScheme of ["light", "dark"]) {
    await look(small.draw("graph.html", "-i"), async (page) => {
      await page.fill("#search", "e");
      await page.click("[data-id=d1]");
      assert.deepEqual(await page.evaluate(faintTexts), []);
      await page.fill("#search", "");
      assert.deepEqual(await page.evaluate(faintTexts), []);
      backgrounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }, { colorScheme, reducedMotion: "reduce" });
  }
  assert.notEqual(backgrounds[0], backgrounds[1]);
});

test("axe finds nothing that would keep somebody from using the page", async () => {
  for (const colorScheme of ["light", "dark"]) {
    await look(small.draw("graph.html", "-i"), async (page) => {
      await page.addScriptTag({ path: requireFrom(nodeModules).resolve("axe-core") });
      const violations = async () => (await page.evaluate(() => axe.run())).violations.map((violation) =>
        `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
      assert.deepEqual(await violations(), []);
      await page.click("[data-id=d1]");
      await page.fill("#search", "make");
      assert.deepEqual(await violations(), []);
    }, { colorScheme, bypassCSP: true });
  }
});

test("a project without revisions has a page, too", async () => {
  const empty = new Project(rev);
  try {
    await look(empty.draw("graph.html", "-i"), async (page) => {
      await page.getByText("There are no revisions yet.").waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowDown");
    });
  } finally {
    empty.remove();
  }
});

test("the SVG is drawn, with the texts as they are", async () => {
  await look(small.draw("graph.svg", "-i"), async (page) => {
    const svg = await page.evaluate(() => ({
      root: document.documentElement.tagName,
      errors: document.getElementsByTagName("parsererror").length,
      circles: document.querySelectorAll("circle").length,
      text: document.documentElement.textContent,
      height: document.documentElement.getBoundingClientRect().height,
    }));
    assert.equal(svg.root, "svg");
    assert.equal(svg.errors, 0);
    assert.ok(svg.circles >= 7);
    assert.ok(svg.text.includes("<script>alert(1)</script>"), svg.text);
    assert.ok(svg.height > 100);
  });
});

test("Mermaid draws its text, with the texts as they are", async () => {
  const text = small.run("graph", "--format", "mermaid", "-i");
  const page = await openPage("about:blank");
  await page.addScriptTag({ path: requireFrom(nodeModules).resolve("@mermaid-js/tiny") });
  const drawn = await page.evaluate(async (source) => {
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
    const { svg } = await mermaid.render("picture", source);
    document.body.innerHTML = svg;
    return { nodes: document.querySelectorAll("g.node").length, edges: document.querySelectorAll("path.flowchart-link").length,
             text: document.body.textContent };
  }, text);
  assert.equal(drawn.nodes, 7);
  assert.equal(drawn.edges, 8);
  assert.ok(drawn.text.includes("<script>alert(1)</script>"), drawn.text);
  assert.deepEqual(page.complaints.filter((complaint) => !complaint.startsWith("request:")), []);
  await page.close();
});

// -- widths

const box = (locator) => locator.boundingBox();

/// What stands beside each other in a row, and that all of it is in the list.
async function columnsFit(page, id) {
  const list = await box(page.locator("#list"));
  const row = page.locator(`[data-id=${id}]`);
  for (const column of [".id", ".stand", ".when"]) {
    const cell = await box(row.locator(column));
    assert.ok(cell && cell.width > 30, `${column} of ${id} is seen`);
    assert.ok(cell.x >= list.x && cell.x + cell.width <= list.x + list.width, `${column} of ${id} is within the list`);
    assert.ok(await row.locator(column).evaluate((one) => one.scrollWidth <= one.clientWidth + 1), `${column} of ${id} is not cut`);
  }
  const words = await box(row.locator(".words"));
  const name = await box(row.locator(".id"));
  assert.ok(Math.min(words.x, name.x) - list.x <= list.width / 3 + 8, "lanes take a third at most");
  assert.ok(words.width >= 60, `the message of ${id} has room`);
}

/// As many branches as `count`, all in one merge, so that each has a lane of its own.
function makeWide(count) {
  const project = new Project(rev);
  project.revision("a1", "", { message: "where all begins" });
  for (let number = 1; number <= count; ++number)
    project.revision(`branch${String(number).padStart(6, "0")}`, "a1", { message: `branch number ${number} with a long message`, header: `branch_labels: label${number}` });
  const ids = Array.from({ length: count }, (_, at) => `branch${String(at + 1).padStart(6, "0")}`);
  project.revision("merge0000001", ids.join(", "), { message: "merge all of them again" });
  project.run("upgrade", "heads");
  return project;
}

test("state, date and message keep their room at every width, whatever the lanes take", async () => {
  const wide = makeWide(40);
  const url = wide.draw("graph.html", "-i");
  for (const width of [1280, 1100, 900, 600, 390]) {
    await look(url, async (page) => {
      await columnsFit(page, "branch000002");
      await columnsFit(page, "merge0000001");
      if (width < 1000) return;
      await page.click("[data-id=merge0000001]");
      await page.locator("#panel h2").waitFor();
      await columnsFit(page, "merge0000001");
    }, { viewport: { width, height: 800 } });
  }
  wide.remove();
});

test("the page says which date is which, in the head of its columns and where one points", async () => {
  for (const width of [1100, 390]) {
    await look(small.draw("graph.html", "-i"), async (page) => {
      assert.deepEqual((await page.locator("#columns span:visible").allTextContents()).filter(Boolean),
                       width === 390 ? ["revision", "state", "created"] : ["revision", "message", "state", "created"]);
      const head = await box(page.locator("#columns .when")), cell = await box(page.locator("[data-id=d1] .when"));
      assert.ok(Math.abs(head.x + head.width - cell.x - cell.width) < 3, "the head stands above its column");
      assert.equal(await page.locator("[data-id=d1] .when").getAttribute("title"), "created 2026-11-21 09:00:00Z");
      assert.match(await page.locator("[data-id=d1] .stand").getAttribute("title"), /^Applied 20\d\d-/);
    }, { viewport: { width, height: 800 } });
  }
});

test("a page that changes its width keeps the active revision in view", async () => {
  await look(`${large.draw("graph.html")}#n02500`, async (page) => {
    await page.setViewportSize({ width: 390, height: 700 });
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.body.classList.contains("narrow"));
    const list = await box(page.locator("#list")), row = await box(page.locator("[data-id=n02500]"));
    assert.ok(row.y >= list.y && row.y + row.height <= list.y + list.height + 1);
    await page.setViewportSize({ width: 1100, height: 700 });
    await page.waitForFunction(() => !document.body.classList.contains("narrow"));
    assert.ok(await page.locator("[data-id=n02500]").isVisible());
  });
});
