// Whole numbers in few bytes, as packing.py writes them.

/** Whole numbers from LEB128: seven bits a byte, the lowest first. */
export function varints(buffer) {
  const source = new Uint8Array(buffer);
  const values = new Uint32Array(source.length);
  let n = 0;
  for (let i = 0; i < source.length;) {
    let [value, scale] = [0, 1];
    while (source[i] > 127) {
      value += (source[i] - 128) * scale;
      scale *= 128;
      i += 1;
    }
    values[n] = value + source[i] * scale;
    n += 1;
    i += 1;
  }
  return values.subarray(0, n);
}
