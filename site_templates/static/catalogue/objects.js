// The published objects, in columns, as explorer and map share them.

import { impliedName, impliedSlug } from "./names.js";
import { unpack } from "./packed.js";
import { fetched } from "../visit/fetched.js";

export const SIGNS = { astrophysical: "✦", unexplained: "?", artefact: "✕" };
export const VERDICTS = ["astrophysical", "unexplained", "artefact"];

// Rows are in the order of rank.
export class Objects {
  #table;
  #columns;
  #rows = null;

  constructor(table, bytes) {
    this.#table = table;
    this.size = table.size;
    this.nScored = table.n_scored;
    this.scores = table.scores;
    this.titles = table.titles;
    this.#columns = unpack(table.columns, bytes, this.size);
  }

  /** The objects of the explorer's folder, whose name ends in a slash. */
  static async load(folder) {
    const [table, bytes] = await Promise.all([
      fetched(`${folder}objects.json`).then((response) => response.json()),
      fetched(`${folder}objects.bin`).then((response) => response.arrayBuffer()),
    ]);
    return new Objects(table, new Uint8Array(bytes));
  }

  /** True for a column of numbers. */
  has(column) {
    return ArrayBuffer.isView(this.#columns.get(column));
  }

  /** Add a column of numbers that this page worked out itself; NaN where there is none. */
  add(column, values) {
    this.#columns.set(column, values);
  }

  /** Numbers of a column, a typed array; NaN where there is none. */
  numbers(column) {
    return this.#columns.get(column);
  }

  number(column, row) {
    return this.#columns.get(column)[row];
  }

  /** Alphabet of a column of text that repeats; `codes` are the places in it, one per row. */
  words(column) {
    return this.#columns.get(column).words;
  }

  codes(column) {
    return this.#columns.get(column).codes;
  }

  text(column, row) {
    if (column === "target_id") return this.#columns.get("target_id")[row];
    const { words, codes } = this.#columns.get(column);
    return words[codes[row]];
  }

  /** Its designation; survey and identifier where it has none. */
  name(row) {
    return this.designation(row) || this.identified(row);
  }

  /** Its name after the IAU; empty where it has no position. */
  designation(row) {
    return this.#table.name[row] ?? impliedName(this.slug(row), this.#table.acronym);
  }

  /** Survey and identifier. */
  identified(row) {
    return `${this.#table.prefix[this.text("survey", row)]}${this.text("target_id", row)}`;
  }

  /** Survey and identifier, to stand beside the name; empty where they are the name. */
  beside(row) {
    return this.designation(row) ? this.identified(row) : "";
  }

  slug(row) {
    const ra = this.number("ra", row);
    return this.#table.slug[row] ?? (Number.isNaN(ra)
      ? `${this.text("survey", row)}-${this.text("target_id", row)}` : impliedSlug(ra, this.number("dec", row)));
  }

  /** Row of an identifier; -1 where it is not among the published. */
  rowOf(target) {
    this.#rows ??= new Map(this.#columns.get("target_id").map((id, row) => [id, row]));
    return this.#rows.get(target) ?? -1;
  }

  /** Title of a row's category; empty where it only repeats the verdict. */
  kind(row) {
    const title = this.category(row);
    return title.toLowerCase() === this.text("verdict", row) ? "" : title;
  }

  category(row) {
    const name = this.text("category", row);
    return this.titles[name] ?? name;
  }
}

const SPARKS_PER_FILE = 500;

// The small spectra, in files of 500 rows; only those in sight are loaded.
export class Sparks {
  constructor(folder) {
    this.folder = folder;
    this.files = new Map();
    this.loading = new Map();
  }

  at(row) {
    return this.files.get(Math.floor(row / SPARKS_PER_FILE))?.[row % SPARKS_PER_FILE] ?? "";
  }

  // Load what these rows need; resolves to true where anything new came.
  async load(rows) {
    const missing = [...new Set(rows.map((row) => Math.floor(row / SPARKS_PER_FILE)))]
      .filter((file) => !this.files.has(file));
    await Promise.all(missing.map((file) => {
      if (!this.loading.has(file)) this.loading.set(file, this.#fetch(file));
      return this.loading.get(file);
    }));
    return missing.length > 0;
  }

  async #fetch(file) {
    const response = await fetch(`${this.folder}sparks-${file}.json`);
    this.files.set(file, response.ok ? await response.json() : []);
  }
}

// A percentile cut to the decimals that tell it from 100, as the pages write it.
export function percent(value) {
  if (value === null || Number.isNaN(value)) return "–";
  if (value >= 100) return "100 %";
  const decimals = value < 99 ? 1 : Math.min(6, Math.max(1, Math.ceil(-Math.log10(100 - value) - 1e-9)));
  const scale = 10 ** decimals;
  return `${(Math.floor(value * scale + 1e-6) / scale).toFixed(decimals)} %`;
}

// A probability as the pages write it: 1 in so many, and never one that nobody can check.
export function chance(p) {
  if (p * 1e6 < 1) return "fewer than 1 in 1,000,000";
  const ratio = Math.round(1 / p);
  if (ratio < 2) return "more than 1 in 2";
  const unit = 10 ** Math.max(0, String(ratio).length - 2);
  return `1 in ${(Math.round(ratio / unit) * unit).toLocaleString("en")}`;
}

export const fixed = (value, decimals) =>
  value === null || Number.isNaN(value) ? "–" : value.toFixed(decimals).replace("-", "−");

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function svgElement(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A small spectrum from its characters: one of 64 levels each, a space where there is no data.
export function spark(text) {
  let path = "";
  let down = false;
  [...text].forEach((character, i) => {
    if (character === " ") {
      down = false;
      return;
    }
    const y = 35 - ((character.charCodeAt(0) - 48) / 63) * 34;
    path += `${down ? "L" : "M"}${(1 + (i * 118) / Math.max(1, text.length - 1)).toFixed(1)} ${y.toFixed(1)}`;
    down = true;
  });
  return svgElement("svg", { viewBox: "0 0 120 36", class: "spark", "aria-hidden": "true" },
    svgElement("path", { class: "data", d: path }));
}

export function verdictWords(verdict) {
  return element("span", { className: `verdict ${SIGNS[verdict] ? verdict : ""}` },
    Object.assign(element("span", { className: "sign", textContent: SIGNS[verdict] ?? "·" }), { ariaHidden: "true" }),
    ` ${verdict}`);
}
