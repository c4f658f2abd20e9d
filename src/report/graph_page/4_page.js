// Search, filters, keys and the frame around the list.

// -- search and filters

function textOf(row) {
  row.text ??= [row.id, row.message, row.description, row.path, ...row.labels,
                ...row.sections.map((section) => section.text)].join("\n").toLowerCase();
  return row.text;
}

const isOfState = (row) => !state.value || (state.value === "pending") === (row.state === "pending");

function filter() {
  words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = activeRow();
  matches = null;
  unfolded.clear();
  let found = [];
  if (words.length || label.value || state.value) {
    matches = rows.map((row) => (!label.value || row.labels.includes(label.value)) && isOfState(row) &&
                                words.every((word) => textOf(row).includes(word)));
    matches.forEach((match, index) => { if (match) found.push(index); });
    element("found").textContent = `${found.length.toLocaleString("en")} of ${counted(rows.length, "revision")}` +
      (words.length ? ` with “${search.value.trim()}”` : "") + (label.value ? ` on branch ${label.value}` : "") +
      (state.value ? `, ${state.value}` : "");
  } else {
    element("found").textContent = "";
  }
  fold.disabled = matches !== null;
  arrange(matches && !matches[kept] ? found[0] ?? -1 : kept);
  bringIntoView(active);
  draw();
}

function setFolding(value) {
  const kept = activeRow();
  folding = value;
  unfolded.clear();
  fold.setAttribute("aria-pressed", String(folding));
  arrange(kept);
  bringIntoView(active);
  const hidden = shown.filter((entry) => entry.row === undefined);
  say(folding ? `${counted(hidden.length, "run")} folded` : "All revisions are shown");
}

// -- keys

function onListKey(event) {
  const page = Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
  const run = shown.length ? runOf[activeRow()] : null;
  const isGap = shown.length && shown[active].row === undefined;
  const actions = {
    ArrowDown: () => activate(active + 1),
    ArrowUp: () => activate(active - 1),
    PageDown: () => activate(active + page),
    PageUp: () => activate(active - page),
    Home: () => activate(0),
    End: () => activate(shown.length - 1),
    Enter: () => enter(true),
    " ": () => enter(false),
    ArrowRight: () => { if (isGap) enter(false); },
    ArrowLeft: () => { if (!isGap && run) foldAgain(run); },
  };
  const action = actions[event.key];
  if (!action || hasModifier(event)) return;
  event.preventDefault();
  action();
}

function onKey(event) {
  if (hasModifier(event) || event.defaultPrevented) return;
  const isTyping = event.target === search || event.target.tagName === "SELECT";
  if (takesKey(event, isTyping)) return;
  if (event.key === "f" && !isTyping && !fold.disabled) {
    setFolding(!folding);
  }
}

function onSearchKey(event) {
  if (event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  list.focus();
  activate(active);
}

// -- the frame

function fillFacts() {
  const strong = (count, word) => {
    const [number, ...rest] = counted(count, word).split(" ");
    return [make("b", {}, number), ` ${rest.join(" ")}`];
  };
  const heads = rows.filter((row) => row.head).length;
  const parts = [[...strong(rows.length, "revision"), ", ", ...strong(heads, "head")]];
  if (data.database) {
    const pending = rows.filter((row) => row.state === "pending").length;
    const number = (count) => make("b", {}, count.toLocaleString("en"));
    parts.push([number(rows.length - pending), " applied, ", number(pending), " pending"]);
    parts.push([data.database]);
  }
  if (data.as_of) parts.push([`as of ${data.as_of}`]);
  element("facts").append(...parts.flatMap((part, index) => (index ? ["  ·  ", ...part] : part)));
}

function fillRepeatables() {
  const box = element("repeatables");
  const all = data.repeatables;
  box.hidden = all.length === 0;
  const due = all.filter((each) => each.state === "changed" || each.state === "missing").length;
  element("repeatables-title").append(counted(all.length, "repeatable object") + (due ? `, ${due} to be made` : ""));
  for (const each of all) {
    const words = [make("code", {}, each.name)];
    if (each.state) words.push(` (${each.state})`);
    if (each.message) words.push(` ${each.message}`);
    if (each.needs.length) words.push(`, needs ${each.needs.join(", ")}`);
    box.append(make("details", {}, make("summary", {}, ...words), make("p", {}, each.path), make("pre", {}, each.text)));
  }
}

function fillLegend() {
  const sample = (words, ...shapes) => {
    const picture = makeSvg("svg", { width: 18, height: 16, viewBox: "0 0 18 16", "aria-hidden": "true" });
    picture.append(...shapes);
    return make("span", {}, picture, words);
  };
  const dot = (attributes) => makeSvg("circle", { cx: 9, cy: 8, ...attributes });
  const parts = [];
  if (data.database) {
    parts.push(sample("applied", dot({ r: 5, class: "full" })), sample("pending", dot({ r: 5 })),
               sample("current", dot({ r: 3, class: "full" }), dot({ r: 7 })));
  }
  parts.push(sample("merge point", makeSvg("path", { d: "M9 2L15 8L9 14L3 8Z", class: "full" })));
  if (edges.some((edge) => edge.dependency))
    parts.push(sample("depends on", makeSvg("path", { d: "M1 8H17", "stroke-dasharray": "2 4", "stroke-linecap": "round" })));
  element("legend").append(...parts);
}

function fillLabels() {
  const labels = [...new Set(rows.flatMap((row) => row.labels))].sort();
  label.append(...labels.map((text) => make("option", { value: text }, text)));
  element("label-field").hidden = labels.length === 0;
  element("state-field").hidden = !data.database;
}

function start() {
  fillFacts();
  fillRepeatables();
  fillLegend();
  fillLabels();
  fold.setAttribute("aria-pressed", String(folding));
  element("fold-key").hidden = fold.hidden = runs(continues, fewestFolded, (one, other) => rows[one].state === rows[other].state).length === 0;
  if (rows.length === 0) canvas.append(make("p", { class: "nothing" }, "There are no revisions yet."));
  list.addEventListener("scroll", drawSoon, { passive: true });
  list.addEventListener("keydown", onListKey);
  new ResizeObserver(() => {
    if (!fit()) return drawSoon();
    arrange(activeRow());
    bringIntoView(active);
  }).observe(list);
  document.addEventListener("keydown", onKey);
  search.addEventListener("input", filter);
  search.addEventListener("keydown", onSearchKey);
  label.addEventListener("change", filter);
  state.addEventListener("change", filter);
  fold.addEventListener("click", () => setFolding(!folding));
  element("tools").addEventListener("submit", (event) => event.preventDefault());
  fillColumns();
  fit();
  arrange(0);
  const wanted = location.hash.slice(1);  // an id needs no encoding
  if (rowOf.has(wanted)) goTo(wanted);
  else list.focus({ preventScroll: true });
}

start();
