// The latent vectors of the published objects, loaded when somebody asks for an order by relevance.

import { fetched } from "../visit/fetched.js";

const loading = new Map();

/** Latent vectors of the explorer's folder, whose name ends in a slash: row after row, NaN where
    an object has none. Rows are as in Objects. */
export function loadLatents(folder, size) {
  const address = `${folder}latents.bin`;
  if (!loading.has(address)) {
    const asked = fetchLatents(address, size);
    asked.catch(() => loading.delete(address)); // so that the next one tries again
    loading.set(address, asked);
  }
  return loading.get(address);
}

async function fetchLatents(address, size) {
  const bytes = await (await fetched(address)).arrayBuffer();
  const dimensions = size ? bytes.byteLength / 4 / size : 0;
  if (!Number.isInteger(dimensions)) throw new Error(`${address} is of another release`);
  return { dimensions, values: littleEndian(bytes) };
}

function littleEndian(bytes) {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return new Float32Array(bytes);
  const view = new DataView(bytes);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
