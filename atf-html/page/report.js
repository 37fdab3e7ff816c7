// The report: a row per function, sorted by any column.

const COLUMNS = ["function", "calls", "total", "self", "min", "avg", "max", "p50", "p99"];

class Report {
  constructor(data, view) {
    this.data = data;
    this.view = view;
    this.column = 3;
    this.descends = true;
    this.text = "";
    COLUMNS.forEach((name, at) => {
      const head = document.createElement("th");
      const button = document.createElement("button");
      button.type = "button";
      button.addEventListener("click", () => this.sort(at));
      head.append(button);
      head.title = at === 0 ? "name" : at === 1 ? "number of calls" : `${name} time`;
      button.dataset.name = name;
      element("head").append(head);
    });
  }

  sort(column) {
    this.descends = column === this.column ? !this.descends : column > 0;
    this.column = column;
    this.draw();
  }

  draw() {
    [...element("head").children].forEach((head, at) => {
      const mark = at === this.column ? (this.descends ? " ↓" : " ↑") : "";
      head.firstChild.textContent = head.firstChild.dataset.name + mark;
      head.setAttribute("aria-sort", at !== this.column ? "none" : this.descends ? "descending" : "ascending");
    });
    const {names} = this.data;
    const wanted = this.text.toLowerCase();
    const rows = this.data.parts.report.filter((row) => names[row[0]].toLowerCase().includes(wanted));
    const sign = this.descends ? -1 : 1;
    rows.sort((one, other) => {
      if (this.column === 0) return sign * names[one[0]].localeCompare(names[other[0]]);
      return sign * ((one[this.column] ?? -1) - (other[this.column] ?? -1));
    });
    const lines = rows.map((row) => {
      const line = document.createElement("tr");
      row.forEach((value, at) => {
        const cell = document.createElement("td");
        cell.textContent = at === 0 ? names[value] : at === 1 ? grouped(value) : value === null ? "" : duration(value);
        line.append(cell);
      });
      line.title = names[row[0]];
      line.addEventListener("click", () => this.view.choose(names[row[0]]));
      return line;
    });
    element("rows").replaceChildren(...lines);
    const rest = this.data.parts.left_out.functions;
    put("found", `${grouped(rows.length)} of ${grouped(this.data.parts.report.length + rest)}`);
  }
}
