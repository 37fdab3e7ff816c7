// The page: what is shown where, and the keys.

class View {
  constructor(data) {
    this.data = data;
    this.colours = new Map();
    this.styles = new Map();
    this.isDrawing = false;
    this.timeline = new Timeline(data, this);
    this.flame = new Flame(data, this);
    this.report = new Report(data, this);
    this.whole = wholeTree(data);
    this.describe();
    this.listen();
    this.flame.show(this.whole);
    this.report.draw();
    this.changed();
  }

  get isDark() {
    const theme = document.documentElement.dataset.theme;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  css(name) {
    if (!this.styles.has(name)) {
      // As it is computed: a canvas does not know light-dark().
      const probe = document.createElement("span");
      probe.hidden = true;
      document.body.append(probe);
      probe.style.setProperty("color", `var(${name})`);
      this.styles.set(name, getComputedStyle(probe).color);
      probe.remove();
    }
    return this.styles.get(name);
  }

  colour(name) {
    if (!this.colours.has(name)) this.colours.set(name, colour(this.data.names[name], this.isDark));
    return this.colours.get(name);
  }

  describe() {
    const {data} = this;
    const sum = (key) => data.threads.reduce((total, thread) => total + thread[key], 0);
    put("title", data.title);
    const parts = [
      duration(data.duration_ns),
      counted(data.threads.length, "thread"),
      counted(sum("events"), "event"),
      counted(sum("calls"), "call"),
    ];
    put("summary", parts.join(" · "));
    const notes = [];
    const folded = sum("folded");
    if (folded > 0) {
      const longest = Math.max(...data.threads.map((thread) => thread.shortest_ns));
      notes.push(`The timeline folds ${counted(folded, "call")} that are too short to be seen, all of less than ${duration(longest)}; the report and the flame graph of the whole trace count them all.`);
    }
    const {functions, paths} = data.parts.left_out;
    if (functions > 0) notes.push(`${counted(functions, "function")} with the least time are not in the report.`);
    if (paths > 0) notes.push(`${counted(paths, "path")} that took the least time are together in the flame graph.`);
    const wrong = [
      [sum("lost_events"), "event", "lost while the program was traced"],
      [sum("unfinished"), "call", "open at the end"],
      [sum("orphan_returns"), "return", "without a call"],
    ];
    for (const [count, noun, what] of wrong) {
      if (count > 0) notes.push(`${counted(count, noun)} ${what}.`);
    }
    if (data.process) {
      const {command, host, pid} = data.process;
      notes.push([command.join(" "), host && `on ${host}`, pid && `process ${pid}`].filter(Boolean).join(", "));
    }
    notes.push(`Made by atf ${data.version}.`);
    put("notes", notes.join(" "));
  }

  /** Draws the timeline soon, and the flame graph if the selection changed. */
  changed(isSelection = false) {
    this.isSelection ||= isSelection;
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.timeline.draw();
      const {from, to, selection} = this.timeline;
      element("all").hidden = from === 0 && to >= this.data.duration_ns && !selection;
      put("range", `${duration(from)} to ${duration(to)}`);
      if (this.isSelection) {
        this.isSelection = false;
        this.flame.show(selection ? treeOf(this.data, selection) : this.whole);
      }
      put("of", selection ? `of ${duration(selection.to - selection.from)} that are selected` : "of all threads together");
    });
  }

  search(text) {
    const {data, report, timeline, flame} = this;
    const wanted = text.toLowerCase();
    const numbers = data.names.map((name, at) => [name, at]).filter(([name]) => name.toLowerCase().includes(wanted));
    const found = text ? new Set(numbers.map(([, at]) => at)) : null;
    [timeline.found, flame.found, report.text] = [found, found, text];
    report.draw();
    flame.draw();
    this.changed();
  }

  choose(name) {
    const search = element("search");
    search.value = search.value === name ? "" : name;
    this.search(search.value);
  }

  tip(event, lines) {
    const tip = element("tip");
    tip.hidden = !lines;
    if (!lines) return;
    tip.replaceChildren(...lines.filter(Boolean).map((text, at) => {
      const line = document.createElement("div");
      line.textContent = text;
      if (at > 0) line.className = "dim";
      return line;
    }));
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const top = Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8);
    tip.style.setProperty("left", `${left}px`);
    tip.style.setProperty("top", `${top}px`);
  }

  themed() {
    this.styles.clear();
    this.colours.clear();
    this.flame.draw();
    this.changed();
  }

  all() {
    this.timeline.select(null);
    this.timeline.show(0, this.data.duration_ns);
  }

  listen() {
    const search = element("search");
    search.addEventListener("input", () => this.search(search.value));
    element("theme").addEventListener("click", () => {
      document.documentElement.dataset.theme = this.isDark ? "light" : "dark";
      this.themed();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.themed());
    addEventListener("resize", () => this.themed());
    element("all").addEventListener("click", () => this.all());
    const keys = {
      w: () => this.timeline.zoom(0.7),
      s: () => this.timeline.zoom(1 / 0.7),
      a: () => this.timeline.pan(-0.2),
      d: () => this.timeline.pan(0.2),
      ArrowLeft: () => this.timeline.pan(-0.2),
      ArrowRight: () => this.timeline.pan(0.2),
      ArrowUp: () => { this.timeline.top -= 40; this.changed(); },
      ArrowDown: () => { this.timeline.top += 40; this.changed(); },
      "/": () => search.focus(),
      Backspace: () => this.flame.up(),
      Escape: () => this.all(),
    };
    addEventListener("keydown", (event) => {
      const isTyping = event.target === search;
      if (isTyping && event.key !== "Escape") return;
      if (isTyping) {
        search.value = "";
        this.search("");
        search.blur();
        return;
      }
      const isOnCanvas = event.target.tagName === "CANVAS" || event.target === document.body;
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      if (event.key.startsWith("Arrow") && !isOnCanvas) return;
      event.preventDefault();
      keys[event.key]();
    });
  }
}

decoded().then((data) => {
  document.documentElement.dataset.ready = "yes";
  return new View(data);
}).catch((error) => {
  put("notes", `This page cannot be shown: ${error.message}. It needs a browser of 2023 or newer.`);
  document.documentElement.dataset.ready = "no";
});
