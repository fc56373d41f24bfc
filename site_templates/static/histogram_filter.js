// A filter on a range: a small histogram to brush, and two numbers to type.

import { element, svgElement } from "./objects.js";

const BINS = 32;
const [WIDTH, HEIGHT] = [240, 48];

export class HistogramFilter {
  // `changed` is called with [low, high], or null for no filter.
  constructor(box, name, cells, changed) {
    const known = cells.filter((cell) => cell !== null);
    this.low = known.length ? known.reduce((a, b) => Math.min(a, b)) : 0;
    this.high = known.length ? known.reduce((a, b) => Math.max(a, b)) : 1;
    if (this.high === this.low) this.high = this.low + 1;
    this.cells = cells;
    this.changed = changed;
    this.svg = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.inputs = ["lowest", "highest"].map((which) =>
      element("input", { type: "number", step: "any", ariaLabel: `${which} ${name}` }));
    this.inputs[0].placeholder = this.#shown(this.low, Math.floor);
    this.inputs[1].placeholder = this.#shown(this.high, Math.ceil);
    for (const input of this.inputs) input.addEventListener("change", () => this.#typed());
    box.append(this.svg, element("div", { className: "range-inputs" }, this.inputs[0], "to", this.inputs[1]));
    this.#brush();
  }

  #shown(value, round) {
    const scale = this.high - this.low > 50 ? 1 : this.high - this.low > 2 ? 10 : 1000;
    return String(round(value * scale) / scale);
  }

  #counts(rows) {
    const counts = new Array(BINS).fill(0);
    for (const row of rows) {
      const cell = this.cells[row];
      if (cell === null) continue;
      const bin = Math.floor(((cell - this.low) / (this.high - this.low)) * BINS);
      counts[Math.min(BINS - 1, bin)] += 1;
    }
    return counts;
  }

  // Draw the rows that pass the other filters, those within the range in the accent.
  draw(rows, range) {
    const counts = this.#counts(rows);
    const top = Math.max(1, ...counts);
    const width = WIDTH / BINS;
    const bars = counts.map((n, bin) => {
      const middle = this.low + ((bin + 0.5) / BINS) * (this.high - this.low);
      const on = !range || ((range[0] === null || middle >= range[0]) && (range[1] === null || middle <= range[1]));
      const height = n ? Math.max(2, (n / top) * HEIGHT) : 0;
      return svgElement("rect", { class: on ? "bar-on" : "bar-all", x: bin * width, y: HEIGHT - height, width: width - 1, height });
    });
    this.svg.replaceChildren(...bars);
    this.inputs.forEach((input, i) => { input.value = range?.[i] ?? ""; });
  }

  #typed() {
    const range = this.inputs.map((input) => (input.value === "" ? null : Number(input.value)));
    this.changed(range.every((edge) => edge === null) ? null : range);
  }

  #brush() {
    let from = null;
    const value = (event) => {
      const box = this.svg.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      return this.low + share * (this.high - this.low);
    };
    this.svg.addEventListener("pointerdown", (event) => {
      from = value(event);
      this.svg.setPointerCapture(event.pointerId);
    });
    this.svg.addEventListener("pointerup", (event) => {
      if (from === null) return;
      const range = [from, value(event)].sort((a, b) => a - b);
      from = null;
      const wide = range[1] - range[0] > (this.high - this.low) / 100;
      this.changed(wide ? [Number(this.#shown(range[0], Math.floor)), Number(this.#shown(range[1], Math.ceil))] : null);
    });
    this.svg.addEventListener("pointercancel", () => { from = null; });
  }
}
