// <live-answer>: asks again while somebody draws, chooses or moves a slider, and puts the server's answer in place.
// The address follows, so that it can be shared; without script the form asks by its button.
const WAIT = 150; // ms after the last change

function isChanged(field) {
  if (field.matches("[type=radio]")) return field.checked !== field.defaultChecked;
  if (field.matches("select[name]:not([data-reload])")) return !(field.selectedOptions[0]?.defaultSelected ?? true);
  return field.matches("[type=number]") && field.value !== field.defaultValue;
}

class LiveAnswer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.status = this.querySelector("[data-status]");
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("change", (event) => {
      if (event.target.matches("[data-reload]")) this.form.requestSubmit();
      else this.soon();
    });
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-fill]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.fill(new URL(link.href).searchParams);
    });
    window.addEventListener("popstate", () => location.reload());
    if ([...this.form.elements].some(isChanged)) this.ask(); // before the script came, or by a browser that remembers
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  submit(event) {
    if (this.form.querySelector("[data-reload]")?.value) return; // an adapter more: the page has another slider
    event.preventDefault();
    if (event.submitter?.name === "only") this.only(event.submitter.value);
    this.ask();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  // One adapter at full weight, the others at none.
  only(name) {
    for (const field of this.form.querySelectorAll('[name^="w-"]')) this.set(field, field.name === `w-${name}` ? "1" : "0");
  }

  // Set what a ready example says; a drawing becomes a choice of its menu.
  fill(query) {
    for (const field of this.form.querySelectorAll("select[name], input[type=number]")) {
      if (field.matches("[data-reload]")) continue;
      const value = query.get(field.name) ?? (field.name.startsWith("w-") ? "0" : field.value);
      if (field.matches("select") && ![...field.options].some((option) => option.value === value)) {
        field.closest("draw-pad").draw(value);
      } else this.set(field, value);
    }
    for (const radio of this.form.querySelectorAll('[name="merge"]')) radio.checked = radio.value === (query.get("merge") ?? "");
    this.ask();
  }

  set(field, value) {
    field.value = value;
    field.dispatchEvent(new Event(field.matches("select") ? "change" : "input", { bubbles: true }));
  }

  query() {
    const query = new URLSearchParams(new FormData(this.form));
    for (const [name, value] of [...query]) {
      if (!value || (name.startsWith("w-") && Number(value) === 0)) query.delete(name);
    }
    if (![...query.keys()].some((name) => name.startsWith("w-"))) query.set("only", "");
    return query;
  }

  async ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    const request = (this.request = new AbortController());
    const query = this.query();
    history.replaceState(null, "", `?${query}`);
    this.querySelector("copy-link").dataset.href = `?${query}`;
    this.toggleAttribute("data-busy", true);
    try {
      const response = await fetch(`${this.dataset.answer}?${query}`, { signal: request.signal });
      if (response.status >= 500) this.later(Number(response.headers.get("Retry-After")) || 5);
      else this.put(await response.text());
    } catch (error) {
      if (error.name === "AbortError") return;
      this.later(5);
    }
    this.toggleAttribute("data-busy", false);
  }

  // The last answer stays in sight while nobody answers.
  later(seconds) {
    this.note(this.dataset.down);
    this.timer = setTimeout(() => this.ask(), seconds * 1000);
  }

  put(html) {
    this.note("");
    const found = new DOMParser().parseFromString(html, "text/html");
    for (const part of found.querySelectorAll("[data-part]")) {
      if (!part.childElementCount) continue; // refused: what was seen before stays
      const place = this.querySelector(`[data-part="${part.dataset.part}"]`);
      const open = [...place.querySelectorAll("details[open]")].map((details) => details.id);
      place.replaceChildren(...part.childNodes);
      for (const id of open) place.querySelector(`#${id}`)?.setAttribute("open", "");
    }
    this.status.textContent = this.querySelector("[data-says]")?.textContent ?? "";
  }

  note(text) {
    const line = this.querySelector("[data-down-note]");
    line.textContent = text;
    line.hidden = !text;
  }
}

customElements.define("live-answer", LiveAnswer);
