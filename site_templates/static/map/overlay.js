// What lies over the density: marks, the one pointed out, regions and the keyboard's cursor.

import { css } from "./tone.js";
import { drawTrack } from "./track_drawing.js";
import { element } from "../catalogue/objects.js";

const RING = 10;
const ARM = 9;

function trace(context, places) {
  context.beginPath();
  places.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

// Ink over a seam of paper: seen on any ground.
function stroke(context, look, width, dash = []) {
  context.setLineDash([]);
  context.strokeStyle = css(look.paper);
  context.lineWidth = width + 2;
  context.stroke();
  context.setLineDash(dash);
  context.strokeStyle = css(look.ink);
  context.lineWidth = width;
  context.stroke();
}

const boxed = ([[ax, ay], [bx, by] = [ax, ay]]) => [[ax, ay], [bx, ay], [bx, by], [ax, by]];

export class Overlay {
  sketch = null;
  cursor = () => null;
  canvas = element("canvas", { className: "map-marks", tabIndex: 0 });

  constructor() {
    this.canvas.setAttribute("role", "application");
  }

  /** Whether a drag draws, and whether a finger moves the map rather than the page. */
  hand(draws, grips) {
    this.canvas.classList.toggle("draws", draws);
    this.canvas.classList.toggle("grips", draws || grips);
  }

  onMark(is) {
    this.canvas.classList.toggle("on-mark", is);
  }

  draw({ camera, scale, look, marks, current, outline, track }) {
    const { canvas } = this;
    const [width, height] = [Math.round(camera.width * scale), Math.round(camera.height * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    marks.draw(context, camera, scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    if (current >= 0) this.#ring(context, camera, look, marks.places, current);
    if (outline) this.#region(context, look, outline);
    if (this.sketch) {
      const { kind, places } = this.sketch;
      this.#region(context, look, kind === "box" ? boxed(places) : places);
    }
    if (track) drawTrack(context, look, track, stroke);
    if (this.cursor()) this.#cross(context, look, this.cursor());
  }

  #ring(context, camera, look, { x, y }, row) {
    if (Number.isNaN(x[row]) || !camera.sees(x[row], y[row])) return;
    context.beginPath();
    context.arc(...camera.toScreen(x[row], y[row]), RING, 0, 7);
    stroke(context, look, 2);
  }

  #region(context, look, places) {
    trace(context, places);
    context.fillStyle = css(look.ink);
    context.globalAlpha = 0.06;
    context.fill();
    context.globalAlpha = 1;
    stroke(context, look, 1.5, [5, 4]);
    context.setLineDash([]);
  }

  #cross(context, look, [x, y]) {
    context.beginPath();
    context.moveTo(x - ARM, y); context.lineTo(x + ARM, y);
    context.moveTo(x, y - ARM); context.lineTo(x, y + ARM);
    stroke(context, look, 1.5);
  }
}
