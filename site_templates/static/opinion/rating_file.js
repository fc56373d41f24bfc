// Ratings as CSV and JSON, as the pipeline reads them: see src/catalog/relevance/labels.py.

import * as csv from "./csv.js";

const COLUMNS = ["target_id", "rating", "tags", "comment", "by", "date"];
const REQUIRED = ["target_id", "rating"];
export const LIMITS = { tags: 20, tag: 40, comment: 2000, by: 100, target_id: 100 };
const MOMENT = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$/;

/** Tags of a text: parted by commas, semicolons or line ends, each once, blanks collapsed. */
export function tagsOf(text) {
  return [...new Set(text.split(/[,;\n]/).map(csv.oneLine).filter(Boolean))];
}

const asCells = (label) => ({ ...label, rating: label.rating === null ? "" : String(label.rating), tags: label.tags.join(", ") });

export const writeCsv = (labels) => csv.write(COLUMNS, labels.map(asCells));

export function writeJson(labels, release) {
  const slim = labels.map((label) => Object.fromEntries(COLUMNS.map((column) => [column, label[column]])));
  return `${JSON.stringify({ release, labels: slim }, null, 1)}\n`;
}

function faultIn(label, rating) {
  const long = ["comment", "by", "target_id"].find((name) => label[name].length > LIMITS[name]);
  if (csv.faultInIdentifier(label.target_id)) return csv.faultInIdentifier(label.target_id);
  if (!/^[0-5]?$/.test(rating)) return `${rating} is no rating from 0 to 5`;
  if (label.tags.length > LIMITS.tags || label.tags.some((tag) => tag.length > LIMITS.tag)) return "too many tags, or too long ones";
  if (long) return `its ${long} is too long`;
  const moment = MOMENT.exec(label.date);
  if (label.date && !moment) return `${label.date} is no date`;
  return moment ? csv.faultInDay(moment[1]) : "";
}

// A label of a row of texts. Throws an Error.
function labelOf(cells, where) {
  const label = {
    target_id: cells.target_id,
    rating: cells.rating === "" ? null : Number(cells.rating),
    tags: tagsOf(cells.tags),
    comment: cells.comment,
    by: csv.oneLine(cells.by),
    date: cells.date,
  };
  const fault = faultIn(label, cells.rating);
  if (fault) throw new Error(`${where}: ${fault}`);
  return label;
}

// A value of JSON as the cell of a CSV would be.
function cellOf(found, column, where) {
  if (found === undefined || found === null) return "";
  if (column === "tags" && Array.isArray(found) && found.every((tag) => typeof tag === "string")) return csv.plain(found.join(","));
  if (column === "rating" && Number.isInteger(found)) return String(found);
  if (typeof found === "string") return csv.plain(found);
  throw new Error(`${where}: its ${column} is not text`);
}

function readJson(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error("it is not JSON");
  }
  const labels = Array.isArray(found) ? found : found?.labels;
  if (!Array.isArray(labels)) throw new Error("it holds no list of labels");
  return labels.map((each, i) => {
    const where = `label ${i + 1}`;
    if (each === null || typeof each !== "object") throw new Error(`${where} is none`);
    const cells = Object.fromEntries(COLUMNS.map((column) => [column, cellOf(each[column], column, where)]));
    return labelOf(cells, where);
  });
}

/** Labels of a file. Throws an Error that says what is wrong with which of them. */
export function read(text, name) {
  if (/\.json$/i.test(name)) return readJson(text.replace(/^\ufeff/, ""));
  return csv.read(text, COLUMNS, REQUIRED).map((cells, i) => labelOf(cells, `row ${i + 2}`));
}
