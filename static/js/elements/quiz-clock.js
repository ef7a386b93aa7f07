// <quiz-clock>: counts down by the server's clock, and hands in at zero. Without script the end stands there as a time.
import { clockFace, remaining, warning } from "../lib/clock.js";

class QuizClock extends HTMLElement {
  connectedCallback() {
    const { now, until } = this.dataset;
    this.until = Number(until);
    this.ahead = Number(now) - Date.now(); // of the server's clock over ours
    this.face = this.querySelector("[data-face]");
    this.note = this.querySelector("[data-note]");
    this.status = this.querySelector("[data-status]");
    this.face.setAttribute("role", "timer");
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
    document.addEventListener("visibilitychange", () => this.tick());
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const left = remaining(this.until, Date.now() + this.ahead);
    this.face.textContent = clockFace(left);
    this.note.textContent = left < 0 ? this.dataset.over : this.dataset.left;
    this.classList.toggle("over", left < 0);
    const said = warning(left);
    if (said !== null) this.status.textContent = `${clockFace(said)} ${this.dataset.left}`;
    if (left <= 0 && this.dataset.atZero && !this.isOver) this.handIn();
  }

  async handIn() {
    this.isOver = true;
    await document.querySelector("exam-form")?.save?.();
    document.getElementById(this.dataset.atZero).submit();
  }
}
customElements.define("quiz-clock", QuizClock);
