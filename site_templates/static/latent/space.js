// The latent space of a release: its decoder, its dimensions, and where real spectra lie in it.

import { decode, halves, withArrays } from "./decoder.js";
import { fetched } from "../visit/fetched.js";

const NOTHING = 1e-3; // of the mean flux: no spectrum has data where there is less at an end

// First bin and last bin + 1 that spectra cover.
function coveredBy(middle) {
  const least = (NOTHING * middle.reduce((sum, value) => sum + Math.abs(value), 0)) / middle.length;
  const has = (value) => Math.abs(value) > least;
  const first = Math.max(0, middle.findIndex(has));
  return [first, Math.max(middle.findLastIndex(has) + 1, first + 1)];
}

export class Space {
  constructor(said, buffer) {
    Object.assign(this, { dimensions: said.dimensions, lines: said.lines, occupied: said.occupied });
    const numbers = said.numbers === "float16" ? halves(buffer) : new Float32Array(buffer);
    this.chains = withArrays(said.chains, numbers);
    const { first, last, n } = said.wave;
    this.wave = Float64Array.from({ length: n }, (_, i) => first + ((last - first) * i) / Math.max(1, n - 1));
    this.mean = said.dimensions.map((dimension) => dimension.mean);
    this.middle = this.decode(this.mean);
    this.covered = coveredBy(this.middle);
  }

  /** The space of the decoder's folder, whose name ends in a slash. */
  static async load(folder) {
    const [said, buffer] = await Promise.all([
      fetched(`${folder}decoder.json`).then((response) => response.json()),
      fetched(`${folder}decoder.bin`).then((response) => response.arrayBuffer()),
    ]);
    return new Space(said, buffer);
  }

  /** The spectrum at a point, one number per dimension. */
  decode(latent) {
    return decode(this.chains, latent);
  }

  /** Coordinates in which real spectra spread alike in all directions; of the dimensions in use. */
  whitened(latent) {
    const { dimensions, mean, whitening } = this.occupied;
    const moved = dimensions.map((dimension, i) => latent[dimension - 1] - mean[i]);
    return whitening.map((row) => row.reduce((sum, factor, i) => sum + factor * moved[i], 0));
  }

  /** Where a point leaves what real spectra occupy: dimensions beyond their 99 %, and the radius. */
  outside(latent) {
    const beyond = this.dimensions
      .filter(({ dimension }) => this.occupied.dimensions.includes(dimension))
      .filter(({ dimension, low, high }) => latent[dimension - 1] < low || latent[dimension - 1] > high)
      .map(({ dimension }) => dimension);
    const radius = Math.hypot(...this.whitened(latent));
    return { beyond, radius, far: radius > this.occupied.radius };
  }
}
