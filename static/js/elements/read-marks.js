// <read-marks>: read the marks of a picture that carry their own title, with the pointer or the arrow keys.
class ReadMarks extends HTMLElement {
  connectedCallback() {
    this.picture = this.querySelector("svg");
    this.marks = [...this.picture.querySelectorAll("rect")].filter((mark) => mark.querySelector("title"));
    if (!this.marks.length || this.out) return;
    this.out = this.querySelector("output"); // the page keeps its place
    this.at = this.marks.length - 1;
    this.picture.tabIndex = 0;
    this.picture.addEventListener("pointermove", (event) => this.read(this.marks.indexOf(event.target)));
    this.picture.addEventListener("pointerdown", (event) => this.read(this.marks.indexOf(event.target)));
    this.picture.addEventListener("pointerleave", () => this.read(-1));
    this.picture.addEventListener("focus", () => this.picture.matches(":focus-visible") && this.read(this.at));
    this.picture.addEventListener("blur", () => this.read(-1));
    this.picture.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.key === "Escape") return this.read(-1);
    const column = Number(this.dataset.column); // marks a column
    const steps = { ArrowLeft: -column, ArrowRight: column, ArrowUp: -1, ArrowDown: 1 };
    const ends = { Home: 0, End: this.marks.length - 1 };
    if (!(event.key in steps) && !(event.key in ends)) return undefined;
    event.preventDefault();
    const to = ends[event.key] ?? this.at + steps[event.key];
    this.read(Math.min(this.marks.length - 1, Math.max(0, to)));
    return this.marks[this.at].scrollIntoView({ block: "nearest", inline: "nearest" }); // not under a pointer
  }

  read(at) {
    this.querySelector(".cur")?.classList.remove("cur");
    const mark = this.marks[at];
    this.out.textContent = mark?.querySelector("title").textContent ?? "";
    if (!mark) return;
    this.at = at;
    mark.classList.add("cur");
  }
}

customElements.define("read-marks", ReadMarks);
