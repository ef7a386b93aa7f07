// <live-search>: the search page answers while one types. Without script its form is sent as any other.
import { isComposing, Latest, step, whenTyped } from "../lib/typing.js";

const wide = matchMedia("(min-width: 60rem)");

class LiveSearch extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.form.elements.q;
    this.results = this.querySelector(".results");
    this.status = this.querySelector("[role=status]");
    this.latest = new Latest();
    this.typed = whenTyped(this.field, () => this.show(this.asked(), "replaceState"));
    this.back = () => this.follow(location.search);
    addEventListener("popstate", this.back);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.show(this.asked(), "pushState", () => this.form.submit());
    });
    this.addEventListener("change", ({ target }) => {
      if (target.form === this.form && target !== this.field) this.show(this.asked(), "pushState");
    });
    this.results.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("keydown", (event) => this.pressed(event));
  }

  disconnectedCallback() {
    removeEventListener("popstate", this.back);
    this.latest.stop();
  }

  /** Return the query string of what the form asks for, "" for nothing. */
  asked() {
    const given = [...new FormData(this.form)].filter(([, value]) => value.trim());
    return given.length ? `?${new URLSearchParams(given)}` : "";
  }

  /** Write the address, then show what it finds; `failed` is for those who wait for an answer. */
  show(query, write, failed) {
    const method = query === location.search ? "replaceState" : write;
    history[method](null, "", location.pathname + query);
    return this.load(query, failed);
  }

  /** Show what an address finds that was not made of the form: the form follows. */
  follow(query) {
    this.field.value = new URLSearchParams(query).get("q") ?? "";
    return this.load(query);
  }

  async load(query, failed) {
    this.typed.settle();
    this.results.setAttribute("aria-busy", "true");
    try {
      const html = await this.latest.text(this.dataset.results + query);
      if (html === undefined) return;
      this.replace(html);
    } catch {
      if (failed) return failed();
      this.status.textContent = this.dataset.failed;
    }
    this.results.removeAttribute("aria-busy");
  }

  /** Put the new results in; what had the focus there keeps it, and the filters stay open or folded. */
  replace(html) {
    const before = document.activeElement;
    const held = before !== this.results && this.results.contains(before);
    const open = this.results.querySelector("details")?.open ?? wide.matches;
    this.results.innerHTML = html;
    const filters = this.results.querySelector("details");
    if (filters) filters.open = open;
    if (held) (document.getElementById(before.id) ?? this.results).focus({ preventScroll: true });
    this.status.textContent = this.results.firstElementChild.dataset.said.trim();
    for (const link of document.querySelectorAll(".tools a[hreflang]")) link.search = location.search;
    for (const next of document.querySelectorAll("form[data-theme-form] [name=next]")) {
      next.value = location.pathname + location.search;
    }
  }

  /** Follow links that only ask for something else, such as a filter less, without a new page. */
  clicked(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.pathname !== location.pathname || link.rel) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    this.follow(link.search);
  }

  pressed(event) {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    const links = [...this.results.querySelectorAll(".hits h2 a, .tries a")];
    const next = step({ key, target, field: this.field, links });
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (key === "Escape" && target === this.field) {
      event.preventDefault();
      if (!this.field.value) return this.field.blur();
      this.field.value = "";
      this.show(this.asked(), "replaceState");
    } else if (key === "Escape" && links.includes(target)) {
      this.field.focus();
    }
  }
}

customElements.define("live-search", LiveSearch);
