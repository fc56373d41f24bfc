// Gaussian-process regression of ratings on points: Rasmussen & Williams (2006), algorithm 2.1.
// The twin of src/catalog/relevance/gaussian_process.py, where the constants are explained; the
// numbers of both agree to 1e-6. Points are rows of a Float64Array, all in one.

export const PRIOR_MEAN = 2.5;
const LENGTHS = [1, 0.5, 2, 0.25, 4];
const AMPLITUDES = [2, 1];
const NOISES = [0.5, 0.25, 1];
const MARGIN = 1e-9;
const FITTED = 250;

/** Squared distance of row i of a from row j of b, of d numbers each. */
export function squared(a, i, b, j, d) {
  let sum = 0;
  for (let k = 0, p = i * d, q = j * d; k < d; k++, p++, q++) {
    const difference = a[p] - b[q];
    sum += difference * difference;
  }
  return sum;
}

function squaredDistances(points, n, d) {
  const found = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) found[i * n + j] = squared(points, i, points, j, d);
  }
  return found;
}

// Sum of n products of a, from a place on, and b. Four sums at once keep the processor busy: this is
// where nearly all of the time goes.
function dot(a, from, b, n) {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    one += a[from + k] * b[k];
    two += a[from + k + 1] * b[k + 1];
    three += a[from + k + 2] * b[k + 2];
    four += a[from + k + 3] * b[k + 3];
  }
  for (; k < n; k++) one += a[from + k] * b[k];
  return one + two + (three + four);
}

// Covariance of ratings at n points, noise included: the lower triangle.
function covariance(distances, n, { length, amplitude, noise }) {
  const found = new Float64Array(n * n);
  const scale = -0.5 / (length * length);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) found[i * n + j] = amplitude * amplitude * Math.exp(scale * distances[i * n + j]);
    found[i * n + i] += noise * noise;
  }
  return found;
}

// Turns the lower triangle of a symmetric matrix into its Cholesky factor, in place.
function factorise(matrix, n) {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let sum = matrix[row + j];
      for (let k = 0; k < j; k++) sum -= matrix[row + k] * matrix[other + k];
      matrix[row + j] = i === j ? Math.sqrt(sum) : sum / matrix[other + j];
    }
  }
  return matrix;
}

// Solves factor x = values in place: from the first row on.
function forward(factor, n, values) {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let sum = values[i];
    for (let k = 0; k < i; k++) sum -= factor[row + k] * values[k];
    values[i] = sum / factor[row + i];
  }
  return values;
}

// Solves factorᵀ x = values in place: from the last row on.
function backward(factor, n, values) {
  for (let i = n - 1; i >= 0; i--) {
    let sum = values[i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * values[k];
    values[i] = sum / factor[i * n + i];
  }
  return values;
}

function logLikelihood(factor, departure, n) {
  const white = forward(factor, n, departure.slice());
  let fit = 0;
  let volume = 0;
  for (let i = 0; i < n; i++) {
    fit += white[i] * white[i];
    volume += Math.log(factor[i * n + i]);
  }
  return -0.5 * fit - volume - 0.5 * n * Math.log(2 * Math.PI);
}

// Of many labels every so many-th: enough to choose a kernel by.
function thinned(points, departure, n, d) {
  if (n <= FITTED) return { points, departure, n };
  const some = { points: new Float64Array(FITTED * d), departure: new Float64Array(FITTED), n: FITTED };
  for (let i = 0; i < FITTED; i++) {
    const from = Math.floor((i * n) / FITTED);
    some.points.set(points.subarray(from * d, (from + 1) * d), i * d);
    some.departure[i] = departure[from];
  }
  return some;
}

// The kernel of the grid under which the ratings are likeliest; the first among equals.
function choose(points, departure, n, d) {
  const some = thinned(points, departure, n, d);
  const distances = squaredDistances(some.points, some.n, d);
  let best = null;
  let likelihood = -Infinity;
  for (const length of LENGTHS) for (const amplitude of AMPLITUDES) for (const noise of NOISES) {
    const kernel = { length: length * Math.sqrt(d), amplitude, noise };
    const factor = factorise(covariance(distances, some.n, kernel), some.n);
    const found = logLikelihood(factor, some.departure, some.n);
    if (best === null || found > likelihood + MARGIN) [best, likelihood] = [kernel, found];
  }
  return best;
}

export class GaussianProcess {
  #points;
  #factor;
  #weights;

  /** Learn ratings (n) at points (n rows of d numbers). */
  constructor(points, ratings, d) {
    const n = ratings.length;
    const departure = Float64Array.from(ratings, (rating) => rating - PRIOR_MEAN);
    this.n = n;
    this.d = d;
    this.kernel = choose(points, departure, n, d);
    this.#points = points;
    this.#factor = factorise(covariance(squaredDistances(points, n, d), n, this.kernel), n);
    this.#weights = backward(this.#factor, n, forward(this.#factor, n, departure.slice()));
    this.#invertDiagonal();
  }

  // Multiplying by the inverse of the diagonal is faster than dividing, object after object.
  #invertDiagonal() {
    this.inverse = Float64Array.from({ length: this.n }, (_, i) => 1 / this.#factor[i * this.n + i]);
  }

  /** Predict rows [start, end) of points into the arrays given: the mean, its deviation, and the
      distance to the nearest point that was rated. Rows with a NaN are left as they are. */
  predict(points, start, end, { mean, deviation, distance }) {
    const { n, d } = this;
    const { length, amplitude } = this.kernel;
    const scale = -0.5 / (length * length);
    const variance = amplitude * amplitude;
    const towards = new Float64Array(n);
    for (let row = start; row < end; row++) {
      let nearest = Infinity;
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const away = squared(points, row, this.#points, i, d);
        if (away < nearest) nearest = away;
        towards[i] = variance * Math.exp(scale * away);
        sum += this.#weights[i] * towards[i];
      }
      if (Number.isNaN(sum)) continue;
      mean[row] = PRIOR_MEAN + sum;
      deviation[row] = Math.sqrt(Math.max(0, variance - this.#explained(towards)));
      distance[row] = Math.sqrt(nearest);
    }
  }

  // What the labels tell of a point's variance; overwrites its covariances with them.
  #explained(towards) {
    const { n, inverse } = this;
    const factor = this.#factor;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const white = (towards[i] - dot(factor, i * n, towards, i)) * inverse[i];
      towards[i] = white;
      total += white * white;
    }
    return total;
  }
}
