// A spectrum too long to be sent at once: its outline, by columns of bins, and around what is looked
// at the bins themselves, which come in parts. `spectrum_parts.py` writes the files and says how.

import { smoothed } from "./spectrum_data.js";
import { fetched } from "../visit/fetched.js";

const NO_VALUE = -32768;
// Numbers at the head of each file: the outline has one more, the residual's step.
const OUTLINE_HEAD = 6;
const PART_HEAD = 5;
// Parts that stay loaded; the longest unused go.
const KEPT = 6;
const AT_ONCE = 4;
const LINES = ["flux", "recon", "expected"];

export const isLong = (file) => file.cut !== undefined;

// The grid of a release: bin by bin, or its two ends where bins are too many to list.
export function gridOf(wave) {
  if (Array.isArray(wave)) return wave;
  const step = (wave.last - wave.first) / (wave.n_bins - 1);
  return Float64Array.from({ length: wave.n_bins }, (_, i) => wave.first + i * step);
}

async function fetchBytes(address) {
  return (await fetched(address)).arrayBuffer();
}

function headOf(bytes, count) {
  const view = new DataView(bytes);
  return Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, true));
}

const values = (codes, step) =>
  Float64Array.from(codes, (code) => (code === NO_VALUE ? NaN : code * step));

const deviations = (codes, first, pace) =>
  Float64Array.from(codes, (code) => (code === 0 ? NaN : Math.exp(first + pace * (code - 1))));

function readOutline(bytes) {
  const [flux, recon, expected, resid, first, pace] = headOf(bytes, OUTLINE_HEAD);
  const start = 8 * OUTLINE_HEAD;
  const count = (bytes.byteLength - start) / 18;
  const codes = (i) => new Int16Array(bytes, start + 2 * count * i, count);
  const line = (i, step) => ({ low: values(codes(i), step), high: values(codes(i + 1), step) });
  return {
    count,
    flux: line(0, flux), recon: line(2, recon), expected: line(4, expected), resid: line(6, resid),
    sigma: deviations(new Uint16Array(bytes, start + 16 * count, count), first, pace),
  };
}

function readPart(bytes, first) {
  const [flux, recon, expected, logFirst, pace] = headOf(bytes, PART_HEAD);
  const start = 8 * PART_HEAD;
  const count = (bytes.byteLength - start) / 8;
  const codes = (i) => new Int16Array(bytes, start + 2 * count * i, count);
  const sigma = deviations(new Uint16Array(bytes, start + 6 * count, count), logFirst, pace);
  return {
    first, last: first + count - 1,
    flux: values(codes(0), flux), recon: values(codes(1), recon), expected: values(codes(2), expected),
    ivar: Float64Array.from(sigma, (value) => (value > 0 ? 1 / value ** 2 : 0)),
  };
}

const nameOf = (number) => `bins-${String(number).padStart(2, "0")}.bin`;

// Stretches of neighbouring bins joined, so that a line runs through where two parts meet.
function joined(stretches) {
  const found = [];
  for (const each of [...stretches].sort((a, b) => a.first - b.first || b.last - a.last)) {
    const before = found.at(-1);
    if (!before || each.first > before.last + 1) {
      found.push({ first: each.first, last: each.last, pieces: [[each, 0]] });
    } else if (each.last > before.last) {
      before.pieces.push([each, before.last + 1 - each.first]);
      before.last = each.last;
    }
  }
  return found.map(({ first, last, pieces }) => {
    const whole = { first, last };
    for (const name of [...LINES, "ivar"]) {
      whole[name] = new Float64Array(last - first + 1);
      for (const [piece, from] of pieces) {
        whole[name].set(piece[name].subarray(from), piece.first + from - first);
      }
    }
    return whole;
  });
}

export class LongSpectrum {
  #parts = new Map();
  #loading = new Map();

  constructor(cut, outline, address) {
    this.cut = cut;
    this.outline = outline;
    this.address = address;
    this.at = new Float64Array(0);
  }

  static async of(file, address) {
    const outline = readOutline(await fetchBytes(new URL("overview.bin", address)));
    return new LongSpectrum(file.cut, outline, address);
  }

