// <run-chart>: redraws the chart that the server drew, while points come in.
import { draw } from "../lib/chart.js";

const SVG = "http://www.w3.org/2000/svg";

function make(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

class RunChart extends HTMLElement {
  connectedCallback() {
    this.keys = [...this.querySelectorAll(".lines > li")].map((item) => ({
      key: item.dataset.key,
      number: item.dataset.number,
      style: item.querySelector("path").getAttribute("class"),
      label: item.children[2].textContent,
      item,
    }));
    this.numbered = this.querySelector("figure").classList.contains("numbered");
    this.title_ = this.querySelector("figcaption").firstChild.textContent.trim();
    this.clear();
  }

  clear() {
    this.points = new Map(this.keys.map(({ key }) => [key, []]));
  }

  add(point) {
    const { x, y } = this.dataset;
    if (!this.points.has(point.series) || !(y in point) || typeof point[x] !== "number") return;
    this.points.get(point.series).push([point[x], point[y]]);
    this.due ??= requestAnimationFrame(() => this.redraw());
  }

  redraw() {
    this.due = undefined;
    const { lines, xTicks, yTicks } = draw([...this.points.values()], this.dataset.y, Number(this.dataset.xEnd));
    const shown = lines
      .map((line, i) => ({ ...line, ...this.keys[i], style: line.bad ? "bad" : this.keys[i].style }))
      .filter((line) => line.end);
    this.part(".plot", [
      ...yTicks.map((tick) => make("path", { class: "g", d: `M0 ${tick.place}H100` })),
      ...xTicks.map((tick) => make("path", { class: "g", d: `M${tick.place} 0V100` })),
      make("path", { class: "ax", d: "M0 0V100H100" }),
      ...shown.toReversed().flatMap((line) => [
        make("path", { class: line.style, d: line.d }),
        make("path", { class: `${line.style} pt`, d: `M${line.end[0].toFixed(2)} ${line.end[1].toFixed(2)}h0` }),
      ]),
    ]);
    this.part(".y", yTicks.map((tick) => make("text", { x: "80%", y: `${tick.place}%`, dy: ".35em" }, tick.text)));
    this.part(
      ".e",
      shown.flatMap((line) => [
        make("line", { x1: 4, y1: `${line.end[1].toFixed(2)}%`, x2: 12, y2: `${line.markAt}%` }),
        make(
          "text",
          { x: 15, y: `${line.markAt}%`, dy: ".35em", class: line.style },
          this.numbered ? line.number : line.label,
        ),
      ]),
    );
    const name = this.querySelector(".x").lastElementChild;
    this.part(".x", [
      ...xTicks.map((tick) => {
        const anchor = tick.place < 2 ? "start" : tick.place > 98 ? "end" : "middle";
        return make("text", { x: `${tick.place}%`, y: 16, "text-anchor": anchor }, tick.text);
      }),
      name,
    ]);
    for (const line of shown) {
      line.item.hidden = false;
      line.item.querySelector("b").textContent = line.last;
      line.item.querySelector("path").setAttribute("class", line.style);
    }
    this.querySelector(".waits").hidden = shown.length > 0;
    const words = shown.map((line) => `${line.label} ${line.last}`).join("; ");
    this.querySelector("figure > .plot").setAttribute("aria-label", `${this.title_}: ${words}`);
  }

  part(name, children) {
    this.querySelector(`figure > ${name}`).replaceChildren(...children);
  }
}

customElements.define("run-chart", RunChart);
