// Ordinary spectra, some of all that were scored, with their latents: to find those like a point.

import { unpack } from "../catalogue/packed.js";

export class Ordinary {
  constructor(said, bytes) {
    this.size = said.size;
    this.prefix = said.prefix;
    this.columns = unpack(said.columns, bytes, said.size);
    this.dimensions = said.columns.filter(({ name }) => name.startsWith("latent_")).length;
  }

  static async load(folder) {
    const [said, bytes] = await Promise.all([
      fetch(`${folder}spectra.json`).then((response) => response.json()),
      fetch(`${folder}spectra.bin`).then((response) => response.arrayBuffer()),
    ]);
    return new Ordinary(said, new Uint8Array(bytes));
  }

  #word(name, row) {
    const { words, codes } = this.columns.get(name);
    return words[codes[row]];
  }

  name(row) {
    return `${this.prefix[this.#word("survey", row)]}${this.columns.get("target_id")[row]}`;
  }

  kind(row) {
    const kind = this.#word("spec_class", row).toLowerCase();
    const snr = this.columns.get("snr")[row];
    return [kind, ...(Number.isNaN(snr) ? [] : [`S/N ${snr.toFixed(1)}`])].filter(Boolean).join(", ");
  }

  latent(row) {
    return Array.from({ length: this.dimensions }, (_, k) => this.columns.get(`latent_${k + 1}`)[row]);
  }
}
