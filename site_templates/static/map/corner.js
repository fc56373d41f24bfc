// All pairs of the first latent dimensions as small densities; a click opens one large.

import { css, PLAIN } from "./tone.js";
import { element } from "../catalogue/objects.js";

const DOT = 1.5;

export class Corner {
  /** `marks` are those of the large map; `open([i, j])` is called with the pair that was chosen. */
  constructor(box, { data, marks, latents, open }) {
    Object.assign(this, { box, data, marks, latents, open });
  }

  async draw(look) {
    const [tones, latents] = await Promise.all([this.data.corner(), this.latents()]);
    const { cells, dimensions } = this.data.manifest.corner;
    const panels = this.data.pairs.map(([i, j], place) => {
      const part = tones.subarray(place * cells * cells, (place + 1) * cells * cells);
      const panel = this.#panel(i, j, this.#picture(part, cells, look, latents, [i, j]));
      panel.style.gridColumn = i + 1;
      panel.style.gridRow = j;
      return panel;
    });
    this.box.style.setProperty("--panels", Math.max(1, dimensions - 1));
    this.box.replaceChildren(...panels);
  }

  #panel(i, j, picture) {
    const text = `${i + 1} → ${j + 1} ↑`;
    const button = element("button", { type: "button", className: "corner-panel" }, picture,
      element("span", { textContent: text }));
    button.setAttribute("aria-label", `${text}, latent ${j + 1} against latent ${i + 1}: show it large`);
    button.addEventListener("click", () => this.open([i, j]));
    return button;
  }

  #picture(tones, cells, look, latents, axes) {
    const canvas = element("canvas", { width: cells, height: cells, ariaHidden: "true" });
    const context = canvas.getContext("2d");
    const image = context.createImageData(cells, cells);
    const [low, high] = PLAIN;
    tones.forEach((tone, at) => {
      if (!tone) return;
      const place = 4 * ((cells - 1 - Math.floor(at / cells)) * cells + (at % cells));
      image.data.set(look.ink, place);
      image.data[place + 3] = 255 * (low + ((high - low) * tone) / 255);
    });
    context.putImageData(image, 0, 0);
    if (latents) this.#dots(context, cells, latents, axes);
    return canvas;
  }

  #dots(context, cells, { dimensions, values }, axes) {
    const limits = axes.map((axis) => this.data.manifest.latents[axis]);
    const { rows, way } = this.marks;
    for (let i = rows.length - 1; i >= 0; i -= 1) {
      const [x, y] = axes.map((axis, k) => {
        const [low, high] = limits[k];
        return Math.max(0, Math.min(1, (values[rows[i] * dimensions + axis] - low) / (high - low))) * cells;
      });
      context.fillStyle = css(way.kinds[way.of(rows[i])].colour);
      context.fillRect(x - DOT / 2, cells - y - DOT / 2, DOT, DOT);
    }
  }
}
