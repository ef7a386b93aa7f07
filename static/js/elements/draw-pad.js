// <draw-pad>: an 8×8 pad beside a menu of samples. What is drawn becomes one more choice of the menu, 64 signs long,
// so that the form and its address carry it; without script the samples remain.
const SIDE = 8;
const INK = "0123456789abcdefg"; // 0 … 16
const SVG = "http://www.w3.org/2000/svg";

class DrawPad extends HTMLElement {
  connectedCallback() {
    this.menu = document.getElementById(this.dataset.for);
    this.svg = this.querySelector("svg");
    this.cells = Array.from({ length: SIDE * SIDE }, (_, i) => {
      const cell = document.createElementNS(SVG, "rect");
      const place = { x: i % SIDE, y: Math.floor(i / SIDE), width: 1, height: 1 };
      for (const [key, value] of Object.entries(place)) cell.setAttribute(key, value);
      return this.svg.appendChild(cell);
    });
    this.menu.addEventListener("change", () => this.show(this.menu.selectedOptions[0].dataset.pixels));
    this.querySelector("button").addEventListener("click", () => {
      this.show("0".repeat(SIDE * SIDE));
      this.keep();
    });
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      this.paint(event);
    });
    this.svg.addEventListener("pointermove", (event) => event.buttons && this.paint(event));
    this.show(this.menu.selectedOptions[0].dataset.pixels);
    this.hidden = false;
  }

  show(pixels) {
    this.values = [...pixels].map((sign) => INK.indexOf(sign));
    this.values.forEach((_, i) => this.tint(i));
  }

  tint(i) {
    this.cells[i].setAttribute("class", `p${Math.ceil(this.values[i] / 5.4)}`);
  }

  // The digits the model learnt from are soft: a stroke is full in its cell and half beside it.
  paint(event) {
    const box = this.svg.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
    const y = Math.floor(((event.clientY - box.top) / box.height) * SIDE);
    const dabs = [[x, y, 16], [x - 1, y, 6], [x + 1, y, 6], [x, y - 1, 6], [x, y + 1, 6]];
    for (const [column, row, ink] of dabs) {
      if (column < 0 || row < 0 || column >= SIDE || row >= SIDE) continue;
      const i = row * SIDE + column;
      this.values[i] = Math.max(this.values[i], ink);
      this.tint(i);
    }
    this.keep();
  }

  keep() {
    this.drawn ??= this.menu.querySelector("[data-drawn]") ?? this.menu.appendChild(new Option(this.dataset.name, ""));
    this.drawn.value = this.values.map((value) => INK[value]).join("");
    this.drawn.dataset.pixels = this.drawn.value;
    this.drawn.selected = true;
  }
}

customElements.define("draw-pad", DrawPad);
