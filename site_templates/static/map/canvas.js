// Draws the density where there is no WebGL: the same cells and tones, worked out here.

import { counted } from "./cells.js";
import { coloured } from "./tone.js";

export class CanvasPainter {
  kind = "canvas";
  #small = document.createElement("canvas");

  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  paint({ source, window, place, column, peak, look }) {
    const { context, canvas } = this;
    const { width, height } = window;
    const pixels = coloured(counted(source, window, column), window, column.kind, peak, look);
    Object.assign(this.#small, { width, height });
    this.#small.getContext("2d", { willReadFrequently: true }).putImageData(new ImageData(pixels, width, height), 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#small, place.left, place.top, place.width, place.height);
  }

  remove() {}
}
