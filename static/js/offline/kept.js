// <kept-offline>: lists what this browser keeps, from its copies and its waiting answers alone.
import { dropQuestion, findCopy, listCopies } from "./copies.js";
import { answers, mine, notes } from "./store.js";
import { language, readWords } from "./words.js";

const ATTEMPT = /^(?:\/en)?\/quizzes\/[0-9a-f-]{36}\//;
const VISITED = /^(\/en)?\/questions\//;
const isOurs = (path) => path.startsWith("/en/") === Boolean(language);

class KeptOffline extends HTMLElement {
  async connectedCallback() {
    this.words = await readWords();
    const mark = { "#needs-network": "needsNetwork", "#not-kept": "notKept", "#done": "done" }[location.hash];
    const said = mark && this.querySelector(`[data-${mark.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`);
    if (said) {
      said.hidden = false;
      said.setAttribute("role", "alert");
    }
    this.querySelector("[data-send]").addEventListener("click", () => this.send());
    navigator.serviceWorker?.addEventListener("message", () => this.show());
    await this.show();
  }

  send() {
    navigator.serviceWorker?.controller?.postMessage({ act: "send" });
  }

  // One at a time: what is asked for meanwhile is shown anew once.
  show() {
    this.last = (this.last ?? Promise.resolve()).then(() => this.fill());
    return this.last;
  }

  part(name, rows, isThere = rows.length > 0) {
    const section = this.querySelector(`[data-part=${name}]`);
    section.querySelector(".list")?.replaceChildren(...rows);
    section.hidden = !isThere;
    return isThere;
  }

  async fill() {
    const all = await mine();
    const kept = (await listCopies("kept")).filter((path) => VISITED.test(path));
    const read = (await listCopies("read")).filter((path) => VISITED.test(path) && isOurs(path) && !kept.includes(path));
    const deck = (await notes.get("deck")) ?? [];
    const there = [
      this.part("waiting", all.filter((one) => !one.refused).map((one) => this.waits(one))),
      this.part("refused", all.filter((one) => one.refused).map((one) => this.refused(one))),
      this.part("review", [], deck.length > 0),
      this.part("quiz", await this.quizzes()),
      this.part("kept", await Promise.all(kept.map((path) => this.page(path, true)))),
      this.part("read", await Promise.all(read.slice(0, 30).map((path) => this.page(path)))),
    ];
    this.querySelector("[data-part=review] .meta").textContent = this.words.say("cards", { n: deck.length });
    this.querySelector("[data-empty]").hidden = there.includes(true);
  }

  row(...parts) {
    const row = document.createElement("li");
    row.className = "row between";
    row.append(...parts);
    return row;
  }

  text(text, name = "meta") {
    return Object.assign(document.createElement("span"), { textContent: text, className: name });
  }

  button(word, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-bare", textContent: this.words.say(word) });
    button.addEventListener("click", async () => {
      button.disabled = true;
      await act();
      await this.show();
    });
    return button;
  }

  name(one) {
    return `${this.words.say(one.kind, { n: one.body.position ?? "" })}　${this.date(one.at)}`;
  }

  date(moment) {
    return new Date(moment).toLocaleString(document.documentElement.lang);
  }

  waits(one) {
    return this.row(this.text(this.name(one), ""), this.button("drop", () => answers.remove(one.id)));
  }

  refused(one) {
    const again = this.button("again", async () => {
      await answers.put({ ...one, refused: null });
      this.send();
    });
    const text = this.text(this.name(one), "");
    const why = this.text(one.refused.detail ?? "", "problem");
    return this.row(text, why, again, this.button("drop", () => answers.remove(one.id)));
  }

  async page(path, isKept = false) {
    const copy = await findCopy(path);
    const title = new DOMParser().parseFromString(await copy.text(), "text/html").querySelector("h1")?.textContent ?? path;
    const link = Object.assign(document.createElement("a"), { href: path, textContent: title });
    const parts = [link, this.text(this.date(copy.headers.get("X-Copied")))];
    if (isKept) parts.push(this.button("remove", () => dropQuestion(path)));
    return this.row(...parts);
  }

  async quizzes() {
    const counts = new Map();
    for (const path of (await listCopies("own")).filter(isOurs)) {
      const attempt = ATTEMPT.exec(path)?.[0];
      const isOpen = attempt && (await (await findCopy(path)).text()).includes("data-item=");
      if (isOpen) counts.set(attempt, (counts.get(attempt) ?? 0) + 1);
    }
    return [...counts].map(([attempt, n]) => {
      const link = Object.assign(document.createElement("a"), { href: attempt, textContent: this.words.say("goon") });
      return this.row(link, this.text(this.words.say("items", { n })));
    });
  }
}
customElements.define("kept-offline", KeptOffline);
