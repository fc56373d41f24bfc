// An object's numbers: read from its file, smoothed, and cut into the columns that the plot shows.

import { fetched } from "../visit/fetched.js";

export async function fetchJson(address) {
  return (await fetched(address)).json();
}

const unscale = ({ step, values }) => Float64Array.from(values, (value) => value * step);

// Gaussian smoothing with a width in bins, weighted by inverse variance; bins without information
// take no part, and get a value only where a neighbour has one.
export function smoothed(flux, ivar, width) {
  if (width <= 0) return { flux: Float64Array.from(flux), ivar: Float64Array.from(ivar) };
  const reach = Math.ceil(3 * width);
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / width) ** 2));
  const out = { flux: new Float64Array(flux.length), ivar: new Float64Array(flux.length) };
  for (let i = 0; i < flux.length; i += 1) {
    let weights = 0, sum = 0, variance = 0;
    for (let j = Math.max(0, i - reach); j <= Math.min(flux.length - 1, i + reach); j += 1) {
      const weight = kernel[Math.abs(i - j)] * ivar[j];
      weights += weight;
      sum += weight * flux[j];
      variance += weight * kernel[Math.abs(i - j)];
    }
    out.flux[i] = weights > 0 ? sum / weights : NaN;
    out.ivar[i] = weights > 0 ? (weights * weights) / variance : 0;
  }
  return out;
}

// First and last of every stretch of bins for which `inside` holds.
export function runs(length, inside) {
  const found = [];
  for (let i = 0; i < length; i += 1) {
    if (!inside(i)) continue;
    if (found.length && found.at(-1)[1] === i - 1) found.at(-1)[1] = i;
    else found.push([i, i]);
  }
  return found;
}

// Where the bins first..last begin and end: half a bin beyond their centres.
export function edges(wave, [first, last]) {
  const before = first + 1 < wave.length ? (wave[first + 1] - wave[first]) / 2 : 0;
  const after = last > 0 ? (wave[last] - wave[last - 1]) / 2 : 0;
  return [wave[first] - before, wave[last] + after];
}

// The file of one object with its numbers unpacked, and the stretches of bins that plots mark.
export function readObject(file) {
  const arms = file.arms.map(({ name, overlaps }) => ({
    name,
    overlaps: overlaps.map(({ first, flux, ivar }) => ({ first, flux: unscale(flux), ivar })),
  }));
  const shared = new Set(arms.flatMap(({ overlaps }) =>
    overlaps.flatMap(({ first, ivar }) => ivar.map((_, i) => first + i))));
  const size = file.ivar.length;
  return {
    ...file,
    flux: unscale(file.flux),
    recon: unscale(file.recon),
    expected: unscale(file.expected),
    arms,
    overlaps: runs(size, (i) => shared.has(i)),
    masked: runs(size, (i) => !(file.ivar[i] > 0)),
  };
}

// The columns of the plot's main source. `along` are wavelengths per bin: on the axis, in the rest
// frame, observed.
export function columns(object, along, unit, width) {
  const { recon, expected, ivar } = object;
  const calm = smoothed(object.flux, ivar, width);
  const known = (i) => ivar[i] > 0;
  const each = (make) => Float64Array.from(ivar, (_, i) => make(i));
  const sigma = (i) => (known(i) ? 1 / Math.sqrt(ivar[i]) : 0);
  return {
    ...along,
    flux: each((i) => (known(i) ? calm.flux[i] * unit : NaN)),
    recon: each((i) => recon[i] * unit),
    expected: each((i) => expected[i] * unit),
    resid: each((i) => (known(i) ? (calm.flux[i] - recon[i]) * Math.sqrt(calm.ivar[i]) : NaN)),
    low: each((i) => (recon[i] - sigma(i)) * unit),
    high: each((i) => (recon[i] + sigma(i)) * unit),
    sigma: each((i) => (known(i) ? unit / Math.sqrt(calm.ivar[i]) : NaN)),
  };
}

// What one arm alone saw in a stretch of bins, smoothed as the spectrum is: beyond the stretch it
// is the spectrum itself, which gives its ends their neighbours.
export function armAlone(object, overlap, unit, width) {
  const { first, ivar } = overlap;
  const flux = Float64Array.from(object.flux);
  const weight = Float64Array.from(object.ivar);
  flux.set(overlap.flux, first);
  weight.set(ivar, first);
  const calm = smoothed(flux, weight, width);
  return ivar.map((value, i) => (value > 0 ? calm.flux[first + i] * unit : NaN));
}
