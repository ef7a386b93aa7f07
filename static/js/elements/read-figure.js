// <read-figure>: read a chart or a wide heat map point by point, with the pointer or the arrow keys.
// The values come from the table that the server wrote behind it.
const SVG = "http://www.w3.org/2000/svg";

class ReadFigure extends HTMLElement {
  connectedCallback() {
    this.table = this.querySelector(".values table");
    this.plot = this.querySelector("figure > .plot, figure > .cells");
    if (!this.table || !this.plot || this.out) return;
    this.rows = [...this.table.tBodies[0].rows];
    this.heads = [...this.table.tHead.rows[0].cells].map((cell) => cell.textContent);
    this.map = this.plot.classList.contains("cells");
    this.out = document.createElement("output");
    this.out.className = "readout";
    this.plot.closest("figure").append(this.out);
    this.cursor = document.createElementNS(SVG, "path");
    this.cursor.setAttribute("class", "cur");
    this.plot.append(this.cursor);
    this.plot.tabIndex = 0;
    this.at = [0, 0]; // column and row of a map; row of a chart's table in the first
    this.plot.addEventListener("pointermove", (event) => this.point(event));
    this.plot.addEventListener("pointerdown", (event) => this.point(event));
    this.plot.addEventListener("pointerleave", () => this.clear());
    this.plot.addEventListener("focus", () => this.plot.matches(":focus-visible") && this.read());
    this.plot.addEventListener("blur", () => this.clear());
    this.plot.addEventListener("keydown", (event) => this.key(event));
  }

  get size() {
    return this.map ? [this.heads.length - 1, this.rows.length] : [this.rows.length, 1];
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    const [columns, rows] = this.size;
    const within = (value, count) => Math.min(count - 1, Math.max(0, Math.floor(value * count)));
    this.at = this.map ? [within(x, columns), within(y, rows)] : [this.nearest(x * 100), 0];
    this.read();
  }

  nearest(place) {
    const away = this.rows.map((row) => Math.abs(Number(row.dataset.place) - place));
    return away.indexOf(Math.min(...away));
  }

  key(event) {
    const [columns, rows] = this.size;
    let [x, y] = this.at;
    if (event.key === "ArrowLeft") x -= 1;
    else if (event.key === "ArrowRight") x += 1;
    else if (event.key === "ArrowUp" && this.map) y -= 1;
    else if (event.key === "ArrowDown" && this.map) y += 1;
    else if (event.key === "Home") x = 0;
    else if (event.key === "End") x = columns - 1;
    else if (event.key === "Escape") return this.clear();
    else return undefined;
    event.preventDefault();
    this.at = [Math.min(columns - 1, Math.max(0, x)), Math.min(rows - 1, Math.max(0, y))];
    return this.read();
  }

  read() {
    const [x, y] = this.at;
    const cells = [...this.rows[this.map ? y : x].cells].map((cell) => cell.textContent);
    const axis = this.table.dataset.axis;
    if (this.map) {
      this.out.textContent = `${cells[0]}　${axis} ${this.heads[x + 1]}　${cells[x + 1]}`;
      this.cursor.setAttribute("d", `M${x} ${y}h1v1h-1z`);
      return;
    }
    const known = cells.slice(1).map((value, i) => (value ? `${this.heads[i + 1]} ${value}` : ""));
    this.out.textContent = [`${axis} ${cells[0]}`, ...known.filter(Boolean)].join("　");
    this.cursor.setAttribute("d", `M${this.rows[x].dataset.place} 0V100`);
  }

  clear() {
    this.out.textContent = "";
    this.cursor.removeAttribute("d");
  }
}

customElements.define("read-figure", ReadFigure);
