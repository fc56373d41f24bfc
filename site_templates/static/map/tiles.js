// Tiles of counts, for releases of so many spectra that their points are too heavy to send.

import { varints } from "./varints.js";

const SIDE = 256;
const KEPT = 160;

// Cells that hold points and how many each holds, as pyramid.py writes them.
function unpacked(buffer) {
  const numbers = varints(buffer);
  const [cells, counts] = [new Uint32Array(numbers.length), new Uint32Array(numbers.length)];
  let [n, cell] = [0, -1];
  for (let i = 0; i < numbers.length; i += 1) {
    cell += 1 + (numbers[i] >>> 1);
    cells[n] = cell;
    if (numbers[i] & 1) {
      i += 1;
      counts[n] = numbers[i] + 2;
    } else {
      counts[n] = 1;
    }
    n += 1;
  }
  return { cells: cells.subarray(0, n), counts: counts.subarray(0, n) };
}

export class Tiles {
  kind = "tiles";
  #kept = new Map();
  #present;

  constructor(folder, manifest) {
    this.folder = folder;
    this.peaks = manifest.peaks;
    this.#present = manifest.tiles.map((level) => new Set(level));
  }

  get deepest() {
    return this.#present.length - 1;
  }

  // Addresses of the tiles in a window of cells; null stands for the counts.
  #wanted({ level, x0, y0, width, height }) {
    const made = [];
    for (let y = Math.floor(y0 / SIDE); y * SIDE < y0 + height; y += 1) {
      for (let x = Math.floor(x0 / SIDE); x * SIDE < x0 + width; x += 1) {
        if (this.#present[level].has(y * 2 ** level + x)) made.push({ level, x, y });
      }
    }
    return made;
  }

  /** Load what a window needs; true where something new came. */
  async load(window, column) {
    const wanted = this.#wanted(window).flatMap((tile) => [[tile, ""], ...(column.name ? [[tile, column.name]] : [])]);
    const missing = wanted.filter(([tile, name]) => !(this.#kept.get(key(tile, name))?.ready));
    await Promise.all(missing.map(([tile, name]) => this.#fetch(tile, name)));
    this.#forget(new Set(wanted.map(([tile, name]) => key(tile, name))));
    return missing.length > 0;
  }

  #fetch(tile, name) {
    const at = key(tile, name);
    if (!this.#kept.has(at)) {
      const entry = { ready: null };
      entry.coming = fetch(`${this.folder}tiles/${at}.bin`)
        .then((response) => (response.ok ? response.arrayBuffer() : Promise.reject(new Error(`no tile ${at}`))))
        .then((buffer) => { entry.ready = name ? new Uint8Array(buffer) : unpacked(buffer); })
        .catch((fault) => { this.#kept.delete(at); throw fault; });
      this.#kept.set(at, entry);
    }
    return this.#kept.get(at).coming;
  }

  // The tiles asked for longest ago go first; those in sight stay.
  #forget(inSight) {
    for (const at of inSight) {
      const entry = this.#kept.get(at);
      if (entry) { this.#kept.delete(at); this.#kept.set(at, entry); }
    }
    for (const at of this.#kept.keys()) {
      if (this.#kept.size <= Math.max(KEPT, inSight.size)) break;
      this.#kept.delete(at);
    }
  }

  /** Call `tell(cell x, cell y, count, code)` for every filled cell of the window that is loaded. */
  each(window, column, tell) {
    for (const tile of this.#wanted(window)) {
      const counted = this.#kept.get(key(tile, ""))?.ready;
      const codes = column.name ? this.#kept.get(key(tile, column.name))?.ready : null;
      if (!counted || (column.name && !codes)) continue;
      const { cells, counts } = counted;
      for (let i = 0; i < cells.length; i += 1) {
        tell(tile.x * SIDE + (cells[i] % SIDE), tile.y * SIDE + Math.floor(cells[i] / SIDE), counts[i], codes ? codes[i] : 0);
      }
    }
  }
}

const key = ({ level, x, y }, name) => `${name ? `${name}-` : ""}${level}-${x}-${y}`;
