// <self-grade>: says which grade the ticked key points suggest; the learner may give another.
import { suggested } from "../lib/grades.js";

class SelfGrade extends HTMLElement {
  connectedCallback() {
    this.says = this.querySelector("[data-says]");
    this.form = this.closest("form");
    if (!this.says || !this.form) return;
    this.form.addEventListener("change", () => this.suggest());
    this.suggest();
  }

  suggest() {
    const points = [...this.form.querySelectorAll("input[name=point]")];
    const grade = suggested(points.filter((point) => point.checked).length, points.length);
    this.says.textContent = this.says.dataset[grade];
    for (const button of this.querySelectorAll("button[name=grade]")) button.classList.toggle("hint", button.value === grade);
  }
}
customElements.define("self-grade", SelfGrade);
