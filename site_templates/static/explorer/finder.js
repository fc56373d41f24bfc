// Finds objects by name, identifier or position: one at a time, or a whole pasted list.

import { direction, parsePosition, separation } from "./position.js";

export class Finder {
  #objects;
  #names = null;
  #exact = null;
  #sphere = null;
  #last = null;

  constructor(objects) {
    this.#objects = objects;
  }

  static #all = new WeakMap();

  /** The finder of these objects; its indices are made once. */
  static of(objects) {
    if (!Finder.#all.has(objects)) Finder.#all.set(objects, new Finder(objects));
    return Finder.#all.get(objects);
  }

  get names() {
    this.#names ??= Array.from({ length: this.#objects.size }, (_, row) => this.#objects.name(row).toLowerCase());
    return this.#names;
  }

  // Rows by identifier and by full name, both in lower case.
  get exact() {
    if (!this.#exact) {
      this.#exact = new Map(this.names.map((name, row) => [name, row]));
      for (let row = 0; row < this.#objects.size; row += 1) {
        this.#exact.set(this.#objects.text("target_id", row).toLowerCase(), row);
      }
    }
    return this.#exact;
  }

  // x, y, z of every object on the unit sphere, one after the other; NaN where it has no position.
  get sphere() {
    if (!this.#sphere) {
      const [ra, dec] = [this.#objects.numbers("ra"), this.#objects.numbers("dec")];
      this.#sphere = new Float64Array(3 * this.#objects.size);
      for (let row = 0; row < this.#objects.size; row += 1) this.#sphere.set(direction(ra[row], dec[row]), 3 * row);
    }
    return this.#sphere;
  }

  /** Rows whose name or identifier holds the text, or that lie within `radius` arcsec of it. */
  search(text, radius) {
    const plain = text.trim().toLowerCase();
    const found = new Set();
    this.names.forEach((name, row) => { if (name.includes(plain)) found.add(row); });
    for (const word of plain.split(/[\s,;]+/)) if (this.exact.has(word)) found.add(this.exact.get(word));
    const at = parsePosition(plain);
    if (at) for (const row of this.#around(at, radius).rows) found.add(row);
    return found;
  }

  // Rows within a radius of a position, and the nearest of all.
  #around(at, radius) {
    const [x, y, z] = direction(at.ra, at.dec);
    const { sphere } = this;
    const reach = (2 * Math.sin((Math.min(radius, 648000) / 3600) * (Math.PI / 360))) ** 2 + 1e-15;
    const rows = [];
    let [least, nearest] = [Infinity, -1];
    for (let row = 0, i = 0; row < this.#objects.size; row += 1, i += 3) {
      const apart = (sphere[i] - x) ** 2 + (sphere[i + 1] - y) ** 2 + (sphere[i + 2] - z) ** 2;
      if (apart < least) [least, nearest] = [apart, row];
      if (apart <= reach) rows.push(row);
    }
    return { rows, nearest };
  }

  /** Separation of a row from a position, arcsec. */
  away(at, row) {
    return separation(at, { ra: this.#objects.number("ra", row), dec: this.#objects.number("dec", row) });
  }

  /**
   * Match every line of a list.
   *
   * Returns `rows`, a Set; `matched`, how many lines found any; `missed`, the others: their line,
   * and for a position the nearest row and how far it is in arcsec.
   */
  match(lines, radius) {
    if (this.#last?.lines === lines && this.#last.radius === radius) return this.#last;
    const made = { lines, radius, rows: new Set(), matched: 0, missed: [] };
    for (const line of lines) {
      const { rows, at, nearest = -1 } = this.#line(line, radius);
      for (const row of rows) made.rows.add(row);
      if (rows.length) made.matched += 1;
      else made.missed.push({ line, nearest, away: nearest < 0 ? NaN : this.away(at, nearest) });
    }
    this.#last = made;
    return made;
  }

  // A line is a name, an identifier, a position, or a row of a table that begins with one of them.
  #line(line, radius) {
    const plain = line.trim().toLowerCase();
    if (this.exact.has(plain)) return { rows: [this.exact.get(plain)] };
    const cells = plain.split(/[\s,;|]+/).map((cell) => cell.replace(/^["']|["']$/g, ""));
    const known = cells.filter((cell) => this.exact.has(cell));
    if (known.length) return { rows: known.map((cell) => this.exact.get(cell)) };
    const at = parsePosition(plain) ?? parsePosition(cells.slice(1).join(" "));
    return at ? { at, ...this.#around(at, radius) } : { rows: [] };
  }
}

/** The lines of a pasted text that say anything; the same line counts once. */
export function linesIn(text) {
  return [...new Set(text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter(Boolean))];
}
