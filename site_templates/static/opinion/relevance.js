// The list by one's own ratings: Astronomaly's relevance (Lochner & Bassett 2021). The twin of
// src/catalog/relevance/, where formula and constants are explained; the numbers agree to 1e-6.

import { GaussianProcess, PRIOR_MEAN } from "./gaussian_process.js";
import { loadLatents } from "../catalogue/latents.js";

const FOLDER = new URL("../../explore/", import.meta.url).href;
const TOP = 5;
const [LEAST, RANGE, ALPHA] = [0.1, 0.85, 0.2];
const UNUSED = 0.05;
const BLOCK_MS = 24; // the page answers keys and clicks after so long at most

const pause = () => new Promise((resume) => setTimeout(resume));

// Latents in units of their spread over the objects; rows with a NaN stay so.
function standardised({ values, dimensions: d }, size) {
  const points = Float64Array.from(values);
  const known = (row) => {
    for (let k = 0; k < d; k++) if (!Number.isFinite(points[row * d + k])) return false;
    return true;
  };
  const rows = Array.from({ length: size }, (_, row) => row).filter(known);
  const spread = Array.from({ length: d }, (_, k) => spreadOf(points, rows, d, k));
  const widest = Math.max(0, ...spread) || 1;
  const unit = spread.map((each) => (each > UNUSED * widest ? each : widest));
  for (let i = 0; i < points.length; i++) points[i] /= unit[i % d];
  return points;
}

function spreadOf(points, rows, d, k) {
  let mean = 0;
  for (const row of rows) mean += points[row * d + k] / rows.length;
  let squares = 0;
  for (const row of rows) squares += (points[row * d + k] - mean) ** 2;
  return rows.length ? Math.sqrt(squares / rows.length) : 0;
}

// Rows and ratings of the labels that teach anything, in the order of rows, then of ratings.
function taught(labels, rowOf, points, d) {
  return labels
    .map((label) => ({ row: rowOf(label.target_id), rating: label.rating }))
    .filter(({ row, rating }) => row >= 0 && Number.isInteger(rating))
    .filter(({ row }) => !points.subarray(row * d, (row + 1) * d).some(Number.isNaN))
    .sort((a, b) => a.row - b.row || a.rating - b.rating);
}

function relevanceOf(rating, distance) {
  const size = rating.length;
  const known = distance.filter(Number.isFinite);
  const mean = known.length ? known.reduce((sum, each) => sum + each, 0) / known.length : 0;
  return Float64Array.from(rating, (predicted, row) => {
    const score = TOP * (1 - row / size);
    const liking = LEAST + (RANGE * Math.min(TOP, Math.max(0, predicted))) / TOP;
    const away = mean > 0 ? distance[row] / mean : distance[row] > 0 ? Infinity : 0;
    return score * Math.tanh(Math.exp(ALPHA * away) - 1 + Math.atanh(liking));
  });
}

// As long as it takes, but never so long at once that a key press waits.
async function predictAll(process, points, size, into) {
  let row = 0;
  let step = 200;
  while (row < size) {
    const begun = performance.now();
    const end = Math.min(size, row + step);
    process.predict(points, row, end, into);
    row = end;
    const took = performance.now() - begun;
    step = Math.max(20, Math.min(5000, Math.round((step * BLOCK_MS) / Math.max(1, took))));
    if (row < size) await pause();
  }
}

/** What labels ({target_id, rating}) make of every object, row by row: relevance 0 to 5, predicted
    rating and its deviation, how much a rating of it would tell (NaN where it has one), which are
    rated, and how many labels taught. Throws where none of them did. */
export async function rerank(objects, labels) {
  const { size } = objects;
  const latents = await loadLatents(FOLDER, size);
  const points = standardised(latents, size);
  const d = latents.dimensions;
  const rowOf = (target) => objects.rowOf(target) ?? -1;
  const used = taught(labels, rowOf, points, d);
  if (!used.length) throw new Error("no object of this release is rated yet");
  const at = new Float64Array(used.length * d);
  used.forEach(({ row }, i) => at.set(points.subarray(row * d, (row + 1) * d), i * d));
  const process = new GaussianProcess(at, used.map(({ rating }) => rating), d);
  const mean = new Float64Array(size).fill(PRIOR_MEAN);
  const deviation = new Float64Array(size).fill(process.kernel.amplitude);
  const distance = new Float64Array(size).fill(Infinity);
  await predictAll(process, points, size, { mean, deviation, distance });
  const rated = new Uint8Array(size);
  for (const label of labels) {
    const row = rowOf(label.target_id);
    if (row >= 0 && Number.isInteger(label.rating)) rated[row] = 1;
  }
  const relevance = relevanceOf(mean, distance);
  const informative = relevance.map((each, row) => (rated[row] ? NaN : each * deviation[row]));
  return { relevance, rating: mean, deviation, informative, rated, labelled: used.length };
}

/** Rows by value, highest first, NaN last; equals by row. Nine decimals count: rounding decides
    no order. */
export function order(values) {
  const rounded = Float64Array.from(values, (each) => (Number.isNaN(each) ? -Infinity : Math.round(each * 1e9)));
  return Array.from(values.keys()).sort((a, b) => (rounded[a] === rounded[b] ? a - b : rounded[b] - rounded[a]));
}
