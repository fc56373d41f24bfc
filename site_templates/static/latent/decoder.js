// The second half of the model: latent dimensions -> spectrum, step by step, as the catalogue's
// table `decoder` says it. Pure functions; what torch does, without torch.

/** Little-endian numbers of half precision, from the bytes of a file. */
export function halves(buffer) {
  const view = new DataView(buffer);
  return Float32Array.from({ length: buffer.byteLength / 2 }, (_, i) => {
    const half = view.getUint16(2 * i, true);
    const sign = half & 0x8000 ? -1 : 1;
    const [power, part] = [(half >> 10) & 0x1f, half & 0x3ff];
    return sign * (power ? 2 ** (power - 15) * (1 + part / 1024) : 2 ** -14 * (part / 1024));
  });
}

/** Give every step its arrays, cut from all numbers in their order. */
export function withArrays(chains, numbers) {
  let at = 0;
  const cut = ([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    at += size;
    return [name, { shape, values: numbers.subarray(at - size, at) }];
  };
  const made = chains.map((chain) => chain.map(({ kind, settings, arrays }) =>
    ({ kind, settings, arrays: Object.fromEntries(Object.entries(arrays).map(cut)) })));
  if (at !== numbers.length) throw new Error(`the decoder has ${numbers.length} numbers, its steps ask for ${at}`);
  return made;
}

// The error function to 1.2e-7, by the Chebyshev fit of its complement in Press et al. (1992),
// Numerical Recipes, section 6.2.
function erf(x) {
  const z = Math.abs(x);
  const t = 1 / (1 + 0.5 * z);
  const sum = [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368]
    .reduce((total, factor) => total * t + factor, 0);
  const complement = t * Math.exp(-z * z - 1.26551223 + t * sum);
  return x >= 0 ? 1 - complement : complement - 1;
}

const each = (act) => ({ channels, length, values }) => ({ channels, length, values: values.map(act) });

function linear({ values }, { weight, bias }) {
  const [n, size] = weight.shape;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let sum = bias.values[i];
    for (let j = 0, at = i * size; j < size; j += 1, at += 1) sum += weight.values[at] * values[j];
    out[i] = sum;
  }
  return { channels: 1, length: n, values: out };
}

function conv({ channels, length, values }, { weight, bias }, { padding }) {
  const [n, , size] = weight.shape;
  const long = length + 2 * padding - size + 1;
  const out = new Float64Array(n * long);
  for (let o = 0; o < n; o += 1) {
    out.fill(bias.values[o], o * long, (o + 1) * long);
    for (let c = 0; c < channels; c += 1) {
      for (let k = 0; k < size; k += 1) {
        const factor = weight.values[(o * channels + c) * size + k];
        const shift = k - padding;
        const [first, last] = [Math.max(0, -shift), Math.min(long, length - shift)];
        for (let i = first; i < last; i += 1) out[o * long + i] += factor * values[c * length + i + shift];
      }
    }
  }
  return { channels: n, length: long, values: out };
}

function convTranspose({ channels, length, values }, { weight, bias }, { stride, padding }) {
  const [, n, size] = weight.shape;
  const long = (length - 1) * stride - 2 * padding + size;
  const out = new Float64Array(n * long);
  for (let o = 0; o < n; o += 1) {
    out.fill(bias.values[o], o * long, (o + 1) * long);
    for (let c = 0; c < channels; c += 1) {
      for (let k = 0; k < size; k += 1) {
        const factor = weight.values[(c * n + o) * size + k];
        for (let i = 0; i < length; i += 1) {
          const place = i * stride + k - padding;
          if (place >= 0 && place < long) out[o * long + place] += factor * values[c * length + i];
        }
      }
    }
  }
  return { channels: n, length: long, values: out };
}

function upsample({ channels, length, values }, { factor }) {
  const out = new Float64Array(values.length * factor);
  for (let i = 0; i < values.length; i += 1) out.fill(values[i], i * factor, (i + 1) * factor);
  return { channels, length: length * factor, values: out };
}

function flat(values) {
  return { channels: 1, length: values.length, values };
}

const STEPS = {
  linear: (x, arrays) => linear(x, arrays),
  relu: each((value) => Math.max(0, value)),
  silu: each((value) => value / (1 + Math.exp(-value))),
  leaky_relu: (x, _, { slope }) => each((value) => (value < 0 ? slope * value : value))(x),
  gelu: each((value) => 0.5 * value * (1 + erf(value / Math.SQRT2))),
  channels: ({ values }, _, { channels }) => ({ channels, length: values.length / channels, values }),
  conv, conv_transpose: convTranspose,
  upsample: (x, _, settings) => upsample(x, settings),
  crop: ({ values }, _, { start, length }) => flat(values.slice(start, start + length)),
  scale: ({ values }, { weight, bias }) => flat(values.map((value, i) => value * weight.values[i] + bias.values[i])),
};

function run(chain, latent) {
  return chain.reduce((x, { kind, arrays, settings }) => {
    if (!STEPS[kind]) throw new Error(`no such step: ${kind}`);
    return STEPS[kind](x, arrays, settings);
  }, flat(Float64Array.from(latent))).values;
}

/** The spectrum at a point: the sum of what the chains make of it. */
export function decode(chains, latent) {
  const [first, ...rest] = chains.map((chain) => run(chain, latent));
  for (const other of rest) for (let i = 0; i < first.length; i += 1) first[i] += other[i];
  return first;
}
