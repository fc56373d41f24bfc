// Names and addresses that follow from positions, as `catalog.site.packed_names` packs them.

const FULL_TURN = 360e6;
const POSITION = /^j(\d{6}\.\d\d)([pm])(\d{6}\.\d)([a-z]*)$/;

const two = (number) => String(number).padStart(2, "0");

// Cut, never rounded, in whole numbers: a float of seconds may lie a hair below a whole one.
function sexagesimal(parts, perUnit, digits) {
  const minutes = Math.floor(parts / (60 * perUnit));
  const rest = parts % (60 * perUnit);
  return `${two(Math.floor(minutes / 60))}${two(minutes % 60)}${two(Math.floor(rest / perUnit))}.${String(rest % perUnit).padStart(digits, "0")}`;
}

/** Address that a position in degrees implies, of which six decimals count. */
export function impliedSlug(ra, dec) {
  const [across, up] = [Math.round(ra * 1e6) % FULL_TURN, Math.round(dec * 1e6)];
  const hours = sexagesimal(Math.floor((across * 3) / 125), 100, 2);
  const degrees = sexagesimal(Math.floor((Math.abs(up) * 9) / 250), 10, 1);
  return `j${hours}${up < 0 ? "m" : "p"}${degrees}`;
}

/** Name that an address implies; empty where it is not made of a position. */
export function impliedName(slug, acronym) {
  const found = POSITION.exec(slug);
  if (!found) return "";
  const [, across, sign, up, letters] = found;
  return `${acronym} J${across}${sign === "m" ? "-" : "+"}${up}${letters}`;
}

/** A name as people type it, in the one form that is compared: no blanks, plain minus signs. */
export function comparable(text) {
  return text.replace(/[\u2010-\u2015\u2212\ufe63\uff0d]/g, "-").replace(/\s+/g, "").toLowerCase();
}
