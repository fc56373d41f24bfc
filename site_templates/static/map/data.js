// What the map draws, as the site keeps it: packed points or tiles of counts, and columns that are
// loaded only once they are chosen.

import { Tiles } from "./tiles.js";
import { varints } from "./varints.js";
import { fetched } from "../visit/fetched.js";

const QUANTA = 2 ** 16;
const MISSING = 255;
const WORDS = 4;

async function bytes(address) {
  return (await fetched(address)).arrayBuffer();
}

function everySecondBit(code) {
  let bits = code & 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}

/** Positions along Morton's curve, from the gaps between their codes. */
export function positions(buffer) {
  const gaps = varints(buffer);
  const [x, y] = [new Uint16Array(gaps.length), new Uint16Array(gaps.length)];
  let code = 0;
  for (let i = 0; i < gaps.length; i += 1) {
    code += gaps[i];
    x[i] = everySecondBit(code);
    y[i] = everySecondBit(code >>> 1);
  }
  return { x, y };
}

// Most points in one cell of each level: counted for the coarse ones, and halved on from there.
function peaksOf({ x, y }) {
  const level = 2;
  const shift = 8 - level;
  const side = 256 << level;
  const counts = new Uint32Array(side * side);
  for (let i = 0; i < x.length; i += 1) counts[(y[i] >> shift) * side + (x[i] >> shift)] += 1;
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  return Array.from({ length: 9 }, (_, k) => Math.max(1, Math.round(most * 2 ** (level - k))));
}

export class MapData {
  #kept = new Map();

  constructor(folder, manifest) {
    this.folder = folder;
    this.manifest = manifest;
    this.columns = new Map(manifest.columns.map((column) => [column.name, column]));
    const [x0, x1, y0, y1] = manifest.extent;
    this.layout = { x0, x1, y0, y1, height: (y1 - y0) / (x1 - x0) };
  }

  /** The map of a folder whose name ends in a slash. */
  static async load(folder) {
    return new MapData(folder, await (await fetched(`${folder}map.json`)).json());
  }

  #once(name, make) {
    if (!this.#kept.has(name)) {
      const made = make();
      // What failed may be asked for again.
      made.catch(() => this.#kept.delete(name));
      this.#kept.set(name, made);
    }
    return this.#kept.get(name);
  }

  /** Where the axes' values lie on the plane, whose width is 1: the layout, or a pair of latents. */
  frame(axes) {
    if (!axes) return this.layout;
    const [[x0, x1], [y0, y1]] = axes.map((dimension) => this.manifest.latents[dimension]);
    return { x0, x1, y0, y1, height: this.layout.height };
  }

  /** What to count: every point, tiles of counts, or one small grid. */
  source(axes) {
    if (!axes && this.manifest.tiles) return this.#once("tiles", async () => new Tiles(this.folder, this.manifest));
    if (axes && this.manifest.tiles) return this.#cornerSource(axes);
    return this.#once(`points ${axes ?? ""}`, () => (axes ? this.#pair(axes) : this.#points()));
  }

  async #points() {
    const places = positions(await bytes(`${this.folder}points.bin`));
    return { kind: "points", ...places, peaks: this.manifest.peaks };
  }

  async #pair(axes) {
    const [x, across] = await Promise.all(axes.map((dimension) => this.#latent(dimension)));
    const y = across.map((value) => value * this.layout.height);
    return { kind: "points", x, y, peaks: peaksOf({ x, y }) };
  }

  #latent(dimension) {
    return this.#once(`latent ${dimension}`, async () => {
      const view = new DataView(await bytes(`${this.folder}latent-${dimension}.bin`));
      return Uint16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true));
    });
  }

  /** The small densities of all pairs of dimensions: tones 0..255, rows from below. */
  corner() {
    return this.#once("corner", async () => new Uint8Array(await bytes(`${this.folder}corner.bin`)));
  }

  /** Pairs of the corner view, in the order of its file. */
  get pairs() {
    const n = this.manifest.corner.dimensions;
    const made = [];
    for (let i = 0; i < n; i += 1) for (let j = i + 1; j < n; j += 1) made.push([i, j]);
    return made;
  }

  async #cornerSource([i, j]) {
    const turned = i > j;
    const place = this.pairs.findIndex(([a, b]) => a === Math.min(i, j) && b === Math.max(i, j));
    const { cells, peaks } = this.manifest.corner;
    if (place < 0) return { kind: "grid", counts: new Float32Array(cells * cells), cells, peaks: [1] };
    const tones = (await this.corner()).subarray(place * cells * cells, (place + 1) * cells * cells);
    const counts = new Float32Array(cells * cells);
    tones.forEach((tone, at) => {
      const [row, column] = [Math.floor(at / cells), at % cells];
      counts[turned ? column * cells + row : at] = Math.round(Math.expm1((tone / 255) * Math.log1p(peaks[place])));
    });
    return { kind: "grid", counts, cells, peaks: [peaks[place]] };
  }

  /** How a colour column is drawn: `kind` and, for points, its codes. */
  async column(name, source) {
    const kind = name === "spec_class" ? "words" : this.columns.has(name) ? "number" : "none";
    if (kind === "none" || source.kind === "grid") return { kind: "none", name: "", codes: null };
    if (source.kind === "tiles") return { kind, name, codes: null };
    const codes = await this.#once(`column ${name}`, async () => new Uint8Array(await bytes(`${this.folder}${name}.bin`)));
    return { kind, name, codes };
  }

  /** Words of the classes that the density tells apart: the last stands for all further ones. */
  get words() {
    const { words, counts } = this.manifest;
    if (words.length <= WORDS) return words.map((word, i) => ({ word, n: counts[i] }));
    const rest = counts.slice(WORDS - 1).reduce((a, b) => a + b, 0);
    return [...words.slice(0, WORDS - 1).map((word, i) => ({ word, n: counts[i] })), { word: null, n: rest }];
  }
}

/** Two dimensions of the objects' latents, as values on axes. */
export function pairOf({ dimensions, values }, axes, size) {
  const [x, y] = axes.map((dimension) =>
    Float64Array.from({ length: size }, (_, row) => values[row * dimensions + dimension]));
  return { x, y };
}

/** Where a value lies on its scale, 0..1; NaN where it has none. */
export function along({ low, high, offset }, value) {
  const inside = Math.max(low, Math.min(high, value));
  if (offset === null) return (inside - low) / (high - low);
  return Math.log((inside + offset) / (low + offset)) / Math.log((high + offset) / (low + offset));
}

/** The value at a place of a scale: what `along` undoes. */
export function valueAt({ low, high, offset }, place) {
  if (offset === null) return low + place * (high - low);
  return (low + offset) * ((high + offset) / (low + offset)) ** place - offset;
}

export { MISSING, QUANTA, WORDS };
