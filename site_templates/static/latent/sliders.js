// A native slider per latent dimension, with its value in words beside it.

export class Sliders {
  touched = false;

  /** `moved` is called whenever the visitor moves one. */
  constructor(form, { dimensions, mean }, moved) {
    Object.assign(this, { dimensions, mean });
    this.inputs = dimensions.map(({ dimension }) => form.elements[`d${dimension}`]);
    this.values = [...mean];
    this.inputs.forEach((input, i) => input.addEventListener("input", () => {
      this.values[i] = input.valueAsNumber;
      this.touched = true;
      this.#tell(i);
      moved();
    }));
  }

  /** Put all sliders to a point; one that lies beyond a slider's end makes it longer. */
  set(latent) {
    this.touched = false;
    this.values = [...latent];
    this.inputs.forEach((input, i) => {
      if (latent[i] < Number(input.min)) input.min = String(latent[i]);
      if (latent[i] > Number(input.max)) input.max = String(latent[i]);
      input.value = String(latent[i]);
      this.#tell(i);
    });
  }

  /** Values that are not the mean; null for the others. */
  get moved() {
    return this.values.map((value, i) => (Math.abs(value - this.mean[i]) > Number(this.inputs[i].step) / 2 ? value : null));
  }

  #tell(i) {
    const { deviation, mean } = this.dimensions[i];
    const value = this.values[i];
    const step = Number(this.inputs[i].step);
    const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step))));
    const written = value.toFixed(decimals);
    const text = (Number(written) === 0 ? (0).toFixed(decimals) : written).replace("-", "−");
    const output = this.inputs[i].parentElement.querySelector("output");
    output.textContent = text;
    const away = deviation > 0 ? (value - mean) / deviation : 0;
    this.inputs[i].setAttribute("aria-valuetext", `${text}, ${Math.abs(away).toFixed(1)} standard deviations ${away < 0 ? "below" : "above"} the mean`);
  }
}
