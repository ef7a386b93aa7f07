// <find-panel>: the closest questions below the field in the head, while one types. Enter goes to the search page.
import { isComposing, Latest, step, whenTyped } from "../lib/typing.js";

class FindPanel extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=search]");
    this.latest = new Latest();
    this.status = document.createElement("p");
    this.status.className = "vh";
    this.status.role = "status";
    this.list = document.createElement("div");
    this.list.className = "below";
    this.list.hidden = true;
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: this.dataset.sheet });
    document.head.append(sheet);
    this.append(this.status, this.list);
    this.typed = whenTyped(this.field, () => this.look());
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.contains(relatedTarget)) this.close();
    });
    // A press on what takes no focus, such as the space between two links, leaves the field as it is.
    this.list.addEventListener("mousedown", (event) => {
      if (!event.target.closest("a")) event.preventDefault();
    });
    this.field.addEventListener("focus", () => this.look());
    if (this.field.value) this.look();
  }

  disconnectedCallback() {
    this.latest.stop();
  }

  async look() {
    this.typed.settle();
    const query = this.field.value.trim();
    if (!query) return this.close();
    const html = await this.latest
      .text(`${this.dataset.panel}?${new URLSearchParams({ q: query })}`)
      .catch(() => undefined); // Enter still goes to the search page
    if (html === undefined || !this.contains(document.activeElement)) return;
    this.list.innerHTML = html;
    this.list.hidden = false;
    this.status.textContent = this.list.firstElementChild.dataset.said.trim();
  }

  close() {
    this.latest.stop();
    this.typed.settle();
    this.list.hidden = true;
    this.status.textContent = "";
  }

  pressed(event) {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    const links = this.list.hidden ? [] : [...this.list.querySelectorAll("a")];
    const next = step({ key, target, field: this.field, links });
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (key === "Escape") {
      event.preventDefault();
      if (target !== this.field) return this.field.focus();
      if (!this.field.value) this.field.blur();
      this.field.value = "";
      this.close();
    }
  }
}

customElements.define("find-panel", FindPanel);
