// A track over the map: numbered points in their order, and how far around each is searched.

import { toPlane } from "./camera.js";
import { css } from "./tone.js";

const NUMBERED = 9;

/** Places and reach of a track `{ points, radius }` in pixels; null where it has no points. */
export function onScreen(track, camera, frame) {
  if (!track?.points.length) return null;
  const screen = ([x, y]) => camera.toScreen(...toPlane(frame, x, y));
  const [[ax, ay], [bx, by]] = [screen([0, 0]), screen([track.radius, track.radius])];
  return { places: track.points.map(screen), reach: [Math.abs(bx - ax), Math.abs(by - ay)] };
}

/** `stroke(context, look, width, dash)` draws a path that is seen on any ground. */
export function drawTrack(context, look, { places, reach }, stroke) {
  context.beginPath();
  places.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  stroke(context, look, 1.5);
  context.font = "600 12px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  places.forEach(([x, y], i) => {
    context.beginPath();
    context.ellipse(x, y, ...reach, 0, 0, 7);
    stroke(context, look, 1, [3, 3]);
    context.beginPath();
    context.arc(x, y, NUMBERED, 0, 7);
    context.fillStyle = css(look.paper);
    context.fill();
    stroke(context, look, 1.5);
    context.fillStyle = css(look.ink);
    context.fillText(String(i + 1), x, y);
  });
}
