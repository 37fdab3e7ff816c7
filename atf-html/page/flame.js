// The flame graph: callers above callees. Of the whole trace from its call tree; of a selected time from the timeline.

const BOX = 18;

/** Nodes of the whole trace: {name, calls, total, own, children}. */
function wholeTree(data) {
  const root = {name: null, calls: 0, total: 0, own: 0, children: []};
  const nodes = data.parts.tree.map(([, name, calls, total, own]) => ({name, calls, total, own, children: []}));
  data.parts.tree.forEach(([parent], at) => {
    (parent < 0 ? root : nodes[parent]).children.push(nodes[at]);
  });
  root.total = root.children.reduce((sum, node) => sum + node.total, 0);
  return sorted(root);
}

/** Nodes of a time, from the calls that are shown; cells count as calls of their longest function. */
function treeOf(data, {from, to}) {
  const root = {name: null, calls: 0, total: 0, own: 0, children: [], byName: new Map()};
  for (const thread of data.threads) {
    let around = [];
    for (const row of thread.rows) {
      const next = [];
      for (let at = lowerBound(row.end, from); at < row.start.length && row.start[at] < to; at += 1) {
        const [start, end] = [row.start[at], row.end[at]];
        const node = childOf(enclosing(around, start, end) ?? root, row.name[at]);
        add(node, 1, Math.min(end, to) - Math.max(start, from));
        next.push({start, end, node});
      }
      addCells(thread, row, from, to, around, root, data);
      // A depth without calls in between: what is around stays.
      around = next.length > 0 ? next : around;
    }
  }
  root.total = root.children.reduce((sum, node) => sum + node.total, 0);
  return sorted(root);
}

function addCells(thread, row, from, to, around, root, data) {
  const size = thread.shortest_ns;
  if (!size) return;
  const base = Number(BigInt(data.start_ns) % BigInt(size));
  for (let at = lowerBound(row.cell, Math.floor((from + base) / size)); at < row.cell.length; at += 1) {
    const start = row.cell[at] * size - base;
    if (start >= to) break;
    const node = childOf(enclosing(around, start, start) ?? root, row.longest[at]);
    add(node, row.calls[at], row.busy[at]);
  }
}

/** The call of the row above that was open at that time. */
function enclosing(around, start) {
  let [low, high] = [0, around.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (around[middle].end <= start) low = middle + 1;
    else high = middle;
  }
  return low < around.length && around[low].start <= start ? around[low].node : null;
}

function childOf(node, name) {
  node.byName ??= new Map();
  let child = node.byName.get(name);
  if (!child) {
    child = {name, calls: 0, total: 0, own: 0, children: []};
    node.byName.set(name, child);
    node.children.push(child);
  }
  return child;
}

function add(node, calls, time) {
  node.calls += calls;
  node.total += time;
}

function sorted(root) {
  const next = [root];
  while (next.length > 0) {
    const node = next.pop();
    node.children.sort((one, other) => other.total - one.total);
    const inside = node.children.reduce((sum, child) => sum + child.total, 0);
    node.total = Math.max(node.total, inside);
    node.own = node.total - inside;
    next.push(...node.children);
  }
  return root;
}

class Flame {
  constructor(data, view) {
    this.data = data;
    this.view = view;
    this.canvas = element("flame");
    this.context = this.canvas.getContext("2d");
    this.path = [];
    this.boxes = [];
    this.found = null;
    this.listen();
  }

  /** Shows a tree from its top. */
  show(root) {
    this.path = [root];
    this.draw();
  }

  nameOf(node) {
    if (node.name === null) return "all";
    return node.name < 0 ? "(small paths)" : this.data.names[node.name];
  }

  draw() {
    const {canvas, context, view} = this;
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    canvas.width = width * ratio;
    canvas.height = canvas.clientHeight * ratio;
    context.scale(ratio, ratio);
    context.clearRect(0, 0, width, canvas.clientHeight);
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    this.boxes = [];
    const top = this.path[this.path.length - 1];
    element("up").hidden = this.path.length < 2;
    if (!top || top.total === 0) {
      context.fillStyle = view.css("--dim");
      context.fillText("no calls", 8, 14);
      return;
    }
    const next = this.path.map((node, depth) => ({node, left: 0, width, depth}));
    const last = next[next.length - 1];
    for (const box of next) this.drawBox(box);
    const pending = [last];
    while (pending.length > 0) {
      const {node, left, width: space, depth} = pending.pop();
      let x = left;
      for (const child of node.children) {
        const wide = (child.total / node.total) * space;
        const box = {node: child, left: x, width: wide, depth: depth + 1};
        x += wide;
        if (wide < 0.4 || (depth + 1) * BOX > canvas.clientHeight) continue;
        this.drawBox(box);
        pending.push(box);
      }
    }
  }

  drawBox(box) {
    const {context, view} = this;
    const {node, left, width, depth} = box;
    const y = depth * BOX;
    const isDim = this.found && node.name !== null && !this.found.has(node.name);
    context.globalAlpha = isDim ? 0.25 : 1;
    context.fillStyle = node.name === null || node.name < 0 ? view.css("--panel") : view.colour(node.name);
    context.fillRect(left, y, Math.max(width - 0.5, 0.5), BOX - 1);
    context.fillStyle = view.css("--text");
    context.fillText(fitting(context, this.nameOf(node), width - 8), left + 4, y + BOX / 2);
    context.globalAlpha = 1;
    this.boxes.push(box);
  }

  at(x, y) {
    const depth = Math.floor(y / BOX);
    return this.boxes.find((box) => box.depth === depth && box.left <= x && x < box.left + box.width);
  }

  listen() {
    const {canvas} = this;
    canvas.addEventListener("pointermove", (event) => {
      const box = this.at(event.offsetX, event.offsetY);
      const root = this.path[0];
      this.view.tip(event, box && [
        this.nameOf(box.node),
        `${duration(box.node.total)} (${((box.node.total / root.total) * 100).toFixed(1)} %), itself ${duration(box.node.own)}`,
        box.node.name === null ? "" : counted(box.node.calls, "call"),
      ]);
    });
    canvas.addEventListener("pointerleave", (event) => this.view.tip(event, null));
    canvas.addEventListener("click", (event) => {
      const box = this.at(event.offsetX, event.offsetY);
      if (!box) return;
      if (box.depth < this.path.length) {
        this.path.length = box.depth + 1;
      } else {
        this.path.push(...this.between(box));
      }
      this.draw();
    });
    element("up").addEventListener("click", () => this.up());
  }

  up() {
    if (this.path.length > 1) this.path.pop();
    this.draw();
  }

  /** The nodes from below the one that is shown to that of a box. */
  between(box) {
    const nodes = [];
    for (let depth = this.path.length; depth <= box.depth; depth += 1) {
      const middle = box.left + box.width / 2;
      nodes.push(this.at(middle, depth * BOX + 1).node);
    }
    return nodes;
  }
}
