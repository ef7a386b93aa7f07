// <lab-slider>: adds a slider to a number field; a wide range of small numbers gets a logarithmic one.
class LabSlider extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    const low = Number(field.min);
    const high = Number(field.max);
    if (high > 1e6 || field.disabled || field.matches(":disabled")) return;
    const whole = field.step === "1";
    const logarithmic = !whole && low > 0 && high / low > 8;
    const slider = document.createElement("input");
    slider.type = "range";
    slider.setAttribute("aria-label", this.parentElement.querySelector("label").textContent);
    [slider.min, slider.max, slider.step] = logarithmic ? [Math.log(low), Math.log(high), "any"] : [low, high, whole ? 1 : "any"];
    const show = () => {
      slider.value = logarithmic ? Math.log(Number(field.value) || low) : field.value;
      slider.setAttribute("aria-valuetext", field.value);
    };
    show();
    slider.addEventListener("input", () => {
      const value = logarithmic ? Math.exp(slider.valueAsNumber) : slider.valueAsNumber;
      field.value = whole ? Math.round(value) : Math.min(high, Math.max(low, Number(value.toPrecision(2))));
      slider.setAttribute("aria-valuetext", field.value);
    });
    field.addEventListener("input", show);
    this.prepend(slider);
  }
}

customElements.define("lab-slider", LabSlider);
