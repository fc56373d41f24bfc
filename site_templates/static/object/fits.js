// A table as a FITS file, version 4.0 of the standard: an empty primary HDU, then a binary table of
// doubles. The long-string convention of its section 4.2.1.2 carries texts beyond 68 characters.

const BLOCK = 2880;
const CARD = 80;
const TEXT = 67;

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SPELT = { "Å": "Angstrom", "σ": "sigma", "″": "arcsec", "–": "-", "—": "-", "−": "-", "×": "x" };

// Only printable ASCII may stand in a header; accents go, what is left becomes a question mark.
export function ascii(text) {
  return [...text.replace(/[Åσ″–—−×]/g, (sign) => SPELT[sign]).normalize("NFKD").replace(/\p{M}/gu, "")]
    .map((sign) => (/[\x20-\x7e]/.test(sign) ? sign : "?")).join("");
}

// A unit written with superscripts, to a power, as FITS writes it: "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹" as
// "10**-17 erg s-1 cm-2 Angstrom-1". Empty where it is not understood.
export function fitsUnit(text, power = 1) {
  const parts = text.split(/\s+/).filter(Boolean).map((part) => {
    const found = /^(10|[A-Za-zÅ]+)([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*)$/.exec(part);
    if (!found) return null;
    const digits = [...found[2]].map((sign) => (sign === "⁻" ? "-" : SUPERSCRIPTS.indexOf(sign))).join("");
    const exponent = (digits === "" ? 1 : Number(digits)) * power;
    if (found[1] === "10") return `10**${exponent}`;
    return `${found[1].replace("Å", "Angstrom")}${exponent === 1 ? "" : exponent}`;
  });
  return parts.includes(null) ? "" : parts.join(" ");
}

function number(value) {
  if (Number.isSafeInteger(value)) return String(value);
  const [digits, exponent] = value.toString().split("e");
  const whole = digits.includes(".") ? digits : `${digits}.0`;
  return exponent === undefined ? whole : `${whole}E${Number(exponent)}`;
}

// Pieces of a text, no escaped quote cut in two.
function pieces(text, size) {
  const made = [""];
  for (const sign of text) {
    const written = sign === "'" ? "''" : sign;
    if (made.at(-1).length + written.length > size) made.push("");
    made[made.length - 1] += written;
  }
  return made;
}

function cards(keyword, value, comment) {
  const key = keyword.padEnd(8);
  const said = comment ? ` / ${ascii(comment)}` : "";
  if (typeof value === "boolean") return [`${key}= ${(value ? "T" : "F").padStart(20)}${said}`];
  if (typeof value === "number") return [`${key}= ${number(value).padStart(20)}${said}`];
  const parts = pieces(ascii(value), TEXT);
  if (parts.length === 1) {
    const card = `${key}= '${parts[0].padEnd(8)}'`;
    return [card.length + said.length <= CARD ? card + said : card];
  }
  // An ampersand at the very end would be taken for one that promises more.
  if (parts.at(-1).endsWith("&")) parts.push("");
  return parts.map((part, i) =>
    `${i === 0 ? `${key}= ` : "CONTINUE  "}'${part}${i < parts.length - 1 ? "&" : ""}'`);
}

function header(entries) {
  const lines = entries.flatMap(([keyword, value, comment = ""]) => cards(keyword, value, comment));
  const text = [...lines, "END"].map((line) => line.slice(0, CARD).padEnd(CARD)).join("");
  return new TextEncoder().encode(text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK));
}

function body(columns, rows) {
  const size = rows * columns.length * 8;
  const bytes = new Uint8Array(Math.ceil(size / BLOCK) * BLOCK);
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < rows; row += 1) {
    columns.forEach((column, i) => view.setFloat64((row * columns.length + i) * 8, column.values[row]));
  }
  return bytes;
}

// `entries`: [keyword, text or finite number or truth, comment] of the primary header.
// `columns`: {name, unit, values, comment}, all of one length. Returns the parts of the file.
export function fitsParts(entries, extension, columns) {
  const rows = columns[0].values.length;
  const primary = header([
    ["SIMPLE", true, "file conforms to the FITS standard"],
    ["BITPIX", 8], ["NAXIS", 0], ["EXTEND", true],
    ...entries,
  ]);
  const table = header([
    ["XTENSION", "BINTABLE", "binary table"],
    ["BITPIX", 8], ["NAXIS", 2],
    ["NAXIS1", columns.length * 8, "bytes in a row"], ["NAXIS2", rows, "rows"],
    ["PCOUNT", 0], ["GCOUNT", 1], ["TFIELDS", columns.length],
    ...columns.flatMap(({ name, unit, comment }, i) => [
      [`TTYPE${i + 1}`, name, comment],
      [`TFORM${i + 1}`, "D"],
      ...(unit ? [[`TUNIT${i + 1}`, unit]] : []),
    ]),
    ["EXTNAME", extension],
  ]);
  return [primary, table, body(columns, rows)];
}
