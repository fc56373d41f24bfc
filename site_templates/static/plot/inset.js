// The inset: which part of the spectrum it magnifies, and its limits.

import { armsWithin } from "./marks.js";
import { edges } from "./spectrum_data.js";

// Bins to each side of an overlap's middle, at least.
const HALF = 24;
const PLACES = ["largest residual", "second largest", "third largest"];
const MARGIN = 0.08;

// What there is to magnify: where the spectrum departs most, strongest first, then the overlaps.
export function magnifiable(object, wave) {
  const last = wave.length - 1;
  const departures = object.departures.map(([, from, to], i) => ({ title: PLACES[i], bins: [from, to] }));
  const joins = object.overlaps.map(([first, end]) => {
    const names = armsWithin(object, [first, end]).map(({ name }) => name);
    const middle = Math.round((first + end) / 2);
    const half = Math.max(HALF, Math.round(1.5 * (end - first)));
    return {
      title: `overlap of arms ${names.join(" and ")}`,
      bins: [Math.max(0, middle - half), Math.min(last, middle + half)],
    };
  });
  const found = [...departures, ...joins];
  return found.length ? found : [{ title: "the middle", bins: [(last >> 1) - HALF, (last >> 1) + HALF] }];
}

// Limits of the flux in the bins shown, of whatever is drawn there.
export function fluxLimits([first, last], lines) {
  let low = Infinity, high = -Infinity;
  for (const values of lines) {
    for (let i = first; i <= last; i += 1) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  if (!(high >= low)) return { start: 0, end: 1 };
  const margin = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1;
  return { start: low - margin, end: high + 2 * margin };
}

export function axisLimits(wave, bins, stretch) {
  const [low, high] = edges(wave, bins);
  return { start: low * stretch, end: high * stretch };
}
