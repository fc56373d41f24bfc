// The map's state in the address, so that a view can be cited: colour, axes, view, region, object.

import { formatRegion, parseRegion } from "./region.js";

const POSITION = 3;

export const RADIUS = 0.25;

export const fresh = () => ({
  colour: "verdict", axes: null, view: null, region: null, object: "", artefacts: true, track: [], radius: RADIUS,
});

// Points `x,y;x,y` of a pair of axes; none where one of them is broken.
function trackFrom(text, axes) {
  if (!text || !Array.isArray(axes)) return [];
  const points = text.split(";").map((pair) => pair.split(",").map(Number));
  return points.every((point) => point.length === 2 && point.every(Number.isFinite)) ? points : [];
}

const trackText = (points) => points.map((point) => point.map((value) => value.toFixed(POSITION)).join(",")).join(";");

// Two different dimensions, counted from 1 in the address; "pairs" for all of them.
function axesFrom(text, dimensions) {
  if (text === "pairs") return "pairs";
  const axes = (text ?? "").split(",").map((part) => Number(part) - 1);
  const known = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < dimensions);
  return axes.length === 2 && known && axes[0] !== axes[1] ? axes : null;
}

function viewFrom(text) {
  const view = (text ?? "").split(",").map(Number);
  return text && view.length === 3 && view.every(Number.isFinite) ? view : null;
}

/** State of an address: its query, and `#object=slug`, which other pages may link to. */
export function fromAddress({ search, hash }, { colours, dimensions }) {
  const asked = new URLSearchParams(search);
  const state = fresh();
  if (colours.includes(asked.get("colour"))) state.colour = asked.get("colour");
  state.axes = axesFrom(asked.get("axes"), dimensions);
  state.view = viewFrom(asked.get("view"));
  state.region = parseRegion(asked.get("region"));
  state.object = new URLSearchParams(hash.slice(1)).get("object") ?? asked.get("object") ?? "";
  state.artefacts = asked.get("artefacts") !== "hidden";
  state.track = trackFrom(asked.get("track"), state.axes);
  state.radius = Number(asked.get("radius")) > 0 ? Number(asked.get("radius")) : RADIUS;
  return state;
}

export function toAddress(state) {
  const asked = new URLSearchParams();
  if (state.colour !== "verdict") asked.set("colour", state.colour);
  if (state.axes) asked.set("axes", state.axes === "pairs" ? "pairs" : state.axes.map((axis) => axis + 1).join(","));
  if (state.view) {
    const [x, y, zoom] = state.view;
    asked.set("view", `${x.toFixed(POSITION)},${y.toFixed(POSITION)},${zoom.toFixed(2)}`);
  }
  if (state.region) asked.set("region", formatRegion(state.region));
  if (state.object) asked.set("object", state.object);
  if (!state.artefacts) asked.set("artefacts", "hidden");
  if (state.track.length) {
    asked.set("track", trackText(state.track));
    if (state.radius !== RADIUS) asked.set("radius", String(state.radius));
  }
  const text = asked.toString();
  return text ? `?${text}` : "";
}
