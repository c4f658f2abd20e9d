// The picture: a table between those that it refers to and those that refer to it; or all of them.

const boxWidth = 260, smallWidth = 190, gap = 120, rowHeight = 24, headHeight = 33, margin = 28;

function makePart(column) {
  return make("span", { class: `part${column.primary ? " primary" : ""}`, "data-column": column.name, title: column.comment || null },
    make("span", { class: "name" }, column.name), make("span", { class: "type" }, column.type),
    keysOf(column) ? make("span", { class: "key" }, keysOf(column)) : null);
}

// A box: place and size, and what is in it.
function makeBox(index, columns, kind) {
  const table = tables[index];
  const head = make("span", { class: "head", title: table.name }, table.name, table.kind === "table" ? null : badge(table.kind));
  const isCenter = kind === "center";
  const box = make(isCenter ? "div" : "button",
    { class: `box ${kind}`, type: isCenter ? null : "button", "data-name": table.name,
      onclick: isCenter ? () => open(false) : () => { choose(index); say(`${table.name} in the middle`); } },
    head, ...columns.map(makePart));
  return { index, box, columns, width: columns.length || isCenter ? boxWidth : smallWidth,
           height: headHeight + columns.length * rowHeight };
}

function put(item, x, y) {
  Object.assign(item, { x, y });
  Object.assign(item.box.style, { left: `${x}px`, top: `${y}px`, width: `${item.width}px` });
  canvas.append(item.box);
}

// Where a reference meets a box: at its column if that is shown.
function meet(item, columns) {
  const place = item.columns.findIndex((column) => columns.includes(column.name));
  return item.y + (place < 0 ? headHeight / 2 : headHeight + (place + 0.5) * rowHeight);
}

// From the one that refers to the one that is referred to, with a crow's foot and a bar.
function join(reference, from, to) {
  const startY = meet(from, reference.columns), endY = meet(to, reference.toColumns);
  const isLeft = to.x + to.width <= from.x, isSame = !isLeft && to.x < from.x + from.width;
  const startX = isLeft ? from.x : from.x + from.width, side = isLeft ? -1 : 1;
  const endX = isLeft || isSame ? to.x + to.width : to.x, endSide = isLeft || isSame ? 1 : -1;
  const bend = isSame ? 46 : Math.max(40, Math.abs(endX - startX) / 2);
  const foot = reference.unique ? `M${startX + side * 8} ${startY - 5}V${startY + 5}`
                                : `M${startX + side * 10} ${startY}L${startX} ${startY - 6}M${startX + side * 10} ${startY}L${startX} ${startY + 6}`;
  lines.append(
    makeSvg("path", { class: `${reference.optional ? "optional " : ""}${reference.from === active || reference.to === active ? "near" : ""}`,
                      d: `M${startX} ${startY}C${startX + side * bend} ${startY} ${endX + endSide * bend} ${endY} ${endX} ${endY}` }),
    makeSvg("path", { class: reference.from === active || reference.to === active ? "near" : "",
                      d: `${foot}M${endX + endSide * 8} ${endY - 5}V${endY + 5}` }));
}

function resize(items) {
  const width = Math.max(0, ...items.map((item) => item.x + item.width)) + margin;
  const height = Math.max(0, ...items.map((item) => item.y + item.height)) + margin;
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  lines.setAttribute("width", width);
  lines.setAttribute("height", height);
}

const keysOnly = (table) => table.columns.filter((column) => column.primary || column.foreign);

function caption(text, x, y) {
  const made = make("span", { class: "caption" }, text);
  Object.assign(made.style, { left: `${x}px`, top: `${y}px` });
  canvas.append(made);
}

