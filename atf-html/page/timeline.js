// The timeline: a lane of rows for each thread, a row for each depth.

const ROW = 14;
const LABEL = 16;
const RULER = 20;

class Timeline {
  constructor(data, view) {
    this.data = data;
    this.view = view;
    this.canvas = element("timeline");
    this.context = this.canvas.getContext("2d");
    this.from = 0;
    this.to = Math.max(data.duration_ns, 1);
    this.top = 0;
    this.selection = null;
    this.found = null;
    this.listen();
  }

  get width() {
    return this.canvas.clientWidth;
  }

  get contentHeight() {
    return this.data.threads.reduce((sum, thread) => sum + LABEL + thread.rows.length * ROW + 6, RULER);
  }

  x(time) {
    return ((time - this.from) / (this.to - this.from)) * this.width;
  }

  time(x) {
    return this.from + (x / this.width) * (this.to - this.from);
  }

  /** Shows a range of time, within that of the trace. */
  show(from, to) {
    const all = Math.max(this.data.duration_ns, 1);
    const length = Math.min(Math.max(to - from, 20), all);
    this.from = Math.min(Math.max(from, 0), all - length);
    this.to = this.from + length;
    this.view.changed();
  }

  zoom(factor, x = this.width / 2) {
    const centre = this.time(x);
    this.show(centre - (centre - this.from) * factor, centre + (this.to - centre) * factor);
  }

  pan(part) {
    const step = (this.to - this.from) * part;
    this.show(this.from + step, this.to + step);
  }

  select(selection) {
    this.selection = selection;
    this.view.changed(true);
  }

  draw() {
    const {canvas, context} = this;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = this.width * ratio;
    canvas.height = canvas.clientHeight * ratio;
    context.scale(ratio, ratio);
    context.clearRect(0, 0, this.width, canvas.clientHeight);
    this.top = Math.max(0, Math.min(this.top, this.contentHeight - canvas.clientHeight));
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    let y = RULER - this.top;
    for (const thread of this.data.threads) {
      y = this.drawThread(thread, y);
    }
    this.drawRuler();
    this.drawSelection();
  }

  drawThread(thread, top) {
    const {context, canvas} = this;
    const bottom = top + LABEL + thread.rows.length * ROW + 6;
    if (bottom < 0 || top > canvas.clientHeight) return bottom;
    context.fillStyle = this.view.css("--dim");
    const name = thread.name ? `${thread.name} (${thread.id})` : `thread ${thread.id}`;
    context.fillText(`${name} · ${counted(thread.calls, "call")}`, 6, top + LABEL / 2);
    thread.rows.forEach((row, depth) => {
      const y = top + LABEL + depth * ROW;
      if (y > -ROW && y < canvas.clientHeight) {
        this.drawCells(thread, row, y);
        this.drawSpans(row, y);
      }
    });
    context.fillStyle = "#e0313199";
    for (const gap of thread.gaps) {
      const [left, right] = [this.x(gap.from), this.x(gap.to)];
      if (right >= 0 && left <= this.width) {
        context.fillRect(left, top + LABEL - 3, Math.max(right - left, 2), thread.rows.length * ROW + 6);
      }
    }
    return bottom;
  }

  drawSpans(row, y) {
    const {context, view} = this;
    let at = lowerBound(row.end, this.from);
    while (at < row.start.length && row.start[at] < this.to) {
      const left = this.x(row.start[at]);
      const width = this.x(row.end[at]) - left;
      const name = row.name[at];
      context.globalAlpha = this.found && !this.found.has(name) ? 0.2 : 1;
      context.fillStyle = view.colour(name);
      context.fillRect(left, y, Math.max(width - 0.5, 0.75), ROW - 1);
      if (width > 26) {
        const from = Math.max(left, 0);
        context.fillStyle = view.css("--text");
        const space = Math.min(left + width, this.width) - from - 6;
        context.fillText(fitting(context, this.data.names[name], space), from + 3, y + ROW / 2);
      }
      // What lies within the same pixel is not drawn again.
      const next = lowerBound(row.end, this.time(Math.max(left + width, left + 0.75)));
      at = Math.max(at + 1, next);
    }
    context.globalAlpha = 1;
  }

  drawCells(thread, row, y) {
    const {context, view} = this;
    const size = thread.shortest_ns;
    if (!size || row.cell.length === 0) return;
    const base = this.firstCell(thread);
    let at = lowerBound(row.cell, Math.floor(this.from / size) + 0 - 1);
    let last = -1;
    for (; at < row.cell.length; at += 1) {
      const start = row.cell[at] * size - base;
      if (start > this.to) break;
      const left = Math.round(this.x(start));
      if (left === last) continue;
      last = left;
      context.globalAlpha = this.found && !this.found.has(row.longest[at]) ? 0.15 : 0.75;
      context.fillStyle = view.colour(row.longest[at]);
      const part = Math.min(1, row.busy[at] / size);
      const height = Math.max(3, (ROW - 1) * part);
      context.fillRect(left, y + ROW - 1 - height, Math.max(this.x(start + size) - left, 1), height);
    }
    context.globalAlpha = 1;
  }

