// What stands on the spectrum: line markers, marked regions, and each arm alone in its overlaps.

import { armAlone, edges } from "./spectrum_data.js";

// Pixels that a letter of a line's name needs, between two names, and from an overlap to its arms'.
const LETTER = 7.5;
const GAP = 6;
const ASIDE = 9;
const DASHES = [[], [5, 2], [1, 2]];

// Lines within what the spectrum covers. Names are put in turn, the best known lines first, where
// there still is room; zooming in makes room.
export function lineMarks(lines, kind, stretch, covered, range, perPixel) {
  const chosen = kind === "none" ? [] : lines
    .filter((line) => line.major || kind === "all")
    .map((line) => ({ name: line.name, turn: line.turn, x: line.wave * stretch, label: "" }))
    .filter(({ x }) => x > covered[0] && x < covered[1]);
  const taken = [];
  for (const line of [...chosen].sort((a, b) => a.turn - b.turn)) {
    const half = ((LETTER * line.name.length + GAP) * perPixel) / 2;
    const [low, high] = [line.x - half, line.x + half];
    if (low < range.start || high > range.end || taken.some(([from, to]) => low < to && high > from)) continue;
    taken.push([low, high]);
    line.label = line.name;
  }
  return { x: chosen.map(({ x }) => x), label: chosen.map(({ label }) => label) };
}

export function spans(wave, regions, stretch) {
  const ends = regions.map((region) => edges(wave, region));
  return { left: ends.map(([low]) => low * stretch), right: ends.map(([, high]) => high * stretch) };
}

// Arms that saw a stretch of bins, bluest first, each with what it saw there.
export function armsWithin(object, [first, last]) {
  return object.arms.flatMap(({ name, overlaps }) => {
    const seen = overlaps.filter((each) => each.first <= last && each.first + each.ivar.length > first);
    return seen.length ? [{ name, seen }] : [];
  });
}

// Each arm alone: a line per arm and overlap, told apart by dashes as well as by colour, in the
// same way in every overlap: the bluest arm solid.
export function armLines(object, x, unit, width, colours) {
  const found = { xs: [], ys: [], colour: [], dash: [] };
  for (const region of object.overlaps) {
    armsWithin(object, region).forEach(({ seen }, place) => {
      for (const overlap of seen) {
        found.xs.push(Array.from(x.slice(overlap.first, overlap.first + overlap.ivar.length)));
        found.ys.push(armAlone(object, overlap, unit, width));
        found.colour.push(colours[place % colours.length]);
        found.dash.push(DASHES[place % DASHES.length]);
      }
    });
  }
  return found;
}

// The arms' names at the foot of each overlap, bluest to the left of it, reddest to the right.
export function armNames(object, { left, right }, perPixel) {
  const found = { x: [], name: [] };
  object.overlaps.forEach((region, place) => {
    const here = armsWithin(object, region);
    const start = left[place] - ASIDE * perPixel;
    const width = right[place] - left[place] + 2 * ASIDE * perPixel;
    here.forEach(({ name }, i) => {
      found.x.push(start + (width * i) / Math.max(1, here.length - 1));
      found.name.push(name);
    });
  });
  return found;
}
