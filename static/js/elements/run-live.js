// <run-live>: what a run reports, as it reports it; when it is over the server shows the result.
import { number } from "../lib/chart.js";
import { follow } from "../lib/events.js";

const LOG_LINES = 8;
const REDRAW_MILLISECONDS = 300;

class RunLive extends HTMLElement {
  connectedCallback() {
    this.words = this.querySelector("[data-words]").dataset;
    this.measures = JSON.parse(this.words.measures);
    this.series = JSON.parse(this.words.series);
    this.charts = [...this.querySelectorAll("run-chart")];
    this.drawn = [...this.querySelectorAll("[data-figure]")]; // by the server, again when something new came
    this.lines = [];
    this.attempt = 0;
    this.stop = follow(this.dataset.events, {
      row: (found) => this.take(found),
      status: (found) => this.tell(found),
      end: () => location.reload(),
    });
  }

  disconnectedCallback() {
    this.stop();
  }

  tell({ status, attempt, elapsed, waiting }) {
    if (attempt > 1 && attempt !== this.attempt) this.note(this.words.again);
    this.restart(attempt);
    // The server counts from where the attempt began: this page may have been opened later.
    if (typeof elapsed === "number") this.began = performance.now() - elapsed * 1000;
    const word = this.words[status];
    if (!word) return;
    document.querySelector("[data-status]").textContent = word;
    const line = this.querySelector("[data-progress]").dataset.before;
    if (!this.progressed) this.note(typeof waiting === "number" ? line.replace("{count}", waiting) : word);
  }

  // A run that begins again begins with empty curves.
  restart(attempt) {
    if (attempt === this.attempt) return;
    this.attempt = attempt;
    this.began = undefined;
    this.progressed = false;
    this.lines = [];
    for (const chart of this.charts) chart.clear();
  }

  take({ attempt, data }) {
    this.restart(attempt);
    if (data.type === "progress") this.progress(data);
    if (data.type === "note") this.log(data.text[this.dataset.language]);
    if (data.type === "matrix") this.redraw((figure) => figure.dataset.name === data.map);
    if (data.type === "node") this.redraw((figure) => figure.dataset.name === data.tree);
    if (data.type === "point") {
      this.redraw((figure) => figure.dataset.y in data);
      for (const chart of this.charts) chart.add(data);
      this.log(this.describe(data));
    }
  }

  redraw(wanted) {
    for (const figure of this.drawn.filter(wanted)) {
      clearTimeout(figure.due);
      figure.due = setTimeout(async () => {
        const response = await fetch(figure.dataset.figure).catch(() => undefined);
        if (!response?.ok) return; // the finished page has it
        figure.innerHTML = await response.text();
      }, REDRAW_MILLISECONDS);
    }
  }

  progress({ done, total, note }) {
    this.progressed = true;
    const bar = this.querySelector("progress");
    bar.max = total;
    bar.value = done;
    const count = this.words.of.replace("{done}", done).replace("{total}", total);
    this.note(note ? `${note[this.dataset.language]}　${count}` : count);
    if (this.began === undefined) return;
    const spent = (performance.now() - this.began) / 1000;
    if (spent < 1 || done < total / 10) return;
    this.querySelector("[data-clock]").textContent = this.words.clock
      .replace("{spent}", spent.toFixed(0))
      .replace("{left}", ((spent / done) * (total - done)).toFixed(0));
  }

  note(text) {
    this.querySelector("[data-note]").textContent = text;
  }

  describe({ type, series, ...values }) {
    const label = this.series[series] ?? series;
    const keys = new Set([...Object.keys(this.measures), ...Object.keys(values)]); // in the order of the axes
    const known = [...keys].filter((key) => key in values);
    const parts = known.map((key) => {
      return `${this.measures[key] ?? key} ${values[key] === null ? "–" : number(values[key])}`;
    });
    return [label, ...parts].join("　");
  }

  log(line) {
    this.lines = [line, ...this.lines].slice(0, LOG_LINES);
    const nodes = this.lines.flatMap((text) => [text, document.createElement("br")]);
    this.querySelector("[data-log]").replaceChildren(...nodes);
  }
}

customElements.define("run-live", RunLive);
