// The selection as CSV: every loaded column, identifiers whole, numbers with their stated decimals.

import { percent } from "../catalogue/objects.js";

const COLUMNS = ["rank", "name", "target_id", "survey", "ra", "dec", "z", "snr", "spec_class", "verdict", "category", "percentile", "p", "map_x", "map_y"];

// A spreadsheet runs text that begins like a formula; an apostrophe before it stops that.
const guarded = (text) => (/^'*[=+\-@\t\r]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text);

function quoted(text) {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cell(objects, name, row) {
  if (name === "name") return guarded(objects.designation(row));
  if (!objects.has(name)) return guarded(objects.text(name, row));
  const value = objects.number(name, row);
  if (Number.isNaN(value)) return "";
  return name.startsWith("percentile") ? percent(value).replace(" %", "") : String(value);
}

/** Text of the file: a row per object, in the order shown. */
export function selectionCsv(objects, rows) {
  const names = [...COLUMNS, ...objects.scores.map((score) => `percentile_${score.name}`)];
  const lines = rows.map((row) => names.map((name) => quoted(cell(objects, name, row))).join(","));
  return [names.join(","), ...lines, ""].join("\n");
}
