// Draws the revisions of the data block beside this script. Only the rows in view are in the document. What is folded,
// or does not match, is one row that stands for a run of consecutive revisions, so the picture stays true.
const rows = data.rows;
const edges = data.edges.map(([from, to, lane, kind, target]) => ({
  from, to, lane, dependency: (kind & 1) === 1, outside: (kind & 2) === 2, target,
}));
const label = element("label"), state = element("state"), fold = element("fold");

const leftPad = 20, rightPad = 6, fewestFolded = 4, margin = 12;
// What follows from the width of the list, see fit().
let rowHeight = 34, laneStep = 18, graphWidth = 0;
const x = (lane) => leftPad + lane * laneStep;
const y = (place) => place * rowHeight + rowHeight / 2;

// The graph, by row.
const rowOf = new Map(rows.map((row, index) => [row.id, index]));
rows.forEach((row) => Object.assign(row, { down: [], up: [] }));
for (const edge of edges) {
  rows[edge.from].down.push(edge);
  if (!edge.outside) rows[edge.to].up.push(edge);
}

// What is shown: an entry is {row} or {first, last}, both rows, for a run that is hidden.
let shown = [], placeOf = [], runOf = [];
let matches = null;
let active = 0;        // a place in `shown`
let opened = -1;       // a row
let folding = rows.length > 200;
const unfolded = new Set();  // ids of first revisions of runs
const drawn = new Map();     // place -> element

// -- what is shown

// Revisions that only continue a line: the one above is their only child, the one below their only parent.
function continues(index) {
  const row = rows[index];
  if (row.state === "current" || row.own.length > 0 || row.down.length !== 1 || row.up.length !== 1) return false;
  const [down] = row.down, [up] = row.up;
  return !down.dependency && !up.dependency && !down.outside && down.to === index + 1 && up.from === index - 1;
}

function runs(isHidden, fewest, isSameRun) {
  const found = [];
  for (let first = 0; first < rows.length; ++first) {
    if (!isHidden(first)) continue;
    let last = first;
    while (last + 1 < rows.length && isHidden(last + 1) && isSameRun(last, last + 1)) ++last;
    if (last - first + 1 >= fewest) found.push({ first, last });
    first = last;
  }
  return found;
}

function hiddenRuns() {
  if (matches) return runs((index) => !matches[index], 1, () => true);
  if (!folding) return [];
  return runs(continues, fewestFolded, (one, other) => rows[one].state === rows[other].state);
}

function arrange(keepRow) {
  shown = [];
  placeOf = new Array(rows.length);
  runOf = new Array(rows.length).fill(null);
  let next = 0;
  const show = (end) => {
    for (; next < end; ++next) {
      placeOf[next] = shown.length;
      shown.push({ row: next });
    }
  };
  for (const run of hiddenRuns()) {
    show(run.first);
    for (let index = run.first; index <= run.last; ++index) runOf[index] = run;
    if (unfolded.has(rows[run.first].id)) {
      show(run.last + 1);
      continue;
    }
    for (; next <= run.last; ++next) placeOf[next] = shown.length;
    shown.push(run);
  }
  show(rows.length);
  active = keepRow >= 0 && shown.length ? placeOf[keepRow] : 0;
  for (const drawnRow of drawn.values()) drawnRow.remove();
  drawn.clear();
  canvas.style.height = `${shown.length * rowHeight}px`;
  lines.setAttribute("width", graphWidth);
  draw();
}

