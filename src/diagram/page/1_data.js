// Draws the schema of the data block beside this script: all tables in a list, one with its neighbours in a picture.
const tables = data.tables, references = data.references;
const picture = element("picture"), all = element("all"), back = element("back");

// By table: references that it has, and those that lead to it.
tables.forEach((table) => Object.assign(table, { out: [], into: [] }));
for (const reference of references) {
  tables[reference.from].out.push(reference);
  tables[reference.to].into.push(reference);
}
const tableOf = new Map(tables.map((table, index) => [table.name, index]));

let shown = tables.map((_, index) => index);  // what the list has
let active = shown.length ? 0 : -1;           // a table
let showsAll = false;
const visited = [];

function keysOf(column) {
  return [column.primary ? "PK" : "", column.foreign ? "FK" : "", column.unique && !column.primary ? "UK" : ""]
    .filter(Boolean).join(" ");
}

