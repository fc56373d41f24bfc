// What the explorer shows, as data: filters, order and view; to and from the address; and which
// objects pass.

import { parsePosition, separation } from "./position.js";

export const LISTS = ["verdict", "category", "spec_class", "survey"];
export const RANGES = ["z", "snr", "percentile"];
const RADIUS_ARCSEC = 60;
const DEFAULT_VERDICTS = ["astrophysical", "unexplained"];

export function fresh() {
  return {
    q: "", verdict: new Set(DEFAULT_VERDICTS), category: null, spec_class: null, survey: null,
    z: null, snr: null, percentile: null, box: null, sort: "rank", view: "table",
  };
}

const interval = (text) => {
  const parts = text.split("..").map((part) => (part === "" ? null : Number(part)));
  return parts.length === 2 && !parts.some(Number.isNaN) ? parts : null;
};

export function fromAddress(search) {
  const asked = new URLSearchParams(search);
  const state = fresh();
  state.q = asked.get("q") ?? "";
  // Who asks for one object by name must find it, artefact or not.
  if (state.q) state.verdict = null;
  if (asked.has("verdict")) {
    state.verdict = asked.get("verdict") === "all" ? null : new Set(asked.get("verdict").split(",").filter(Boolean));
  }
  for (const name of ["category", "spec_class", "survey"]) {
    if (asked.has(name)) state[name] = new Set(asked.getAll(name));
  }
  for (const name of RANGES) if (asked.has(name)) state[name] = interval(asked.get(name));
  const box = (asked.get("box") ?? "").split(",").map(Number);
  if (box.length === 4 && !box.some(Number.isNaN)) state.box = box;
  state.sort = asked.get("sort") ?? "rank";
  state.view = asked.get("view") === "gallery" ? "gallery" : "table";
  return state;
}

export function toAddress(state) {
  const asked = new URLSearchParams();
  const usual = state.q ? null : DEFAULT_VERDICTS.join(",");
  const verdict = state.verdict === null ? null : [...state.verdict].sort().join(",");
  if (state.q) asked.set("q", state.q);
  if (verdict !== usual) asked.set("verdict", verdict ?? "all");
  for (const name of ["category", "spec_class", "survey"]) {
    for (const value of [...(state[name] ?? [])].sort()) asked.append(name, value);
    if (state[name]?.size === 0) asked.append(name, "");
  }
  for (const name of RANGES) {
    if (state[name]) asked.set(name, state[name].map((edge) => edge ?? "").join(".."));
  }
  if (state.box) asked.set("box", state.box.join(","));
  if (state.sort !== "rank") asked.set("sort", state.sort);
  if (state.view !== "table") asked.set("view", state.view);
  const text = asked.toString();
  return text ? `?${text}` : "";
}

// One test per filter, so that counts can leave one of them out.
export function tests(objects, state) {
  const made = {};
  for (const name of LISTS) {
    if (!state[name]) continue;
    const { words, codes } = objects.table[name];
    const wanted = words.map((word) => state[name].has(word));
    made[name] = (row) => wanted[codes[row]];
  }
  for (const name of RANGES) {
    if (!state[name]) continue;
    const [low, high] = state[name];
    const cells = objects.table[name];
    made[name] = (row) => cells[row] !== null
      && (low === null || cells[row] >= low) && (high === null || cells[row] <= high);
  }
  if (state.box) {
    const [x0, x1, y0, y1] = state.box;
    const { map_x: x, map_y: y } = objects.table;
    made.box = (row) => x[row] !== null && x[row] >= x0 && x[row] <= x1 && y[row] >= y0 && y[row] <= y1;
  }
  if (state.q.trim()) made.q = search(objects, state.q.trim());
  return made;
}

function search(objects, text) {
  const at = parsePosition(text);
  const wanted = text.toLowerCase().split(/[\s,;]+/).filter(Boolean);
  const ids = objects.table.target_id;
  const byName = (row) => {
    const name = objects.name(row).toLowerCase();
    return name.includes(text.toLowerCase()) || wanted.some((word) => word === ids[row].toLowerCase());
  };
  if (!at) return byName;
  const { ra, dec } = objects.table;
  return (row) => byName(row) || (ra[row] !== null && dec[row] !== null
    && separation(at, { ra: ra[row], dec: dec[row] }) <= RADIUS_ARCSEC);
}

export function searchNote(text) {
  if (!text.trim()) return "";
  const at = parsePosition(text);
  return at ? `within ${RADIUS_ARCSEC}″ of ${at.ra.toFixed(5)}°, ${at.dec.toFixed(5)}°` : "by name or identifier";
}

// Rows that pass every test but the one named.
export function passing(objects, made, without = null) {
  const all = Object.entries(made).filter(([name]) => name !== without).map(([, test]) => test);
  const rows = [];
  for (let row = 0; row < objects.size; row += 1) {
    if (all.every((test) => test(row))) rows.push(row);
  }
  return rows;
}

export function sorted(objects, rows, sort) {
  const down = sort.startsWith("-");
  const name = down ? sort.slice(1) : sort;
  if (!(name in objects.table) && name !== "name") return rows;
  const key = (row) => (name === "name" ? objects.name(row) : objects.at(name, row));
  const order = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    const by = a < b ? -1 : a > b ? 1 : 0;
    return down ? -by : by;
  };
  return rows.map((row) => [key(row), row]).sort((a, b) => order(a[0], b[0]) || a[1] - b[1]).map((pair) => pair[1]);
}
