// The panel: all that is known of one revision.

const keywords = ("add all alter and as asc begin between by cascade case cast check collate column comment commit " +
  "concurrently conflict constraint copy create cross current_timestamp database default delete desc distinct do drop " +
  "else end enum except exists explain extension false fetch first for foreign from full function grant group having if " +
  "in index inner insert instead intersect into is join key language last left like limit lock materialized natural no " +
  "not nothing null nulls of offset on only or order outer over partition plpgsql pragma primary procedure references " +
  "refresh rename replace restrict return returning returns revoke right rollback row rows schema select sequence set " +
  "stored table temp temporary then to trigger true truncate type union unique update using vacuum validate values view " +
  "virtual when where window with without").split(" ");
const token = new RegExp(
  "(?<c>--[^\\n]*|/\\*[\\s\\S]*?(?:\\*/|$))|(?<s>'[^']*(?:''[^']*)*'?|\\$(?<tag>[A-Za-z_]*)\\$[\\s\\S]*?\\$\\k<tag>\\$)" +
  `|"[^"]*"?|(?<n>\\b\\d+(?:\\.\\d+)?\\b)|(?<k>\\b(?:${keywords.join("|")})\\b)`, "gi");

function highlighted(text) {
  if (text.length > 200000) return [text];
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(token)) {
    const kind = ["c", "s", "n", "k"].find((name) => match.groups[name] !== undefined);
    if (!kind) continue;
    parts.push(text.slice(at, match.index), make("span", { class: kind }, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

function makeSection(section) {
  const leading = /^(?:[ \t\r]*\n)*/.exec(section.text)[0];
  const text = section.text.slice(leading.length).trimEnd();
  const first = section.line + leading.split("\n").length - 1;
  const name = section.kind[0].toUpperCase() + section.kind.slice(1);
  const only = [section.dialect ? `${section.dialect} only` : "", section.empty ? "must return no row" : ""]
    .filter(Boolean).join(", ");
  const summary = make("summary", {}, name, make("span", { class: "soft" }, only));
  if (!text) {
    summary.append(make("span", { class: "soft" }, "empty"));
    return make("details", { class: "sql", "data-kind": section.kind }, summary);
  }
  const numbers = text.split("\n").map((_, line) => first + line).join("\n");
  return make("details", { class: "sql", "data-kind": section.kind, open: section.kind !== "downgrade" }, summary,
              make("pre", { tabindex: "0", "aria-label": `${name} SQL` },
                   make("span", { class: "code" },
                        make("span", { class: "numbers", "aria-hidden": "true" }, numbers),
                        make("code", { class: "text" }, ...highlighted(text)))));
}

const duration = (ms) => (ms < 1000 ? `${ms} ms` : ms < 60000 ? `${(ms / 1000).toFixed(1)} s`
                                    : `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`);
const eventWords = { upgrade: "Applied", downgrade: "Undone", stamp: "Stamped", fail: "Failed", accept: "Change accepted",
                     repair: "Repaired" };

const eventKind = (event) => (event.error ? "failed" : event.event === "downgrade" ? "" : "applied");

function makeEvent(event) {
  const who = event.user ? `${event.user} (${event.os_user}@${event.host})` : `${event.os_user}@${event.host}`;
  const more = [`took ${duration(event.ms)}`, counted(event.statements, "statement"), event.tag ? `tag ${event.tag}` : "",
                event.run ? `run ${event.run}` : "", event.version ? `rev ${event.version}` : ""].filter(Boolean);
  return make("div", { class: "event", "data-event": event.event },
    make("p", {}, badge(eventWords[event.event] || event.event, eventKind(event)),
         " ", make("time", {}, event.at), " by ", make("strong", {}, who)),
    make("p", { class: "soft" }, more.join(", ")),
    event.error ? make("p", { class: "error" }, event.error) : null);
}

function links(ids) {
  return ids.map((id) => (rowOf.has(id) ? make("button", { type: "button", class: "link", onclick: () => goTo(id) }, id)
                                        : make("code", { title: "not on this page" }, `${id} `)));
}

const idsOf = (list, dependency, end) =>
  list.filter((edge) => edge.dependency === dependency).map((edge) => end(edge));

function factsOf(row) {
  const lower = (edge) => (edge.outside ? edge.target : rows[edge.to].id), upper = (edge) => rows[edge.from].id;
  const facts = [
    ["Revises", links(idsOf(row.down, false, lower)), "nothing: this is a base"],
    ["Depends on", links(idsOf(row.down, true, lower))],
    ["Revised by", links(idsOf(row.up, false, upper)), row.head ? "nothing: this is a head" : ""],
    ["Needed by", links(idsOf(row.up, true, upper))],
    ["Branch", row.labels.length ? [row.labels.join(", ")] : []],
    ["Created", row.created ? [row.created] : []],
    ["File", row.path ? [make("code", {}, row.path)] : []],
    ["Settings", row.settings ? [make("code", {}, row.settings)] : []],
  ];
  const shownFacts = facts.filter(([, value, otherwise]) => value.length > 0 || otherwise);
  return make("dl", {}, ...shownFacts.flatMap(([name, value, otherwise]) =>
    [make("dt", {}, name), make("dd", {}, ...(value.length ? value : [otherwise]))]));
}

// What stands between backquotes is code.
const withCode = (text) =>
  text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? make("code", {}, part) : part));

// Paragraphs are filled anew, except those that are lists, tables or code.
function makeDescription(text) {
  return text.split(/\n\s*\n/).filter((part) => part.trim()).map((part) =>
    /^([ \t]|[-*|] |\d+[.)] )/m.test(part) ? make("p", { class: "description as-written" }, part)
                                         : make("p", { class: "description" }, ...withCode(part.replace(/\n/g, " "))));
}

function fillPanel(index) {
  opened = index;
  const row = rows[index];
  const badges = badgesOf(row);
  if (row.state) badges.unshift(badge(row.state, row.state));
  panel.replaceChildren(
    make("div", { class: "panel-head" },
         make("h2", { id: "panel-title", tabindex: "-1" }, row.message || row.id),
         make("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×")),
    make("p", { class: "under" }, make("span", { class: "full" }, row.id), ...badges),
    ...makeDescription(row.description),
    factsOf(row),
    ...(row.log.length ? [make("h3", {}, "In the database"), ...row.log.map(makeEvent)] : []),
    make("h3", {}, "SQL"),
    ...(row.sections.length ? row.sections.map(makeSection) : [make("p", {}, "This file has no section.")]));
  panel.scrollTop = 0;
  try { history.replaceState(null, "", `#${row.id}`); } catch { /* some viewers forbid it */ }
}

function open(index, focusPanel) {
  panel.hidden = false;
  fillPanel(index);
  say(`Opened ${rows[index].id}, ${rows[index].message}`);
  bringIntoView(active);
  draw();
  if (focusPanel) element("panel-title").focus();
  else list.focus({ preventScroll: true });
}

function close() {
  if (panel.hidden) return;
  panel.hidden = true;
  panel.replaceChildren();
  opened = -1;
  try { history.replaceState(null, "", location.pathname + location.search); } catch { /* as above */ }
  list.focus({ preventScroll: true });
  draw();
}

