// <copy-link>: copies an address of this site; hidden where the browser gives no clipboard.
class CopyLink extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return;
    this.classList.remove("unready");
    const word = this.querySelector("[data-done]");
    this.addEventListener("click", async () => {
      await navigator.clipboard.writeText(new URL(this.dataset.href, location.href).href);
      word.textContent = word.dataset.done;
    });
  }
}

customElements.define("copy-link", CopyLink);
