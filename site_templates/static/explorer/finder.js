// Finds objects by name, identifier or position: one at a time, or a whole pasted list.

import { comparable } from "../catalogue/names.js";
import { direction, parsePosition, separation } from "./position.js";

// A name cut short in both coordinates, as papers write it: J1031+5835, with or without an acronym.
const SHORT = /^[a-z-]*?j(\d{2,6}(?:\.\d*)?)([+-])(\d{2,6}(?:\.\d*)?)$/;

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

  // Of each row, its designation, and survey and identifier; as `comparable` writes them.
  get names() {
    this.#names ??= Array.from({ length: this.#objects.size }, (_, row) =>
      [this.#objects.designation(row), this.#objects.identified(row)].map(comparable));
    return this.#names;
  }

  // Rows by designation, with the acronym and without, and by identifier, with the survey and without.
  get exact() {
    if (!this.#exact) {
      this.#exact = new Map();
      this.names.forEach(([name, identified], row) => {
        this.#exact.set(name.replace(/^.*j(?=\d{6}\.)/, "j"), row).set(name, row).set(identified, row);
      });
      for (let row = 0; row < this.#objects.size; row += 1) {
        this.#exact.set(comparable(this.#objects.text("target_id", row)), row);
      }
      this.#exact.delete("");
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
    const [plain, name] = [text.trim().toLowerCase(), comparable(text)];
    const found = new Set();
    this.names.forEach((names, row) => { if (names.some((each) => each.includes(name))) found.add(row); });
    for (const word of plain.split(/[\s,;]+/)) {
      if (this.exact.has(comparable(word))) found.add(this.exact.get(comparable(word)));
    }
    for (const row of this.#shortened(name)) found.add(row);
    const at = parsePosition(plain);
    if (at) for (const row of this.#around(at, radius).rows) found.add(row);
    return found;
  }

  // Rows whose designation begins like a shortened one in both coordinates.
  #shortened(name) {
    const [, across, sign, up] = SHORT.exec(name) ?? [];
    if (!across) return [];
    const found = [];
    this.names.forEach(([own], row) => {
      const at = own.indexOf(`j${across}`);
      if (at >= 0 && own.slice(at).replace(/^j[\d.]+/, "").startsWith(sign + up)) found.push(row);
    });
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
    if (this.exact.has(comparable(plain))) return { rows: [this.exact.get(comparable(plain))] };
    const cells = plain.split(/[\s,;|]+/).map((cell) => cell.replace(/^["']|["']$/g, ""));
    const known = cells.map((cell) => this.exact.get(comparable(cell))).filter((row) => row !== undefined);
    if (known.length) return { rows: known };
    const at = parsePosition(plain) ?? parsePosition(cells.slice(1).join(" "));
    return at ? { at, ...this.#around(at, radius) } : { rows: [] };
  }
}

/** The lines of a pasted text that say anything; the same line counts once. */
export function linesIn(text) {
  return [...new Set(text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter(Boolean))];
}
