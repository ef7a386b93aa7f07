// <draw-pad>: an 8×8 pad beside a menu of samples, for mouse, finger and keys. What is drawn becomes one more choice
// of the menu, 64 signs long, so that the form and its address carry it; without script the samples remain.
import { dab, mirror, read, SIDE, stroke, tint, write } from "../lib/ink.js";

const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class DrawPad extends HTMLElement {
  connectedCallback() {
    this.menu = this.querySelector(`[name="${this.dataset.menu}"]`);
    this.pad = this.querySelector(".pad");
    this.output = this.querySelector("[data-cursor]");
    this.ink = document.querySelector("[data-ink]");
    this.ink.hidden = false;
    this.brush = this.ink.querySelector("input");
    this.brush.addEventListener("input", () => (this.ink.querySelector("output").value = this.brush.value));
    this.cursor = [3, 3];
    this.prepare();
    this.show();
    this.menu.addEventListener("change", () => this.show());
    this.addEventListener("click", (event) => this.press(event));
    this.pad.addEventListener("keydown", (event) => this.key(event));
    this.pad.addEventListener("focus", () => this.tell());
    this.pad.addEventListener("pointerdown", (event) => {
      this.pad.setPointerCapture(event.pointerId);
      this.last = this.place(event);
      this.paint([this.last]);
    });
    this.pad.addEventListener("pointermove", (event) => {
      if (!event.buttons || !this.last) return;
      for (const part of event.getCoalescedEvents?.() ?? [event]) this.follow(this.place(part));
    });
    this.pad.addEventListener("lostpointercapture", () => (this.last = undefined));
  }

  // The picture that the server drew becomes a pad.
  prepare() {
    const make = (name, attributes) => {
      const made = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      return made;
    };
    const attributes = { role: "application", tabindex: 0, "aria-label": this.pad.dataset.label, "aria-describedby": "ink-why" };
    for (const [key, value] of Object.entries(attributes)) this.pad.setAttribute(key, value);
    this.cells = Array.from({ length: SIDE * SIDE }, (_, i) =>
      make("rect", { x: i % SIDE, y: Math.floor(i / SIDE), width: 1, height: 1 }),
    );
    this.frame = make("rect", { width: 1, height: 1, class: "cursor" });
    this.pad.replaceChildren(...this.cells, this.frame);
    this.move(0, 0);
  }

  show() {
    const { value } = this.menu;
    const sample = this.menu.querySelector(`option[value="${value.replace("m", "")}"]`)?.dataset.pixels;
    if (value.length === SIDE * SIDE) this.values = read(value);
    else if (sample) this.values = value.endsWith("m") ? mirror(read(sample)) : read(sample);
    else this.values = Array(SIDE * SIDE).fill(0);
    this.colour();
  }

  colour() {
    this.cells.forEach((cell, i) => cell.setAttribute("class", `p${tint(this.values[i])}`));
  }

  place(event) {
    const box = this.pad.getBoundingClientRect();
    const cell = (at, start, size) => Math.min(SIDE - 1, Math.max(0, Math.floor(((at - start) / size) * SIDE)));
    return [cell(event.clientX, box.left, box.width), cell(event.clientY, box.top, box.height)];
  }

  follow(place) {
    if (place[0] === this.last[0] && place[1] === this.last[1]) return;
    const cells = stroke(this.last, place);
    this.last = place;
    this.paint(cells);
  }

  paint(cells, ink = Number(this.brush.value)) {
    for (const [x, y] of cells) this.values = dab(this.values, x, y, ink);
    [this.cursor] = cells.slice(-1);
    this.move(0, 0);
    this.keep();
  }

  // Arrows move a cell, Shift draws on the way, space paints, delete rubs out.
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const way = ARROWS[event.key];
    if (way) this.move(...way);
    if (way && event.shiftKey) this.paint([this.cursor]);
    else if (event.key === " ") this.paint([this.cursor]);
    else if (event.key === "Delete" || event.key === "Backspace") this.paint([this.cursor], 0);
    else if (!way) return;
    event.preventDefault();
    this.tell();
  }

  move(dx, dy) {
    const clamp = (value) => Math.min(SIDE - 1, Math.max(0, value));
    this.cursor = [clamp(this.cursor[0] + dx), clamp(this.cursor[1] + dy)];
    this.frame.setAttribute("x", this.cursor[0]);
    this.frame.setAttribute("y", this.cursor[1]);
  }

  tell() {
    const [x, y] = this.cursor;
    const ink = this.values[y * SIDE + x];
    this.output.value = this.dataset.cell.replace("{row}", y + 1).replace("{column}", x + 1).replace("{ink}", ink);
  }

  // The buttons send the form when there is no script; here they change the pad at once.
  press(event) {
    const button = event.target.closest("button[name]");
    if (!button) return;
    event.preventDefault();
    const { value } = this.menu;
    const sample = this.menu.querySelector(`option[value="${value.replace("m", "")}"][data-next]`);
    if (button.name === "next") {
      const next = sample?.dataset.next ?? this.menu.querySelector("[data-next]").value;
      this.choose(value.endsWith("m") ? `${next}m` : next);
    } else if (button.name === "mirror" && sample) {
      this.choose(value.endsWith("m") ? value.slice(0, -1) : `${value}m`);
    } else {
      this.values = button.name === "mirror" ? mirror(this.values) : Array(SIDE * SIDE).fill(0);
      this.keep();
    }
  }

  /** Show a drawing that an address carries. */
  draw(signs) {
    this.values = read(signs);
    this.keep();
  }

  choose(value) {
    this.menu.value = value;
    this.menu.dispatchEvent(new Event("change", { bubbles: true }));
  }

  keep() {
    this.drawn ??= this.menu.querySelector("[data-drawn]") ?? this.menu.appendChild(new Option(this.dataset.drawing, ""));
    this.drawn.value = write(this.values);
    this.choose(this.drawn.value);
  }
}

customElements.define("draw-pad", DrawPad);
