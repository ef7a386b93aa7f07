// <review-card>: Space or Enter shows the answer, then rates Good; without script, buttons and <details> do the same.
import { takesKeys } from "../app.js";

class ReviewCard extends HTMLElement {
  connectedCallback() {
    this.answer = this.querySelector("[data-answer]");
    this.answer?.addEventListener("toggle", () => this.settle());
    this.settle();
    document.addEventListener("keydown", (event) => this.press(event));
  }

  get main() {
    return this.querySelector("button[data-main]");
  }

  // Nothing can be rated before the answer was seen; once it is, reading goes on there.
  settle() {
    const hidden = this.answer !== null && !this.answer.open;
    for (const button of this.querySelectorAll(".rate button")) button.disabled = hidden;
    if (!hidden) this.querySelector("[data-shown]")?.focus({ preventScroll: true });
  }

  press(event) {
    const { key, ctrlKey, altKey, metaKey, repeat } = event;
    if (event.defaultPrevented || ctrlKey || altKey || metaKey || repeat || (key !== " " && key !== "Enter")) return;
    if (takesKeys(event.target, key) || document.querySelector("dialog[open]")) return;
    const control = this.answer && !this.answer.open ? this.answer.querySelector("summary") : this.main;
    if (!control) return;
    event.preventDefault();
    control.click();
  }
}
customElements.define("review-card", ReviewCard);