  // Files that hold the bins first..last: one of those made to be magnified, or parts.
  #files([first, last]) {
    const near = this.cut.near.findIndex((bins) => bins && bins[0] <= first && last <= bins[1]);
    if (near >= 0) return [{ name: `near-${near}.bin`, first: this.cut.near[near][0] }];
    const { part } = this.cut;
    const numbers = [];
    for (let n = Math.floor(first / part); n <= Math.floor(last / part); n += 1) numbers.push(n);
    return numbers.map((n) => ({ name: nameOf(n), first: n * part }));
  }

  #fetch({ name, first }) {
    if (!this.#loading.has(name)) {
      const loading = fetchBytes(new URL(name, this.address)).then((bytes) => readPart(bytes, first));
      loading.catch(() => {}).finally(() => this.#loading.delete(name));
      this.#loading.set(name, loading);
    }
    return this.#loading.get(name);
  }

  // Load what holds these bins; tells whether anything is there that was not before.
  async load(bins) {
    const wanted = this.#files(bins);
    const missing = wanted.filter(({ name }) => !this.#parts.has(name));
    const found = await Promise.all(missing.map((file) => this.#fetch(file)));
    missing.forEach(({ name }, i) => this.#parts.set(name, found[i]));
    for (const { name } of wanted) {
      const part = this.#parts.get(name);
      this.#parts.delete(name);
      this.#parts.set(name, part);
    }
    const spare = [...this.#parts.keys()].filter((name) => name.startsWith("bins-"));
    for (const name of spare.slice(0, Math.max(0, spare.length - KEPT))) this.#parts.delete(name);
    return missing.length > 0;
  }

  // Every bin, in the order of the grid; `tell` hears how many parts have come.
  async whole(tell) {
    const count = Math.ceil(this.cut.n_bins / this.cut.part);
    const parts = [];
    for (let start = 0; start < count; start += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, i) => start + i);
      parts.push(...await Promise.all(
        numbers.map((n) => this.#fetch({ name: nameOf(n), first: n * this.cut.part }))));
      tell(parts.length, count);
    }
    return joined(parts)[0];
  }

  // What to draw, from left to right: the outline's columns, each low and high, and in their place
  // the bins that are loaded. `at` are places in bins; `width` smooths the bins, not the outline.
  points(width) {
    const stretches = joined(this.#parts.values());
    const { column, n_bins: total } = this.cut;
    const made = { at: [], flux: [], recon: [], expected: [], resid: [], low: [], high: [], sigma: [] };
    let next = 0;
    const outlineTo = (end) => {
      for (; next < this.outline.count && next * column < end; next += 1) {
        if (Math.min(total, (next + 1) * column) <= end) this.#column(made, next, column);
      }
    };
    for (const stretch of stretches) {
      outlineTo(stretch.first);
      addBins(made, stretch, width);
      next = Math.max(next, Math.ceil((stretch.last + 1) / column));
    }
    outlineTo(total);
    this.at = Float64Array.from(made.at);
    return Object.fromEntries(Object.entries(made).map(([name, line]) => [name, Float64Array.from(line)]));
  }

  #column(made, c, column) {
    const { outline } = this;
    const middle = (outline.recon.low[c] + outline.recon.high[c]) / 2;
    const sigma = outline.sigma[c];
    for (const [side, share] of [["low", 0.25], ["high", 0.75]]) {
      made.at.push((c + share) * column);
      for (const name of ["flux", "recon", "resid"]) made[name].push(outline[name][side][c]);
      // All outlines fill nearly the same room: a third would hide the spectrum.
      made.expected.push(NaN);
      made.low.push(middle - (sigma || 0));
      made.high.push(middle + (sigma || 0));
      made.sigma.push(sigma);
    }
  }

  // Which points lie within the bins first..last.
  range([first, last]) {
    const before = (bin) => {
      let [low, high] = [0, this.at.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.at[middle] < bin) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    return [before(first), Math.max(before(first), before(last + 1) - 1)];
  }
}

function addBins(made, stretch, width) {
  const calm = smoothed(stretch.flux, stretch.ivar, width);
  for (let i = 0; i < stretch.ivar.length; i += 1) {
    const known = stretch.ivar[i] > 0;
    const spread = known ? 1 / Math.sqrt(stretch.ivar[i]) : 0;
    made.at.push(stretch.first + i);
    made.flux.push(known ? calm.flux[i] : NaN);
    made.recon.push(stretch.recon[i]);
    made.expected.push(stretch.expected[i]);
    made.resid.push(known ? (calm.flux[i] - stretch.recon[i]) * Math.sqrt(calm.ivar[i]) : NaN);
    made.low.push(stretch.recon[i] - spread);
    made.high.push(stretch.recon[i] + spread);
    made.sigma.push(known ? 1 / Math.sqrt(calm.ivar[i]) : NaN);
  }
}

// The columns of the plot's main source, in some unit of flux. `places` turns places in bins into
// wavelengths: on the axis, in the rest frame, observed.
export function longColumns(detail, places, unit, width) {
  const points = detail.points(width);
  const shown = Object.fromEntries(
    Object.entries(places).map(([name, wave]) => [name, points.at.map(wave)]));
  for (const name of [...LINES, "low", "high", "sigma"]) shown[name] = points[name].map((v) => v * unit);
  return { ...shown, resid: points.resid };
}
