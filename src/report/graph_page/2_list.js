// Draws the rows in view and the lines beside them.

function badgesOf(row) {
  const badges = row.own.map((text) => badge(text, "label"));
  if (row.head) badges.push(badge("head"));
  if (row.branch) badges.push(badge("branch point"));
  if (row.merge) badges.push(badge("merge point"));
  return badges;
}

// The widths of what stands beside each other. Lanes take a third at most, so that the words and columns keep their
// room; where these do not fit into one line, a row has two. Returns whether anything changed.
function fit() {
  const width = list.clientWidth, lanes = Math.max(1, data.lanes);
  const before = [rowHeight, laneStep];
  const room = Math.min(320, Math.max(1, width / 3 - leftPad - rightPad));
  laneStep = Math.min(18, room / lanes);
  graphWidth = leftPad + lanes * laneStep + rightPad;
  const isNarrow = width < 560;
  rowHeight = isNarrow ? 56 : 34;
  document.body.classList.toggle("narrow", isNarrow);
  const head = element("columns");
  head.style.paddingLeft = `${graphWidth}px`;
  head.style.paddingRight = `${16 + list.offsetWidth - width}px`;  // the scroll bar is the list's
  return before[0] !== rowHeight || before[1] !== laneStep;
}

function fillColumns() {
  element("columns").append(
    make("span", { class: "id" }, "revision"), make("span", { class: "words" }, "message"), make("span", { class: "badges" }),
    ...(data.database ? [make("span", { class: "stand" }, "state")] : []), make("span", { class: "when" }, "created"));
}

// When the database came to the state that it has the revision in.
function stateTitle(row) {
  const last = row.log.length ? row.log[0] : null;
  return last ? `${eventWords[last.event] || last.event} ${last.at}` : row.state;
}

const day = (text) => (/^\d{4}-\d\d-\d\d/.test(text || "") ? text.slice(0, 10) : "");

function makeRow(entry) {
  const row = rows[entry.row];
  const children = [
    make("span", { class: "id" }, ...marked(row.id)),
    row.message ? make("span", { class: "words", title: row.message }, ...marked(row.message))
                : make("span", { class: "words empty" }, "no message"),
    make("span", { class: "badges" }, ...badgesOf(row)),
  ];
  if (data.database) children.push(make("span", { class: `stand ${row.state}`, title: stateTitle(row) }, row.state));
  children.push(make("span", { class: "when", title: row.created ? `created ${row.created}` : null }, day(row.created)));
  const dim = matches && !matches[entry.row] ? " dim" : "";
  return make("div", { class: `row ${row.state || ""}${dim}`, "data-id": row.id }, ...children);
}

function makeGap(run) {
  const count = run.last - run.first + 1;
  const what = matches ? `${counted(count, "other revision")}` : `${counted(count, "revision")} in a line`;
  const ends = count > 1 ? `, ${rows[run.last].id} to ${rows[run.first].id}` : `, ${rows[run.first].id}`;
  return make("div", { class: "row gap", title: "Enter or click unfolds" },
              make("span", { class: "words" }, what + ends));
}

function drawRow(place) {
  const entry = shown[place];
  const made = entry.row === undefined ? makeGap(entry) : makeRow(entry);
  made.id = `place-${place}`;
  made.setAttribute("role", "option");
  made.setAttribute("aria-posinset", place + 1);
  made.setAttribute("aria-setsize", shown.length);
  made.style.top = `${place * rowHeight}px`;
  made.style.paddingLeft = `${graphWidth}px`;
  made.addEventListener("click", () => { activate(place); enter(false); });
  return made;
}

function drawRows(first, last) {
  const wanted = new Set();
  for (let place = first; place <= last; ++place) wanted.add(place);
  if (shown.length) wanted.add(active);
  for (const [place, made] of drawn) {
    if (!wanted.has(place)) { made.remove(); drawn.delete(place); }
  }
  let below = null;  // so that the document has them in the order in which they are seen
  for (const place of [...wanted].sort((a, b) => b - a)) {
    if (!drawn.has(place)) {
      drawn.set(place, drawRow(place));
      canvas.insertBefore(drawn.get(place), below);
    }
    const made = drawn.get(place);
    below = made;
    const isOpened = opened >= 0 && shown[place].row === opened;
    made.classList.toggle("active", place === active);
    made.setAttribute("aria-selected", isOpened || (opened < 0 && place === active) ? "true" : "false");
  }
  if (shown.length) list.setAttribute("aria-activedescendant", `place-${active}`);
  else list.removeAttribute("aria-activedescendant");
}

