// The list of tables, and the search in it.

function textOf(table) {
  table.text ??= [table.name, table.kind, table.comment,
                  ...table.columns.map((column) => `${column.name} ${column.type} ${column.comment}`)].join("\n").toLowerCase();
  return table.text;
}

// Columns that a search has found where the table's name does not say why it is there.
function hitsOf(table) {
  if (words.length === 0 || words.every((word) => table.name.toLowerCase().includes(word))) return [];
  return table.columns.filter((column) => words.some((word) => `${column.name} ${column.type}`.toLowerCase().includes(word)))
    .slice(0, 4).map((column) => make("span", { class: "hit" }, ...marked(`${column.name} ${column.type}`)));
}

function makeRow(index) {
  const table = tables[index];
  const neighbours = table.out.length + table.into.length;
  const row = make("div", { class: "row", role: "option", id: `table-${index}`, "data-name": table.name,
                            onclick: () => { choose(index); open(false); } },
    make("span", { class: "words" }, ...marked(table.name), ...hitsOf(table)),
    table.kind === "table" ? null : badge(table.kind),
    make("span", { class: "count", title: counted(neighbours, "reference") }, neighbours || ""));
  return row;
}

function fillList() {
  list.replaceChildren(...shown.map(makeRow));
  if (shown.length === 0) list.append(make("p", { class: "nothing" }, tables.length ? "No table has that." : "There are no tables yet."));
  markActive();
}

function markActive() {
  for (const row of list.querySelectorAll("[role=option]")) {
    const isActive = row.id === `table-${active}`;
    row.setAttribute("aria-selected", String(isActive));
    row.classList.toggle("active", isActive);
  }
  const row = element(`table-${active}`);
  if (row) {
    list.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  } else {
    list.removeAttribute("aria-activedescendant");
  }
}

function filter() {
  words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = tables.map((_, index) => index).filter((index) => words.every((word) => textOf(tables[index]).includes(word)));
  // Names first, then those in which a column is called so.
  if (words.length) {
    const isNamed = (index) => words.every((word) => tables[index].name.toLowerCase().includes(word));
    shown.sort((one, other) => isNamed(other) - isNamed(one) || one - other);
  }
  element("found").textContent = words.length ? `${shown.length.toLocaleString("en")} of ${counted(tables.length, "table")} with “${search.value.trim()}”` : "";
  if (!shown.includes(active) && shown.length) choose(shown[0], false);
  fillList();
}

