// Verdicts as CSV, in the one format that the pipeline reads: see src/catalog/verdicts/.

import * as csv from "./csv.js";

const COLUMNS = ["target_id", "verdict", "category", "comment", "by", "date"];

export const write = (verdicts) => csv.write(COLUMNS, verdicts);

function faultIn(each, words, categories) {
  if (csv.faultInIdentifier(each.target_id)) return csv.faultInIdentifier(each.target_id);
  if (!words.includes(each.verdict)) return `${each.verdict || "nothing"} is no verdict`;
  if (each.category && !categories.includes(each.category)) return `${each.category} is no category`;
  if (!each.by) return "nobody's name";
  return each.date ? csv.faultInDay(each.date) : ""; // inspections of DESI are not dated
}

// Verdicts of a file. Throws an Error that says what is wrong with which row.
export function read(text, words, categories) {
  return csv.read(text, COLUMNS, COLUMNS).map((each, i) => {
    each.verdict = each.verdict.toLowerCase();
    each.category = each.category.toLowerCase();
    each.by = csv.oneLine(each.by);
    const fault = faultIn(each, words, categories);
    if (fault) throw new Error(`row ${i + 2}: ${fault}`);
    return each;
  });
}
