// <order-list>: moves a step without a round trip; without script the server does the same for <button name="move">.
class OrderList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button[name=move]");
      if (!button) return;
      event.preventDefault();
      const row = button.closest("li");
      const up = button.value.endsWith(":up");
      const other = up ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      if (up) other.before(row);
      else other.after(row);
      const rows = [...row.parentNode.children];
      for (const li of rows) li.classList.toggle("moved", li === row);
      button.focus();
      this.querySelector("[role=status]").textContent = `${this.dataset.says} ${rows.indexOf(row) + 1}`;
      this.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
    });
  }
}
customElements.define("order-list", OrderList);
