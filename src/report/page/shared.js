"use strict";
// What all pages share: the parts of the frame, how elements are made, the search's marks, and keys. The scripts of a page
// stand behind this one in one scope, and have `filter` and `close`.
const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const list = element("list"), canvas = element("canvas"), lines = element("lines");
const panel = element("panel"), search = element("search");
const counted = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

let words = [];  // that are searched for, in lower case

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
const badge = (text, kind) => make("span", { class: `badge ${kind || ""}` }, text);

// `text` with what was searched for marked.
function marked(text) {
  const lower = text.toLowerCase();
  const parts = [];
  let at = 0;
  // Where lower case has another length, positions would not fit.
  while (words.length > 0 && lower.length === text.length) {
    let best = -1, length = 0;
    for (const word of words) {
      const found = lower.indexOf(word, at);
      if (found >= 0 && (best < 0 || found < best)) { best = found; length = word.length; }
    }
    if (best < 0) break;
    parts.push(text.slice(at, best), make("mark", {}, text.slice(best, best + length)));
    at = best + length;
  }
  return [...parts, text.slice(at)];
}

const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

// Escape and the slash. Returns whether the key was one of them.
function takesKey(event, isTyping) {
  if (event.key === "Escape") {
    if (event.target === search && search.value) {
      search.value = "";
      filter();
    } else if (!panel.hidden) {
      close();
    } else {
      list.focus();
    }
  } else if (event.key === "/" && !isTyping) {
    search.focus();
    search.select();
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}