  /** How far the start of the trace lies within its first cell. */
  firstCell(thread) {
    return Number(BigInt(this.data.start_ns) % BigInt(thread.shortest_ns));
  }

  drawRuler() {
    const {context, view} = this;
    context.fillStyle = view.css("--back");
    context.fillRect(0, 0, this.width, RULER);
    const rough = (this.to - this.from) / (this.width / 110);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((it) => it * power).find((it) => it >= rough);
    context.fillStyle = view.css("--dim");
    context.strokeStyle = view.css("--line");
    context.beginPath();
    for (let time = Math.ceil(this.from / step) * step; time < this.to; time += step) {
      const x = this.x(time);
      context.moveTo(x, RULER - 5);
      context.lineTo(x, RULER);
      context.fillText(duration(time), x + 3, RULER / 2);
    }
    context.stroke();
  }

  drawSelection() {
    if (!this.selection) return;
    const {context, canvas, view} = this;
    const [left, right] = [this.x(this.selection.from), this.x(this.selection.to)];
    context.globalAlpha = 0.15;
    context.fillStyle = view.css("--mark");
    context.fillRect(left, 0, right - left, canvas.clientHeight);
    context.globalAlpha = 1;
    context.fillRect(left, 0, 1, canvas.clientHeight);
    context.fillRect(right, 0, 1, canvas.clientHeight);
  }

  /** What is at a point: lines of text, or null. */
  at(x, y) {
    let top = RULER - this.top;
    const time = this.time(x);
    for (const thread of this.data.threads) {
      const rows = top + LABEL;
      top = rows + thread.rows.length * ROW + 6;
      if (y >= top) continue;
      const row = thread.rows[Math.floor((y - rows) / ROW)];
      const gap = thread.gaps.find((it) => this.x(it.from) - 2 <= x && x <= this.x(it.to) + 2);
      if (gap && y >= rows - 3) return [`${counted(gap.events, "event")} lost here`];
      return row && y >= rows ? this.inRow(thread, row, time) : null;
    }
    return null;
  }

  inRow(thread, row, time) {
    const slack = (this.to - this.from) / this.width;
    const at = lowerBound(row.end, time - slack);
    if (at < row.start.length && row.start[at] <= time + slack) {
      const [name, module] = this.data.functions[row.name[at]];
      const length = row.end[at] - row.start[at];
      return [name, `${duration(length)}, from ${duration(row.start[at])}`, module ?? ""];
    }
    const size = thread.shortest_ns;
    if (!size) return null;
    const cell = lowerBound(row.cell, Math.floor((time + this.firstCell(thread)) / size));
    const start = row.cell[cell] * size - this.firstCell(thread);
    if (cell >= row.cell.length || start > time + slack) return null;
    const calls = counted(row.calls[cell], "call");
    return [
      `${calls}, each shorter than ${duration(size)}`,
      `${duration(row.busy[cell])} of ${duration(size)}; the longest is ${this.data.names[row.longest[cell]]}`,
    ];
  }

  listen() {
    const {canvas} = this;
    let drag = null;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        this.pan((event.deltaX || event.deltaY) / this.width);
      } else if (event.altKey) {
        this.top += event.deltaY;
        this.view.changed();
      } else {
        this.zoom(Math.exp(event.deltaY / 400), event.offsetX);
      }
    }, {passive: false});
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      const moves = event.shiftKey || event.button === 1;
      drag = {x: event.offsetX, y: event.offsetY, from: this.from, to: this.to, top: this.top, moves};
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drag) {
        this.view.tip(event, this.at(event.offsetX, event.offsetY));
        return;
      }
      this.view.tip(event, null);
      if (drag.moves) {
        const step = ((drag.x - event.offsetX) / this.width) * (drag.to - drag.from);
        this.top = drag.top + drag.y - event.offsetY;
        this.show(drag.from + step, drag.to + step);
      } else if (Math.abs(event.offsetX - drag.x) > 3) {
        const ends = [this.time(drag.x), this.time(event.offsetX)];
        this.select({from: Math.max(0, Math.min(...ends)), to: Math.max(...ends)});
      }
    });
    canvas.addEventListener("pointerup", () => {
      drag = null;
    });
    canvas.addEventListener("pointerleave", (event) => this.view.tip(event, null));
    canvas.addEventListener("dblclick", () => {
      if (this.selection) this.show(this.selection.from, this.selection.to);
    });
  }
}
