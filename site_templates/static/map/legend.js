// What the map's shapes and colours mean, in words, numbers and units.

import { valueAt } from "./data.js";
import { sprite } from "./marks.js";
import { css, onRamp, PLAIN, tone } from "./tone.js";
import { element } from "../catalogue/objects.js";

const MARK = 4.5;
const RAMP_WIDTH = 220;
const SHAPES = [["astrophysical", "diamond"], ["unexplained", "square"], ["artefact", "cross"]];
const count = (n) => n.toLocaleString("en");

/** The legend of a view: marks, the density's colours, and what a cell holds at most. */
export function legendOf({ data, colour, marks, look, density, camera }) {
  return {
    kinds: marks.kinds, column: density.column, number: data.columns.get(colour), words: data.words,
    peak: density.peak(camera), look,
  };
}

/** `small` is the legend of the corner view, whose panels each have a scale of their own. */
export function drawLegend(box, { kinds, column, number, words, peak, look }, small = false) {
  const parts = kinds.map((kind) => markItem(kind, look, kind.n));
  if (!kinds.length) parts.push(...SHAPES.map(([word, shape]) => markItem({ word, shape, colour: look.ink }, look)));
  box.replaceChildren(list("Outliers", parts), 
    ...(small ? smallKeys({ number, words, look, column }) : densityKey({ column, number, words, peak, look })));
}

function smallKeys({ column, number, words, look }) {
  const plain = scaleKey("All spectra", shades(look, 0), ["fewest", "most"], "in a cell of the panel, logarithmic");
  if (number) return [numberKey(number, look, false), plain];
  return column.kind === "words" ? [classKey(words, look, "Class of the outliers"), plain] : [plain];
}

function list(title, items) {
  return element("div", { className: "legend-part" },
    element("h2", { className: "legend-title", textContent: title }), element("ul", { className: "legend" }, ...items));
}

function markItem(kind, look, n = null) {
  const scale = Math.min(2, devicePixelRatio || 1);
  const drawn = sprite(kind, MARK, scale, look.paper);
  drawn.className = "mark-sample";
  drawn.ariaHidden = "true";
  const text = ` ${kind.word}`;
  const number = n === null ? "" : element("span", { className: "n", textContent: ` ${count(n)}` });
  return element("li", {}, drawn, text, number);
}

function densityKey({ column, number, words, peak, look }) {
  if (column.kind === "words") return [classKey(words, look)];
  if (number) return [numberKey(number, look, column.kind === "number")];
  return [plainKey(peak, look)];
}

// Shades of the density from a tone on.
function shades(look, from) {
  const [low, high] = PLAIN;
  const shade = (at) => look.paper.map((value, i) => value + (look.ink[i] - value) * (low + (high - low) * at));
  return (at) => shade(from + at * (1 - from));
}

function plainKey(peak, look) {
  return scaleKey("All spectra", shades(look, tone(1, peak)), ["1", count(peak)], "in a cell, logarithmic");
}

function classKey(words, look, title = "Class, the commonest in each cell") {
  const items = words.map(({ word, n }, i) => {
    const swatch = bar(() => look.palette[i], 14);
    swatch.className = "swatch";
    const name = word === null ? "all others" : word.toLowerCase() || "unclassified";
    return element("li", {}, swatch, name, element("span", { className: "n", textContent: ` ${count(n)}` }));
  });
  return list(title, items);
}

function numberKey(number, look, onDensity) {
  const decimals = (value) => (Math.abs(value) >= 20 ? 0 : Math.abs(value) >= 2 ? 1 : 2);
  const said = [0, 0.5, 1].map((at) => valueAt(number, at)).map((value) => value.toFixed(decimals(value)));
  const title = number.title.charAt(0).toUpperCase() + number.title.slice(1);
  const unit = number.name.startsWith("percentile") ? "% of all are less unusual" : number.unit;
  const mean = onDensity ? "mean of each cell" : "outliers only";
  return scaleKey(title, (at) => onRamp(look, at), said, [unit, mean].filter(Boolean).join("; "));
}

function scaleKey(title, colourAt, ends, note) {
  const drawn = bar(colourAt, RAMP_WIDTH);
  drawn.className = "ramp";
  return element("div", { className: "legend-part" },
    element("h2", { className: "legend-title", textContent: title }), drawn,
    element("div", { className: "ramp-ends" }, ...ends.map((text) => element("span", { textContent: text }))),
    element("p", { className: "small", textContent: note }));
}

function bar(colourAt, width) {
  const canvas = element("canvas", { width, height: 14, ariaHidden: "true" });
  const context = canvas.getContext("2d");
  for (let x = 0; x < width; x += 1) {
    context.fillStyle = css(colourAt(x / Math.max(1, width - 1)));
    context.fillRect(x, 0, 1, 14);
  }
  return canvas;
}
