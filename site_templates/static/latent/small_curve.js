// A decoded spectrum as a small picture, over the mean spectrum.

import { svgElement } from "../catalogue/objects.js";

const WIDTH = 240;
const HEIGHT = 72;
const POINTS = 240;

// The lowest and highest number of each stretch: a line thinned by them keeps its peaks.
function extremes(values) {
  const width = Math.max(1, Math.ceil(values.length / (POINTS / 2)));
  const kept = [];
  for (let from = 0; from < values.length; from += width) {
    let [low, high] = [from, from];
    for (let i = from; i < Math.min(values.length, from + width); i += 1) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    kept.push(...new Set([low, high].sort((a, b) => a - b)));
  }
  return kept;
}

export function smallCurve(spectrum, middle, label) {
  const kept = [extremes(middle), extremes(spectrum)];
  const shown = [...kept[0].map((i) => middle[i]), ...kept[1].map((i) => spectrum[i])];
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const line = (values, places) => places.map((i, k) => {
    const x = (WIDTH * i) / Math.max(1, values.length - 1);
    const y = HEIGHT - ((values[i] - low) / (high - low || 1)) * HEIGHT;
    return `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
  return svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "small-curve", role: "img", "aria-label": label },
    svgElement("path", { class: "residual", d: line(middle, kept[0]) }),
    svgElement("path", { class: "recon", d: line(spectrum, kept[1]) }));
}
