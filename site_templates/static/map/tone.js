// From counts to colours: logarithmic in the count, by the page's own colours, light and dark.
//
// WebGL and canvas share these numbers: the shader in webgl.js is `coloured` in its own words.

// Crameri's batlow: perceptually ordered, and told apart with any colour vision. Its pale end
// would be lost on paper, its dark end on black.
const BATLOW = [
  [1, 25, 89], [14, 60, 96], [27, 88, 98], [56, 108, 87], [98, 122, 64], [144, 135, 46],
  [196, 144, 58], [241, 157, 107], [253, 177, 168], [252, 193, 222], [250, 204, 250],
];
const LIGHT = [0, 0.68];
const DARK = [0.3, 0.95];
export const RAMP = 16;
// Okabe and Ito's colours, as far as they stand out on the ground they are on.
export const PALETTES = {
  light: ["#0072b2", "#d55e00", "#007f5f", "#a3517f", "#8f6500", "#3a8fc4", "#6f6b63"],
  dark: ["#56b4e9", "#f0894a", "#3fc79f", "#dc94ba", "#e0a92e", "#8fb8ea", "#a9a498"],
};
// How much of its colour a cell has at the lowest and at the highest count.
export const PLAIN = [0.07, 0.62];
export const COLOURED = [0.5, 1];

function mixed(stops, place) {
  const at = Math.max(0, Math.min(1, place)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return stops[low].map((value, i) => value + (stops[low + 1][i] - value) * (at - low));
}

/** Red, green and blue, 0..255, of `#rrggbb`. */
export function rgb(text) {
  const hex = text.trim().slice(1);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

export const css = (colour) => `rgb(${colour.map((value) => Math.round(value)).join(" ")})`;

/** The page's colours as they are now. */
export function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => rgb(style.getPropertyValue(name));
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const [from, to] = dark ? DARK : LIGHT;
  return {
    dark,
    paper: read("--paper"), ink: read("--ink"), quiet: read("--quiet"),
    verdicts: {
      astrophysical: read("--astrophysical"), unexplained: read("--unexplained"), artefact: read("--artefact"),
    },
    palette: PALETTES[dark ? "dark" : "light"].map(rgb),
    ramp: Array.from({ length: RAMP }, (_, i) => mixed(BATLOW, from + (i / (RAMP - 1)) * (to - from))),
  };
}

export const onRamp = ({ ramp }, place) => mixed(ramp, place);

/** Logarithm of a count, 0..1 of the highest. */
export const tone = (count, peak) => Math.min(1, Math.log1p(count) / Math.log1p(peak));

const between = (from, to, share) => from.map((value, i) => value + (to[i] - value) * share);

// Hue of a cell and how many it holds.
function hue(kind, a, b, c, d, look) {
  if (kind === "none") return [look.ink, a];
  if (kind === "number") return a > 0 ? [mixed(look.ramp, b / a), a + c] : [look.quiet, c];
  const most = Math.max(a, b, c, d);
  return [look.palette[[a, b, c, d].indexOf(most)], a + b + c + d];
}

/** Opaque pixels of a window's cells, the highest row first; nothing where nothing is. */
export function coloured(cells, { width, height }, kind, peak, look) {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const [low, high] = kind === "none" ? PLAIN : COLOURED;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = 4 * (row * width + column);
      const [a, b, c, d] = [cells[at], cells[at + 1], cells[at + 2], cells[at + 3]];
      if (a + b + c + d === 0) continue;
      const [colour, count] = hue(kind, a, b, c, d, look);
      const place = 4 * ((height - 1 - row) * width + column);
      pixels.set(between(look.paper, colour, low + (high - low) * tone(count, peak)), place);
      pixels[place + 3] = 255;
    }
  }
  return pixels;
}
