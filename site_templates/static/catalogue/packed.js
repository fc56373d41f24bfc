// Reads the columns that `catalog.site.packed` writes: bits, as many per value as a column needs.

const PARTS = 62;
const FULL = 1050;

const HALF = 32;

// `n` codes of `width` bits from byte `at` on, least significant bit first; exact to 53 bits.
function codesOf(bytes, at, n, width) {
  const codes = new Float64Array(n);
  let left = 8; // bits of this byte that are not read yet
  for (let i = 0; i < n; i += 1) {
    // Sums of powers of two, because bit operations end at 32 bits.
    let scale = 1;
    for (let wanted = width; wanted > 0;) {
      const taken = Math.min(left, wanted);
      codes[i] += ((bytes[at] >> (8 - left)) & (2 ** taken - 1)) * scale;
      scale *= 2 ** taken;
      wanted -= taken;
      left -= taken;
      if (left === 0) [at, left] = [at + 1, 8];
    }
  }
  return codes;
}

// A percentile from its step among those that pages write, and the part of that step.
function percentileOf(code) {
  const step = Math.floor(code / PARTS);
  if (step >= FULL) return 100;
  const decimals = step < 1000 ? 1 : 2 + Math.floor((step - 1000) / 10);
  const whole = decimals === 1 ? step : 10 ** (decimals + 2) - 10 + ((step - 1000) % 10);
  // 99.9 as such, 99.99 and so on are points: what lies above them is written with more decimals.
  const point = whole === 10 ** (decimals + 2) - 1 && decimals < 6;
  return (whole + (point ? 0 : ((code % PARTS) + 0.5) / PARTS)) / 10 ** decimals;
}

function probabilityOf(code) {
  if (code === 0) return 0;
  return Number(`${10 + ((code - 1) % 90)}e-${1 + Math.floor((code - 1) / 90)}`);
}

// Identifiers as text: the numbers are short enough to be exact, what stands before them is text.
function identifiersOf(codes, { prefix, digits, base, others }) {
  const written = (code) => (digits ? String(base + code).padStart(digits, "0") : "");
  return Array.from(codes, (code, row) => others[row] ?? `${prefix}${written(code)}`);
}

function valuesOf(codes, { kind, base, scale }) {
  if (kind === "fixed") return codes.map((code) => (code + base) / scale);
  if (kind === "percentile") return codes.map(percentileOf);
  if (kind === "probability") return codes.map(probabilityOf);
  let last = 0;
  return codes.map((code) => {
    last += code + 1;
    return last;
  });
}

/**
 * Columns by name from their headers and their bytes: numbers as Float64Array with NaN where there
 * is none, identifiers as an array of text, and text that repeats as `{words, codes}`.
 */
export function unpack(headers, bytes, n) {
  const columns = new Map();
  let at = 0;
  for (const header of headers) {
    const codes = codesOf(bytes, at, n, header.bits);
    at += Math.ceil((n * header.bits) / 8);
    if (header.kind === "identifier") {
      columns.set(header.name, identifiersOf(codes, header));
      continue;
    }
    if (header.kind === "words") {
      columns.set(header.name, { words: header.words, codes: Uint16Array.from(codes) });
      continue;
    }
    const values = valuesOf(codes, header);
    if (header.missing) {
      const none = 2 ** header.bits - 1;
      codes.forEach((code, row) => { if (code === none) values[row] = NaN; });
    }
    columns.set(header.name, values);
  }
  return columns;
}
