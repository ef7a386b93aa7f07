// <print-page>: a button that prints; without script the browser's own menu does.
class PrintPage extends HTMLElement {
  connectedCallback() {
    this.classList.remove("unready");
    this.querySelector("button").addEventListener("click", () => window.print());
  }
}
customElements.define("print-page", PrintPage);
