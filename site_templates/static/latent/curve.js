// Draws a decoded spectrum, the mean to compare with, and their difference, on one canvas.

const LEFT = 52;
const RIGHT = 8;
const TOP = 26;
const BOTTOM = 40;
const GAP = 14;
const SHARE = 0.7; // of the height, for the upper panel
const NAME_GAP = 8;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Round numbers within [low, high], about as many as wanted. */
export function ticks(low, high, wanted) {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const n = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: n }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function written(value, step) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
}

const wider = (range, low, high) => (range ? [Math.min(range[0], low), Math.max(range[1], high)] : [low, high]);

export class Curve {
  #ranges = null;
  #frame = 0;
  shown = null;

  constructor(canvas, { wave, lines, covered }) {
    Object.assign(this, { canvas, wave, lines, covered, marked: true, window: [wave[0], wave.at(-1)] });
    new ResizeObserver(() => this.request()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.request());
  }

  /** Show these with the next frame; scales only grow, so that a move is seen as one. */
  show(decoded, middle) {
    this.shown = { decoded, middle };
    this.request();
  }

  /** Look at a part of the spectrum, or at the whole of it; scales begin anew. */
  look(from, to) {
    this.window = [from ?? this.wave[0], to ?? this.wave.at(-1)];
    this.rescale();
  }

  rescale() {
    this.#ranges = null;
    this.request();
  }

  request() {
    this.#frame ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!this.shown || !width || !height) return;
    const scale = Math.min(2, devicePixelRatio || 1);
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== w || this.canvas.height !== h) Object.assign(this.canvas, { width: w, height: h });
    const context = this.canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `13px ${colour("--sans") || "sans-serif"}`;
    this.#panels(context, width, height);
  }

  #panels(context, width, height) {
    const { decoded, middle } = this.shown;
    const part = this.#part();
    const difference = decoded.map((value, i) => value - middle[i]);
    this.#measure(part, decoded, middle, difference);
    const room = height - TOP - BOTTOM - GAP;
    const upper = { top: TOP, bottom: TOP + SHARE * room, range: this.#ranges.upper };
    const lower = { top: height - BOTTOM - (1 - SHARE) * room, bottom: height - BOTTOM, range: this.#ranges.lower };
    const across = (wave) => LEFT + ((wave - this.window[0]) / (this.window[1] - this.window[0])) * (width - LEFT - RIGHT);
    if (this.marked) this.#lines(context, across, upper, lower, width);
    for (const panel of [upper, lower]) this.#axis(context, panel);
    this.#across(context, across, lower.bottom, width);
    this.#zero(context, lower, width);
    context.save();
    context.beginPath();
    context.rect(LEFT, 0, width - LEFT - RIGHT, height);
    context.clip();
    this.#line(context, across, upper, middle, part, "--quiet", 1.2, [5, 3]);
    this.#line(context, across, upper, decoded, part, "--recon", 1.8);
    this.#line(context, across, lower, difference, part, "--residual", 1.2);
    context.restore();
  }

  // First and last bin in sight, with one more at each side.
  #part() {
    const { wave, window } = this;
    const first = wave.findIndex((at) => at >= window[0]);
    const after = wave.findIndex((at) => at > window[1]);
    const [low, high] = this.covered;
    return [Math.max(low, first - 1), after < 0 ? high : Math.min(high, after + 1)];
  }

  #measure([first, last], decoded, middle, difference) {
    let upper = this.#ranges?.upper;
    let most = this.#ranges?.most ?? 0;
    for (let i = first; i < last; i += 1) {
      upper = wider(upper, Math.min(decoded[i], middle[i]), Math.max(decoded[i], middle[i]));
      most = Math.max(most, Math.abs(difference[i]));
    }
    const least = 0.05 * (upper[1] - upper[0]) || 1e-6;
    most = Math.max(most, least);
    this.#ranges = { upper, most, lower: [-1.1 * most, 1.1 * most] };
  }

  #line(context, across, panel, values, [first, last], name, width, dash = []) {
    const at = this.#up(panel);
    context.beginPath();
    context.lineWidth = width;
    context.strokeStyle = colour(name);
    context.setLineDash(dash);
    for (let i = first; i < last; i += 1) context.lineTo(across(this.wave[i]), at(values[i]));
    context.stroke();
    context.setLineDash([]);
  }

  #up({ top, bottom, range: [low, high] }) {
    const room = 0.04 * (high - low) || 1;
    return (value) => bottom - ((value - low + room) / (high - low + 2 * room)) * (bottom - top);
  }

  #axis(context, panel) {
    const at = this.#up(panel);
    const marks = ticks(panel.range[0], panel.range[1], panel.bottom - panel.top > 150 ? 4 : 2);
    this.#rule(context, LEFT, panel.top, LEFT, panel.bottom, "--quiet");
    context.fillStyle = colour("--quiet");
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const mark of marks) {
      this.#rule(context, LEFT - 5, at(mark), LEFT, at(mark), "--quiet");
      context.fillText(written(mark, marks[1] - marks[0] || 1), LEFT - 8, at(mark));
    }
  }

  #zero(context, panel, width) {
    const y = this.#up(panel)(0);
    this.#rule(context, LEFT, y, width - RIGHT, y, "--rule");
  }

  #across(context, across, bottom, width) {
    const marks = ticks(this.window[0], this.window[1], width / 110);
    this.#rule(context, LEFT, bottom, width - RIGHT, bottom, "--quiet");
    context.fillStyle = colour("--quiet");
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const mark of marks) {
      this.#rule(context, across(mark), bottom, across(mark), bottom + 5, "--quiet");
      context.fillText(written(mark, marks[1] - marks[0] || 1), Math.min(across(mark), width - 20), bottom + 7);
    }
    context.fillText("rest wavelength, Å (vacuum)", (LEFT + width - RIGHT) / 2, bottom + 23);
  }

  // Names where there is room for them; a mark for every line.
  #lines(context, across, upper, lower, width) {
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    let taken = -Infinity;
    for (const [name, wave] of this.lines) {
      const x = across(wave);
      if (x < LEFT || x > width - RIGHT) continue;
      this.#rule(context, x, upper.top, x, upper.top + 8, "--line");
      this.#rule(context, x, lower.top, x, lower.bottom, "--rule");
      const half = context.measureText(name).width / 2;
      const middle = Math.max(LEFT + half, Math.min(width - half, x));
      if (middle - half < taken + NAME_GAP) continue;
      taken = middle + half;
      context.fillStyle = colour("--line");
      context.fillText(name, middle, upper.top - 6);
    }
  }

  #rule(context, ax, ay, bx, by, name) {
    context.beginPath();
    context.lineWidth = 1;
    context.strokeStyle = colour(name);
    context.moveTo(ax, ay);
    context.lineTo(bx, by);
    context.stroke();
  }
}