// A line leaves its revision sideways within the row, runs down in its lane, and meets its target sideways.
function pathOf(edge, from, to) {
  const start = x(rows[edge.from].lane), lane = x(edge.lane), top = y(from), bottom = y(to);
  const bend = Math.min(laneStep, 13);
  let path = `M${start} ${top}`;
  if (start !== lane) path += `H${lane - Math.sign(lane - start) * bend}Q${lane} ${top} ${lane} ${top + bend}`;
  if (edge.outside) return `${path}V${top + rowHeight * 0.8}`;
  const end = x(rows[edge.to].lane);
  if (end === lane) return `${path}V${bottom}`;
  return `${path}V${bottom - bend}Q${lane} ${bottom} ${lane + Math.sign(end - lane) * bend} ${bottom}H${end}`;
}

// Three points on the line of a run that is folded.
function runMark(run, place) {
  const lane = rows[run.first].lane, cx = x(lane), cy = y(place);
  return [makeSvg("rect", { x: cx - 3, y: cy - 10, width: 6, height: 20, class: "hole" }),
          ...[-6, 0, 6].map((offset) => makeSvg("circle", { cx, cy: cy + offset, r: 2, class: `f${lane % 8}` }))];
}

function nodeOf(index, place) {
  const row = rows[index], cx = x(row.lane), cy = y(place);
  const size = Math.max(1.5, Math.min(5.5, laneStep * 0.45)), colour = row.lane % 8;
  const kind = row.state === "pending" ? `node pending l${colour}` : `node f${colour}`;
  const made = [];
  if (row.state === "current") {
    made.push(makeSvg("circle", { cx, cy, r: size + 4, class: "hole" }));
    made.push(makeSvg("circle", { cx, cy, r: size + 3, class: `ring l${colour}` }));
  }
  if (row.merge) {
    const reach = size + 1;
    made.push(makeSvg("path", { d: `M${cx} ${cy - reach}L${cx + reach} ${cy}L${cx} ${cy + reach}L${cx - reach} ${cy}Z`,
                                class: kind }));
  } else {
    made.push(makeSvg("circle", { cx, cy, r: row.state === "current" ? size - 1 : size, class: kind }));
  }
  return made;
}

function drawLines(first, last) {
  const parts = [];
  for (const edge of edges) {
    const from = placeOf[edge.from], to = edge.outside ? from + 1 : placeOf[edge.to];
    if (from > last || to < first || from === to) continue;
    const kind = edge.dependency ? "dependency " : "";
    parts.push(makeSvg("path", { d: pathOf(edge, from, to), class: `line ${kind}l${edge.lane % 8}` }));
  }
  for (let place = first; place <= last; ++place) {
    const entry = shown[place];
    if (entry.row !== undefined) parts.push(...nodeOf(entry.row, place));
    else if (!matches) parts.push(...runMark(entry, place));
  }
  lines.replaceChildren(...parts);
}

function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - margin);
  const last = Math.min(shown.length - 1, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + margin);
  lines.setAttribute("height", Math.max(1, shown.length * rowHeight));
  drawRows(first, last);
  drawLines(first, last);
}

let asked = false;
function drawSoon() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
}

// -- moving

function bringIntoView(place) {
  const top = place * rowHeight;
  if (top < list.scrollTop + rowHeight) list.scrollTop = top - rowHeight;
  else if (top + 2 * rowHeight > list.scrollTop + list.clientHeight)
    list.scrollTop = top + 2 * rowHeight - list.clientHeight;
}

function activate(place) {
  if (shown.length === 0) return;
  active = Math.max(0, Math.min(shown.length - 1, place));
  bringIntoView(active);
  if (opened >= 0 && shown[active].row !== undefined) fillPanel(shown[active].row);
  draw();
}

const activeRow = () => (shown.length === 0 ? -1 : shown[active].row ?? shown[active].first);

// Opens what is active: a revision in the panel, a run in the list.
function enter(focusPanel) {
  const entry = shown[active];
  if (!entry) return;
  if (entry.row === undefined) unfold(entry);
  else open(entry.row, focusPanel);
}

function unfold(run) {
  unfolded.add(rows[run.first].id);
  arrange(run.first);
  say(`${counted(run.last - run.first + 1, "revision")} unfolded`);
}

function foldAgain(run) {
  unfolded.delete(rows[run.first].id);
  arrange(run.first);
  bringIntoView(active);
  say(`${counted(run.last - run.first + 1, "revision")} folded`);
}

function goTo(id) {
  const index = rowOf.get(id);
  if (index === undefined) return;
  const entry = shown[placeOf[index]];
  if (entry.row === undefined) unfold(entry);
  active = placeOf[index];
  bringIntoView(active);
  open(index, true);
}

