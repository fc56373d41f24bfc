// Positions as people type them: decimal degrees, or hours and degrees in sexagesimal.

const NUMBER = /[+-]?\d+(?:\.\d+)?/g;
const PLAIN = /^[\d\s:hmsd°'"′″ʰᵐˢ.,;+-]+$/i;
const DESIGNATION = /^(?:[a-z]+[\s_]*)?j?(\d{2})(\d{2})(\d{2}(?:\.\d+)?)\s*([+-])(\d{2})(\d{2})(\d{2}(?:\.\d+)?)$/i;
export const UNITS = { arcsec: 1, arcmin: 60, deg: 3600 };

function fromParts(hours, sign, degrees) {
  const [h, hm, hs = 0] = hours.map((part) => Math.abs(Number(part)));
  const [d, dm, ds = 0] = degrees.map((part) => Math.abs(Number(part)));
  if (Math.max(hm, hs, dm, ds) >= 60) return null;
  return { ra: 15 * (h + hm / 60 + hs / 3600), dec: sign * (d + dm / 60 + ds / 3600) };
}

function parsed(text) {
  const name = DESIGNATION.exec(text);
  if (name) return fromParts(name.slice(1, 4), name[4] === "-" ? -1 : 1, name.slice(5, 8));
  const plain = text.replace(/\bdeg(?:rees?)?\b/gi, " ");
  if (!PLAIN.test(plain)) return null;
  const parts = plain.match(NUMBER) ?? [];
  if (parts.length === 2) return { ra: Number(parts[0]), dec: Number(parts[1]) };
  if (parts.length !== 6 && parts.length !== 4) return null;
  const half = parts.length / 2;
  return fromParts(parts.slice(0, half), parts[half].startsWith("-") ? -1 : 1, parts.slice(half));
}

// "157.967 +58.587", "10:31:52.2 +58:35:12", "10h31m52.2s -58d35m12s", "J103152.2+583512"
// -> {ra, dec} in degrees, or null where the text is no position.
export function parsePosition(text) {
  const at = parsed(text.replaceAll("−", "-").trim());
  const known = at && at.ra >= 0 && at.ra <= 360 && at.dec >= -90 && at.dec <= 90;
  return known ? { ra: at.ra % 360, dec: at.dec } : null;
}

// Separation of two positions in arcsec (haversine: exact for small angles too).
export function separation(a, b) {
  const rad = Math.PI / 180;
  const h = Math.sin(((b.dec - a.dec) * rad) / 2) ** 2
    + Math.cos(a.dec * rad) * Math.cos(b.dec * rad) * Math.sin(((b.ra - a.ra) * rad) / 2) ** 2;
  return (2 * Math.asin(Math.min(1, Math.sqrt(h))) * 3600) / rad;
}

// Place on the unit sphere, where near is near in a straight line too.
export function direction(ra, dec) {
  const rad = Math.PI / 180;
  return [Math.cos(dec * rad) * Math.cos(ra * rad), Math.cos(dec * rad) * Math.sin(ra * rad), Math.sin(dec * rad)];
}

/** An angle in arcsec in the unit in which it is short: 12.3″, 4.5′, 2.1°. */
export function angle(arcsec) {
  if (arcsec < 100) return `${arcsec.toFixed(1)}″`;
  return arcsec < 6000 ? `${(arcsec / 60).toFixed(1)}′` : `${(arcsec / 3600).toFixed(1)}°`;
}
