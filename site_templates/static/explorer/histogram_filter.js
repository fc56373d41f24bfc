// A filter on a range: a small histogram to brush, and two numbers to type.

import { element, svgElement } from "../catalogue/objects.js";

const BINS = 32;
const [WIDTH, HEIGHT] = [240, 48];
const LINEAR = [(value) => value, (value) => value];
const LOG = [(value) => Math.log10(Math.max(value, 1e-12)), (power) => 10 ** power];
const finite = (values) => values.filter((value) => !Number.isNaN(value));

// Values that reach far beyond their middle are spread by their logarithm.
function scaleOf(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[0] > 0 && sorted.at(-1) > 20 * sorted[sorted.length >> 1] ? LOG : LINEAR;
}

export class HistogramFilter {
  /**
   * `values` is a typed array, NaN where there is none. `changed(range, final)` is called with
   * [low, high] or null, while a brush is drawn and, with `final`, at its end.
   */
  constructor(box, name, values, changed) {
    this.changed = changed;
    const known = finite(values);
    [this.to, this.from] = known.length ? scaleOf(known) : LINEAR;
    this.#bin(values, known);
    this.bars = ["bar-all", "bar-on"].map((name) => svgElement("path", { class: name }));
    this.brush = svgElement("rect", { class: "brush", y: 0, height: HEIGHT });
    this.svg = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...this.bars, this.brush);
    this.inputs = ["lowest", "highest"].map((which) =>
      element("input", { type: "number", step: "any", ariaLabel: `${which} ${name}` }));
    this.inputs[0].placeholder = this.#shown(this.from(this.low), Math.floor);
    this.inputs[1].placeholder = this.#shown(this.from(this.high), Math.ceil);
    for (const input of this.inputs) input.addEventListener("change", () => this.#typed());
    box.append(this.svg, element("div", { className: "range-inputs" }, this.inputs[0], "to", this.inputs[1]));
    this.#brush();
  }

  // The bin of every row, once; 255 where it has no value.
  #bin(values, known) {
    this.low = known.length ? this.to(known.reduce((a, b) => Math.min(a, b))) : 0;
    this.high = known.length ? this.to(known.reduce((a, b) => Math.max(a, b))) : 1;
    if (this.high === this.low) this.high = this.low + 1;
    this.bins = Uint8Array.from(values, (value) => {
      if (Number.isNaN(value)) return 255;
      return Math.min(BINS - 1, Math.floor(((this.to(value) - this.low) / (this.high - this.low)) * BINS));
    });
  }

  // A value with the decimals that a brush of this span can tell.
  #shown(value, round) {
    const span = this.from(this.high) - this.from(this.low);
    const scale = span > 50 ? 1 : span > 2 ? 10 : 1000;
    return String(round(value * scale) / scale);
  }

  /** Draw the rows that pass the other filters, those within the range in the accent. */
  draw(rows, range) {
    const counts = new Uint32Array(BINS + 1);
    for (const row of rows) counts[Math.min(BINS, this.bins[row])] += 1;
    const top = Math.max(1, ...counts.subarray(0, BINS));
    const paths = ["", ""];
    for (let bin = 0; bin < BINS; bin += 1) {
      if (!counts[bin]) continue;
      const height = Math.max(2, (counts[bin] / top) * HEIGHT);
      const middle = this.from(this.low + ((bin + 0.5) / BINS) * (this.high - this.low));
      paths[this.#holds(range, middle) ? 1 : 0]
        += `M${(bin * WIDTH) / BINS} ${HEIGHT}v${-height.toFixed(1)}h${WIDTH / BINS - 1}v${height.toFixed(1)}z`;
    }
    this.bars.forEach((bar, i) => bar.setAttribute("d", paths[i]));
    this.inputs.forEach((input, i) => { input.value = range?.[i] ?? ""; });
    this.#frame(range);
  }

  #holds(range, value) {
    if (!range) return true;
    const [low, high] = [range[0] ?? -Infinity, range[1] ?? Infinity];
    return low > high ? value >= low || value <= high : value >= low && value <= high;
  }

  // Tint what is chosen; a range through 0 of right ascension shows in its bars alone.
  #frame(range) {
    const place = (edge) => Math.min(1, Math.max(0, (this.to(edge) - this.low) / (this.high - this.low) || 0));
    const a = range ? place(range[0] ?? -Infinity) : 0;
    const b = range ? place(range[1] ?? Infinity) : 0;
    this.brush.setAttribute("x", Math.min(a, b) * WIDTH);
    this.brush.setAttribute("width", Math.max(0, b - a) * WIDTH);
  }

  #typed() {
    const range = this.inputs.map((input) => (input.value === "" ? null : Number(input.value)));
    this.changed(range.every((edge) => edge === null) ? null : range, true);
  }

  #brush() {
    let start = null;
    const share = (event) => {
      const box = this.svg.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    };
    const range = (event) => {
      const [a, b] = [start, share(event)].sort((x, y) => x - y);
      if (b - a < 0.01) return null;
      const value = (at, round) => Number(this.#shown(this.from(this.low + at * (this.high - this.low)), round));
      return [value(a, Math.floor), value(b, Math.ceil)];
    };
    const { svg } = this;
    let waiting = null;
    svg.addEventListener("pointerdown", (event) => {
      start = share(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (start === null) return;
      const next = range(event);
      if (waiting === null) requestAnimationFrame(() => { if (start !== null) this.changed(waiting.next, false); waiting = null; });
      waiting = { next };
    });
    svg.addEventListener("pointerup", (event) => {
      if (start === null) return;
      const last = range(event);
      start = null;
      this.changed(last, true);
    });
    svg.addEventListener("pointercancel", () => { start = null; });
  }
}
