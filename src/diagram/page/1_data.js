"use strict";
// Draws the schema of the data block beside this script: all tables in a list, one with its neighbours in a picture.
const data = JSON.parse(document.getElementById("data").textContent);
const tables = data.tables, references = data.references;
const element = (id) => document.getElementById(id);
const list = element("list"), picture = element("picture"), canvas = element("canvas"), lines = element("lines");
const panel = element("panel"), search = element("search"), all = element("all"), back = element("back");
const counted = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

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
let words = [];
const visited = [];

function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function makeSvg(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const say = (text) => { element("said").textContent = text; };
const badge = (text) => make("span", { class: "badge" }, text);

function keysOf(column) {
  return [column.primary ? "PK" : "", column.foreign ? "FK" : "", column.unique && !column.primary ? "UK" : ""]
    .filter(Boolean).join(" ");
}

