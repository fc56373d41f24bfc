// The density under the marks: which painter draws it, of what, where on its canvas.

import { CanvasPainter } from "./canvas.js";
import { windowOf } from "./cells.js";
import { WebglPainter } from "./webgl.js";
import { element } from "../catalogue/objects.js";

const PLAIN = { kind: "none", name: "", codes: null };

// Where a window's cells go on the canvas, in its own pixels.
function placeOf({ level, x0, y0, width, height }, camera, scale) {
  const cell = camera.scale / (256 * 2 ** level);
  const { left, high } = camera.edges;
  return {
    left: (x0 * cell - left * camera.scale) * scale,
    top: (high * camera.scale - (y0 + height) * cell) * scale,
    width: width * cell * scale,
    height: height * cell * scale,
  };
}

export class Density {
  source = null;
  column = PLAIN;
  #ended = false;

  /** `request` asks for another frame; `kind` forces "webgl" or "canvas", else the faster is taken. */
  constructor(stage, request, kind) {
    Object.assign(this, { stage, request });
    this.#dress(kind);
  }

  // A canvas to draw on; where WebGL is missing or goes away, one that is drawn without it.
  #dress(kind) {
    this.painter?.canvas.remove();
    let canvas = element("canvas", { className: "map-density" });
    this.painter = kind === "canvas" ? null : WebglPainter.on(canvas, kind === "webgl");
    if (!this.painter) {
      // A canvas that was asked for WebGL gives no other context.
      canvas = element("canvas", { className: "map-density" });
      this.painter = new CanvasPainter(canvas);
    }
    canvas.ariaHidden = "true";
    canvas.dataset.painter = this.painter.kind;
    canvas.addEventListener("webglcontextlost", () => {
      if (!this.#ended) this.#dress("canvas");
    });
    this.stage.prepend(canvas);
    this.request();
  }

  /** Most spectra in one cell of the size that is shown. */
  peak(camera) {
    if (!this.source) return 1;
    const { peaks, kind } = this.source;
    return kind === "grid" ? peaks[0] : peaks[windowOf(this.source, camera).level];
  }

  draw(camera, scale, look) {
    const { painter, source, column } = this;
    const [width, height] = [Math.round(camera.width * scale), Math.round(camera.height * scale)];
    const { canvas } = painter;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    if (!source) return;
    const window = windowOf(source, camera);
    painter.paint({ source, window, column, look, place: placeOf(window, camera, scale), peak: this.peak(camera) });
    if (source.kind === "tiles") this.#fetch(window);
  }

  // A tile that does not come leaves its place empty; the next view asks for it again.
  #fetch(window) {
    this.source.load(window, this.column).then((fresh) => { if (fresh) this.request(); }, () => {});
  }

  remove() {
    this.#ended = true;
    this.painter.remove();
  }
}
