// Positions as people type them: decimal degrees, or hours and degrees in sexagesimal.

const NUMBER = /[+-]?\d+(?:\.\d+)?/g;

// "157.967 +58.587", "10:31:52.2 +58:35:12", "10h31m52.2s -58d35m12s" -> {ra, dec} in degrees,
// or null where the text is no position.
export function parsePosition(text) {
  const plain = text.replaceAll("−", "-").trim();
  if (!/^[\d\s:hmsd°'"′″ʰᵐˢ.,+-]+$/i.test(plain)) return null;
  const parts = plain.match(NUMBER) ?? [];
  let ra, dec;
  if (parts.length === 2) {
    [ra, dec] = parts.map(Number);
  } else if (parts.length === 6) {
    const [h, m, s, d, arcmin, arcsec] = parts.map((part) => Math.abs(Number(part)));
    if (m >= 60 || s >= 60 || arcmin >= 60 || arcsec >= 60) return null;
    ra = 15 * (h + m / 60 + s / 3600);
    dec = (parts[3].startsWith("-") ? -1 : 1) * (d + arcmin / 60 + arcsec / 3600);
  } else {
    return null;
  }
  return ra >= 0 && ra <= 360 && dec >= -90 && dec <= 90 ? { ra: ra % 360, dec } : null;
}

// Separation of two positions in arcsec (haversine: exact for small angles too).
export function separation(a, b) {
  const rad = Math.PI / 180;
  const h = Math.sin(((b.dec - a.dec) * rad) / 2) ** 2
    + Math.cos(a.dec * rad) * Math.cos(b.dec * rad) * Math.sin(((b.ra - a.ra) * rad) / 2) ** 2;
  return (2 * Math.asin(Math.min(1, Math.sqrt(h))) * 3600) / rad;
}
