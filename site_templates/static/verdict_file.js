// Verdicts as CSV, in the one format that the pipeline reads: see src/catalog/verdicts/.

export const COLUMNS = ["target_id", "verdict", "category", "comment", "by", "date"];
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r＝＋－＠]/;
const NUMBER = /^-?[0-9]+$/;
const FLOATED = /^[+-]?[0-9]([.,][0-9]*)?[eE]\+?[0-9]{1,3}$|^[+-]?[0-9]+[.,]0*$/;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

// Text as the pipeline takes it: plain line ends, no control characters, no blanks around it.
export function plain(text) {
  return text.replace(/\r\n?/g, "\n").replace(CONTROL, "").trim();
}

// A spreadsheet runs cells that begin like a formula; an apostrophe before them stops it.
function guarded(text) {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function bare(text) {
  return GUARDED.test(text) ? text.slice(1) : text;
}

export function write(verdicts) {
  const quoted = (cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  const rows = verdicts.map((each) => quoted(COLUMNS.map((column) => guarded(each[column]))));
  // The byte order mark tells spreadsheets that the text is UTF-8.
  return `\ufeff${[quoted(COLUMNS), ...rows].join("\r\n")}\r\n`;
}

// Cells of every row that is not blank.
function rowsOf(text, separator) {
  const rows = [];
  let cells = [];
  const cell = new RegExp(`("(?:[^"]|"")*"|[^"\\n\\r${separator}][^\\n\\r${separator}]*|)(${separator}|\\r\\n|\\r|\\n|$)`, "y");
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Error(`row ${rows.length + 1} is not CSV`);
    const [, raw, end] = found;
    cells.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end !== separator) {
      rows.push(cells);
      cells = [];
    }
  }
  if (cells.length) rows.push([...cells, ""]); // the text ends with a separator
  return rows.filter((row) => row.some((each) => each.trim()));
}

function faultIn(each, words, categories) {
  if (!each.target_id || /\s/.test(each.target_id) || FLOATED.test(each.target_id)) return `${each.target_id || "nothing"} is no whole identifier`;
  if (!words.includes(each.verdict)) return `${each.verdict || "nothing"} is no verdict`;
  if (each.category && !categories.includes(each.category)) return `${each.category} is no category`;
  if (!each.by) return "nobody's name";
  if (!each.date) return ""; // inspections of DESI are not dated
  const day = new Date(`${each.date}T00:00:00Z`);
  const real = !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === each.date;
  return real && each.date >= "1950-01-01" ? "" : `${each.date || "nothing"} is no date`;
}

// Verdicts of a file. Throws an Error that says what is wrong with which row.
export function read(text, words, categories) {
  const whole = text.replace(/^\ufeff/, "");
  const first = whole.split("\n", 1)[0];
  const separator = first.includes(";") && !first.includes(",") ? ";" : ",";
  const [header = [], ...rows] = rowsOf(whole, separator);
  const names = header.map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length) throw new Error(`it has no column ${missing.join(", ")}`);
  return rows.map((cells, i) => {
    if (cells.length !== names.length) throw new Error(`row ${i + 2} has ${cells.length} cells, not ${names.length}`);
    const each = {};
    for (const column of COLUMNS) each[column] = plain(bare(cells[names.indexOf(column)].trim()));
    each.verdict = each.verdict.toLowerCase();
    each.category = each.category.toLowerCase();
    each.by = each.by.split(/\s+/).join(" ");
    const fault = faultIn(each, words, categories);
    if (fault) throw new Error(`row ${i + 2}: ${fault}`);
    return each;
  });
}
