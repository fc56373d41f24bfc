// CSV as the pipeline reads and writes it: see src/catalog/verdicts/csv_rows.py and formulas.py.

const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r＝＋－＠]/;
const NUMBER = /^-?[0-9]+$/;
const FLOATED = /^[+-]?[0-9]([.,][0-9]*)?[eE]\+?[0-9]{1,3}$|^[+-]?[0-9]+[.,]0*$/;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const EARLIEST = "1950-01-01";

/** Text as the pipeline takes it: plain line ends, no control characters, no blanks around it. */
export function plain(text) {
  return text.replace(/\r\n?/g, "\n").replace(CONTROL, "").trim();
}

/** Text on one line, blanks collapsed. */
export const oneLine = (text) => plain(text).split(/\s+/).join(" ");

// A spreadsheet runs cells that begin like a formula; an apostrophe before them stops it.
function guarded(text) {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function bare(text) {
  return GUARDED.test(text) ? text.slice(1) : text;
}

/** Rows, each an object of texts, as CSV with these columns. */
export function write(columns, rows) {
  const quoted = (cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  const lines = rows.map((row) => quoted(columns.map((column) => guarded(row[column]))));
  // The byte order mark tells spreadsheets that the text is UTF-8.
  return `\ufeff${[quoted(columns), ...lines].join("\r\n")}\r\n`;
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

/** Rows of a CSV as objects of these columns; those not required are empty where it lacks them.
    Throws an Error that says what is wrong with which row. */
export function read(text, columns, required) {
  const whole = text.replace(/^\ufeff/, "");
  const first = whole.split("\n", 1)[0];
  const separator = first.includes(";") && !first.includes(",") ? ";" : ",";
  const [header = [], ...rows] = rowsOf(whole, separator);
  const names = header.map((name) => name.trim());
  const missing = required.filter((column) => !names.includes(column));
  if (missing.length) throw new Error(`it has no column ${missing.join(", ")}`);
  return rows.map((cells, i) => {
    if (cells.length !== names.length) throw new Error(`row ${i + 2} has ${cells.length} cells, not ${names.length}`);
    const each = {};
    for (const column of columns) each[column] = plain(bare((cells[names.indexOf(column)] ?? "").trim()));
    return each;
  });
}

/** What is wrong with an identifier; empty where nothing is. */
export function faultInIdentifier(text) {
  return !text || /\s/.test(text) || FLOATED.test(text) ? `${text || "nothing"} is no whole identifier` : "";
}

/** What is wrong with a day, YYYY-MM-DD; empty where nothing is. */
export function faultInDay(text) {
  const day = new Date(`${text}T00:00:00Z`);
  const real = !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
  return real && text >= EARLIEST ? "" : `${text || "nothing"} is no date`;
}
