// <exam-form>: saves an answer as it is given. Without script every button of the form saves first.
class ExamForm extends HTMLElement {
  last = Promise.resolve();
  waiting = 0;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.says = this.querySelector("[data-state]");
    this.form.addEventListener("change", () => this.save());
    this.form.addEventListener("input", (event) => {
      if (!event.target.matches("textarea, input:not([type]), .blank")) return;
      this.tell("unsaved");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), 1500);
    });
    this.addEventListener("moved", () => this.save({ move: true }));
    document.addEventListener("visibilitychange", () => document.hidden && this.timer && this.save());
    this.form.addEventListener("submit", (event) => this.leave(event));
  }

  tell(name, text = this.dataset[name]) {
    this.says.textContent = text;
  }

  // One request at a time, each with the revision that the one before brought back.
  save({ move = false } = {}) {
    clearTimeout(this.timer);
    this.timer = null;
    this.tell("saving");
    this.waiting += 1;
    this.last = this.last.then(() => this.send(move)).then(() => { this.waiting -= 1; });
    return this.last;
  }

  // What is being saved comes first: the form would else be sent with the revision before it, and be refused as stale.
  leave(event) {
    clearTimeout(this.timer);
    if (!this.waiting) return;
    event.preventDefault();
    const { submitter } = event;
    this.last.then(() => this.form.requestSubmit(submitter));
  }

  async send(move) {
    const body = new URLSearchParams(new FormData(this.form));
    if (move) body.set("save", "1");
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, keepalive: true, headers: { "X-Autosave": "1" }, signal: AbortSignal.timeout(10000) });
      const told = await answer.json();
      if (!answer.ok) return this.tell("", told.problem);
      this.form.elements.revision.value = told.revision;
      this.tell(told.kept ? "kept" : "saved");
    } catch {
      this.tell("unsaved");
    }
  }
}
customElements.define("exam-form", ExamForm);
