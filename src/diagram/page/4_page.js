// Choosing a table, its panel, keys and the frame.

function choose(index, isVisit = true) {
  if (index === undefined || index < 0) return;
  if (isVisit && active >= 0 && active !== index) visited.push(active);
  active = index;
  back.disabled = visited.length === 0;
  markActive();
  draw();
  if (!panel.hidden) fillPanel();
  showCenter();
  try { history.replaceState(null, "", `#${encodeURIComponent(tables[index].name)}`); } catch { /* some viewers forbid it */ }
}

// The whole of the box in the middle where there is room for it, and else its beginning.
function showCenter() {
  const center = canvas.querySelector(".center");
  if (!center) return;
  const { offsetLeft: left, offsetTop: top, offsetWidth: width } = center;
  picture.scrollLeft = Math.min(left - margin, Math.max(0, left + width + margin - picture.clientWidth));
  picture.scrollTop = showsAll ? Math.max(0, top - picture.clientHeight / 2) : 0;
}

function link(index) {
  return make("button", { type: "button", class: "link", onclick: () => { choose(index); open(true); } }, tables[index].name);
}

function columnRow(column) {
  const source = column.source ? `, ${column.source}` : "";
  return make("tr", {},
    make("td", { class: "name" }, column.name, column.comment ? make("span", { class: "remark" }, column.comment) : null),
    make("td", { class: "type" }, column.type || "any"),
    make("td", {}, `${column.required ? "not null" : "null"}${source}`), make("td", {}, keysOf(column)));
}

function referenceLine(reference, other) {
  const to = `(${reference.columns.join(", ")}) → (${reference.toColumns.join(", ")})`;
  return make("p", {}, link(other), " ", make("code", {}, to), reference.name ? ` ${reference.name}` : "");
}

function fillPanel() {
  const table = tables[active];
  panel.replaceChildren(...[
    make("div", { class: "panel-head" }, make("h2", { id: "panel-title", tabindex: "-1" }, table.name),
         make("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×")),
    make("p", { class: "under" }, badge(table.kind), badge(counted(table.columns.length, "column"))),
    table.comment ? make("p", { class: "description as-written" }, table.comment) : null,
    ...(table.columns.length ? [make("h3", {}, "Columns"), make("table", { class: "grid" },
      make("thead", {}, make("tr", {}, ...["name", "type", "value", "key"].map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...table.columns.map(columnRow)))] : []),
    ...(table.out.length ? [make("h3", {}, "Refers to"), ...table.out.map((reference) => referenceLine(reference, reference.to))] : []),
    ...(table.into.length ? [make("h3", {}, "Referred to by"), ...table.into.map((reference) => referenceLine(reference, reference.from))] : []),
  ].filter((child) => child !== null));
  panel.scrollTop = 0;
}

function open(focusPanel) {
  if (active < 0) return;
  panel.hidden = false;
  fillPanel();
  showCenter();
  say(`Opened ${tables[active].name}`);
  if (focusPanel) element("panel-title").focus();
}

function close() {
  if (panel.hidden) return;
  panel.hidden = true;
  panel.replaceChildren();
  list.focus({ preventScroll: true });
}

function showAll(value) {
  showsAll = value;
  all.setAttribute("aria-pressed", String(showsAll));
  draw();
  showCenter();
  say(showsAll ? `All ${counted(tables.length, "table")}` : `${tables[active].name} and its neighbours`);
}

function goBack() {
  const index = visited.pop();
  if (index === undefined) return;
  choose(index, false);
  say(`Back at ${tables[index].name}`);
}

function onListKey(event) {
  const at = shown.indexOf(active);
  const page = Math.max(1, Math.floor(list.clientHeight / 34) - 1);
  const go = (place) => choose(shown[Math.max(0, Math.min(shown.length - 1, place))]);
  const actions = {
    ArrowDown: () => go(at + 1), ArrowUp: () => go(at - 1), PageDown: () => go(at + page), PageUp: () => go(at - page),
    Home: () => go(0), End: () => go(shown.length - 1), Enter: () => open(true), " ": () => open(false),
  };
  const action = actions[event.key];
  if (!action || shown.length === 0 || hasModifier(event)) return;
  event.preventDefault();
  action();
}

function onKey(event) {
  if (hasModifier(event) || event.defaultPrevented) return;
  const isTyping = event.target === search;
  if (takesKey(event, isTyping)) return;
  if (event.key === "a" && !isTyping && active >= 0) {
    showAll(!showsAll);
  } else if (event.key === "b" && !isTyping) {
    goBack();
  }
}

function onSearchKey(event) {
  if (event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  list.focus();
}

function fillFacts() {
  const views = tables.filter((table) => table.kind.includes("view")).length;
  const parts = [counted(tables.length - views, "table")];
  if (views) parts.push(counted(views, "view"));
  parts.push(counted(references.length, "reference"), data.dialect === "sqlite" ? "SQLite" : "PostgreSQL");
  element("facts").textContent = parts.join("  ·  ");
}

function start() {
  panel.classList.add("details");
  fillFacts();
  all.disabled = tables.length === 0;
  list.addEventListener("keydown", onListKey);
  document.addEventListener("keydown", onKey);
  search.addEventListener("input", filter);
  search.addEventListener("keydown", onSearchKey);
  all.addEventListener("click", () => showAll(!showsAll));
  back.addEventListener("click", goBack);
  element("tools").addEventListener("submit", (event) => event.preventDefault());
  let wanted = "";
  try { wanted = decodeURIComponent(location.hash.slice(1)); } catch { /* not ours */ }
  // The one with the most neighbours says the most.
  const weight = (table) => table.out.length + table.into.length;
  const first = tables.reduce((best, table, index) => (best < 0 || weight(table) > weight(tables[best]) ? index : best), -1);
  active = tableOf.has(wanted) ? tableOf.get(wanted) : first;
  fillList();
  draw();
  showCenter();
  if (tableOf.has(wanted)) open(false);
  list.focus({ preventScroll: true });
}

start();