function drawNeighbours() {
  const table = tables[active];
  const parents = [...new Set(table.out.map((reference) => reference.to))].filter((index) => index !== active);
  const children = [...new Set(table.into.map((reference) => reference.from))].filter((index) => index !== active && !parents.includes(index));
  const place = new Map();
  const column = (indices, x) => {
    let y = margin + 24;
    for (const index of indices) {
      const item = makeBox(index, keysOnly(tables[index]), "neighbour");
      put(item, x, y);
      place.set(index, item);
      y += item.height + 18;
    }
    return y;
  };
  const centerX = parents.length ? margin + boxWidth + gap : margin;
  const heights = [column(parents, margin)];
  const center = makeBox(active, table.columns, "center");
  const childrenX = centerX + boxWidth + gap;
  heights.push(column(children, childrenX), center.height + margin + 42);
  put(center, centerX, margin + 24);
  place.set(active, center);
  if (parents.length) caption(`refers to ${parents.length}`, margin, margin - 6);
  if (children.length) caption(`referred to by ${children.length}`, childrenX, margin - 6);
  const seen = new Set();
  for (const reference of [...table.out, ...table.into]) {
    if (seen.has(reference)) continue;
    seen.add(reference);
    join(reference, place.get(reference.from), place.get(reference.to));
  }
  resize([...place.values()]);
}

// Ranks: what is referred to stands left of what refers to it; circles are cut where they are first met.
function ranks() {
  const rank = new Array(tables.length).fill(-1), busy = new Set();
  const visit = (first) => {
    const stack = [[first, 0]];
    while (stack.length) {
      const top = stack[stack.length - 1], [index] = top;
      busy.add(index);
      const next = tables[index].out[top[1]++];
      if (next === undefined) {
        const below = tables[index].out.filter((reference) => reference.to !== index && rank[reference.to] >= 0);
        rank[index] = below.length ? 1 + Math.max(...below.map((reference) => rank[reference.to])) : 0;
        busy.delete(index);
        stack.pop();
      } else if (rank[next.to] < 0 && !busy.has(next.to)) {
        stack.push([next.to, 0]);
      }
    }
  };
  tables.forEach((_, index) => { if (rank[index] < 0) visit(index); });
  return rank;
}

function drawAll() {
  const rank = ranks();
  const isAlone = (index) => tables[index].out.length + tables[index].into.length === 0;
  const columns = [];
  tables.forEach((_, index) => { if (!isAlone(index)) (columns[rank[index]] ??= []).push(index); });
  const place = new Map(), order = new Map();
  columns.forEach((indices) => indices && indices.forEach((index, at) => order.set(index, at)));
  // Near to what they refer to.
  for (const indices of columns) {
    if (!indices) continue;
    const middle = (index) => {
      const known = tables[index].out.filter((reference) => rank[reference.to] < rank[index]).map((reference) => order.get(reference.to));
      return known.length ? known.reduce((sum, at) => sum + at, 0) / known.length : order.get(index);
    };
    indices.sort((one, other) => middle(one) - middle(other) || one - other);
    indices.forEach((index, at) => order.set(index, at));
  }
  const perColumn = 40;
  let x = margin, bottom = margin;
  const column = (indices) => {
    for (let first = 0; first < indices.length; first += perColumn) {
      let y = margin;
      for (const index of indices.slice(first, first + perColumn)) {
        const item = makeBox(index, [], index === active ? "center small" : "small");
        item.width = smallWidth;
        put(item, x, y);
        place.set(index, item);
        y += headHeight + 12;
      }
      bottom = Math.max(bottom, y);
      x += smallWidth + 70;
    }
  };
  columns.forEach((indices) => indices && column(indices));
  const alone = tables.map((_, index) => index).filter(isAlone);
  if (alone.length) {
    const across = Math.max(4, columns.length);
    alone.forEach((index, at) => {
      const item = makeBox(index, [], index === active ? "center small" : "small");
      item.width = smallWidth;
      put(item, margin + (at % across) * (smallWidth + 20), bottom + 20 + Math.floor(at / across) * (headHeight + 10));
      place.set(index, item);
    });
  }
  for (const reference of references) join(reference, place.get(reference.from), place.get(reference.to));
  resize([...place.values()]);
}

function draw() {
  canvas.replaceChildren(lines);
  lines.replaceChildren();
  if (active < 0) return;
  if (showsAll) drawAll();
  else drawNeighbours();
}

