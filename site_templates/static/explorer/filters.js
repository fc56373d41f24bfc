// Which objects pass the filters, and in which order.

import { LISTS, RANGES, fromAddress, toAddress } from "./address.js";
import { Finder } from "./finder.js";
import { isLost } from "./kept_lines.js";
import { contains } from "../map/region.js";

export { fromAddress, toAddress };

/** Orders that a visitor's own ratings make, highest first but for the last. */
export const RATED_ORDERS = ["relevance", "informative", "unlabelled"];

// A range of right ascension may go through 0: from 350 to 10.
function inRange(name, [low, high]) {
  if (low === null) return (cell) => cell <= high;
  if (high === null) return (cell) => cell >= low;
  if (name === "ra" && low > high) return (cell) => cell >= low || cell <= high;
  return (cell) => cell >= low && cell <= high;
}

// One test per filter, so that counts can leave one of them out.
function tests(objects, state) {
  const made = new Map();
  for (const name of LISTS) {
    if (!state[name]) continue;
    const codes = objects.codes(name);
    const wanted = objects.words(name).map((word) => state[name].has(word));
    made.set(name, (row) => wanted[codes[row]]);
  }
  for (const [name, range] of Object.entries(state.ranges)) {
    if (!objects.has(name)) continue;
    const [cells, within] = [objects.numbers(name), inRange(name, range)];
    made.set(name, (row) => within(cells[row]));
  }
  if (state.region) {
    const [x, y] = [objects.numbers("map_x"), objects.numbers("map_y")];
    made.set("region", (row) => contains(state.region, x[row], y[row]));
  }
  if (state.q.trim()) {
    const found = Finder.of(objects).search(state.q, state.radius);
    made.set("q", (row) => found.has(row));
  }
  if (state.lines && !isLost(state.lines)) {
    const { rows } = Finder.of(objects).match(state.lines, state.radius);
    made.set("lines", (row) => rows.has(row));
  }
  return made;
}

// How many filters each row fails, and the last of them: enough to count without any one filter.
export class Sieve {
  constructor(objects, state) {
    const all = tests(objects, state);
    this.size = objects.size;
    this.places = new Map([...all.keys()].map((name, i) => [name, i + 1]));
    this.fails = new Uint8Array(this.size);
    this.failed = new Uint8Array(this.size);
    for (const [name, test] of all) {
      const place = this.places.get(name);
      for (let row = 0; row < this.size; row += 1) {
        if (test(row)) continue;
        this.fails[row] += 1;
        this.failed[row] = place;
      }
    }
  }

  /** Rows that pass every filter, but the named one. */
  rows(without = null) {
    const spared = this.places.get(without) ?? 0;
    const rows = [];
    for (let row = 0; row < this.size; row += 1) {
      if (this.fails[row] === 0 || (this.fails[row] === 1 && this.failed[row] === spared)) rows.push(row);
    }
    return rows;
  }
}

// A number per row to sort by; undefined where the objects have no such column.
function keys(objects, name) {
  if (objects.has(name)) return objects.numbers(name);
  if (LISTS.includes(name)) return objects.codes(name);
  if (name !== "name") return undefined;
  const { names } = Finder.of(objects);
  const order = names.map((_, row) => row).sort((a, b) => (names[a] < names[b] ? -1 : Number(names[a] > names[b])));
  const places = new Float64Array(objects.size);
  order.forEach((row, place) => { places[row] = place; });
  return places;
}

/** Rows in an order: a column's name, with a minus for highest first; unknown values come last. */
export function sorted(objects, rows, sort) {
  const down = sort.startsWith("-") || sort === "relevance" || sort === "informative";
  const cells = keys(objects, sort.replace(/^-/, ""));
  if (sort === "rank" || !cells) return rows;
  const way = down ? -1 : 1;
  return rows.slice().sort((a, b) => {
    const [x, y] = [cells[a], cells[b]];
    if (x === y) return a - b;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y) || a - b;
    return way * (x - y);
  });
}

/** Rows of the selection that a state describes, in its order. */
export function rowsOf(objects, state) {
  return sorted(objects, new Sieve(objects, state).rows(), state.sort);
}

/** Names of the ranges to show: those always there, and the chosen scores'. */
export function rangesOf(objects, state) {
  const chosen = objects.scores.map((score) => score.name)
    .filter((name) => state.scores.includes(name) || state.ranges[`percentile_${name}`]);
  return [...RANGES, ...chosen.map((name) => `percentile_${name}`)];
}
