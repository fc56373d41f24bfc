// The outliers on the map: shape, colour, which is near, and what the legend says of them.

import { toPlane } from "./camera.js";
import { along } from "./data.js";
import { css, onRamp, RAMP } from "./tone.js";

export const SHAPES = ["diamond", "square", "cross", "circle", "triangle"];
const BY_VERDICT = { astrophysical: "diamond", unexplained: "square", artefact: "cross" };
const NEAR = 14;
const MANY = 4000;

function outline(context, shape, x, y, size) {
  context.beginPath();
  if (shape === "circle") context.arc(x, y, size, 0, 7);
  if (shape === "square") context.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
  if (shape === "diamond") {
    context.moveTo(x, y - size * 1.2); context.lineTo(x + size * 1.2, y);
    context.lineTo(x, y + size * 1.2); context.lineTo(x - size * 1.2, y); context.closePath();
  }
  if (shape === "triangle") {
    context.moveTo(x, y - size); context.lineTo(x + size, y + size);
    context.lineTo(x - size, y + size); context.closePath();
  }
  if (shape === "cross") {
    context.moveTo(x - size, y - size); context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size); context.lineTo(x - size, y + size);
  }
}

/** One mark as a small canvas, with a seam of paper that parts it from what is below. */
export function sprite({ shape, colour }, size, scale, paper) {
  const side = Math.ceil(2 * (size * 1.2 + 2.5) * scale);
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d");
  const middle = side / 2;
  outline(context, shape, middle, middle, size * scale);
  context.lineWidth = (shape === "cross" ? 4 : 2.4) * scale;
  context.strokeStyle = css(paper);
  context.stroke();
  context.strokeStyle = css(colour);
  context.fillStyle = css(colour);
  context.lineWidth = 1.8 * scale;
  if (shape === "cross") context.stroke();
  else context.fill();
  return canvas;
}

const shapeOf = (objects, row) => BY_VERDICT[objects.text("verdict", row)] ?? "square";

// Words of a column, the commonest first, and for every row the place of its word.
function ordered(words, codes) {
  const counts = new Array(words.length).fill(0);
  for (const code of codes) counts[code] += 1;
  const order = words.map((_, i) => i).filter((i) => counts[i]).sort((a, b) => counts[b] - counts[a]);
  const place = new Array(words.length).fill(0);
  order.forEach((code, i) => { place[code] = i; });
  return { order, place };
}

function byVerdict(objects, look) {
  const words = objects.words("verdict");
  const codes = objects.codes("verdict");
  const kinds = words.map((word) => ({
    word: word || "none", shape: BY_VERDICT[word] ?? "square", colour: look.verdicts[word] ?? look.quiet,
  }));
  return { kinds, of: (row) => codes[row] };
}

function byCategory(objects, look) {
  const [words, codes] = [objects.words("category"), objects.codes("category")];
  const { order, place } = ordered(words, codes);
  const kinds = order.map((code, i) => ({
    word: objects.titles[words[code]] ?? words[code],
    shape: SHAPES[i % SHAPES.length], colour: look.palette[i % look.palette.length],
  }));
  return { kinds, of: (row) => place[codes[row]] };
}

// Colour by class, as the density has it; the shape says the verdict.
function byClass(objects, look, data) {
  const known = data.words.map(({ word }) => word);
  const last = known.length - 1;
  const places = objects.words("spec_class").map((word) => {
    const at = known.indexOf(word);
    return at < 0 ? last : at;
  });
  const codes = objects.codes("spec_class");
  return byColour(objects, (row) => places[codes[row]], look.palette.slice(0, known.length));
}

function byNumber(objects, look, column) {
  const values = objects.has(column.name) ? objects.numbers(column.name) : null;
  const unknown = RAMP;
  const place = (row) => {
    const at = values ? along(column, values[row]) : NaN;
    return Number.isNaN(at) ? unknown : Math.round(at * (RAMP - 1));
  };
  const colours = Array.from({ length: RAMP }, (_, i) => onRamp(look, i / (RAMP - 1)));
  return byColour(objects, place, [...colours, look.quiet]);
}

function byColour(objects, place, colours) {
  const shapes = SHAPES.slice(0, 3);
  const kinds = colours.flatMap((colour) => shapes.map((shape) => ({ shape, colour })));
  return { kinds, of: (row) => place(row) * shapes.length + shapes.indexOf(shapeOf(objects, row)) };
}

export class Marks {
  #sprites = [];
  #made = "";

  constructor(objects) {
    this.objects = objects;
    this.rows = [];
    this.places = { x: new Float64Array(objects.size), y: new Float64Array(objects.size) };
  }

  /**
   * Where the marks are on the plane: values on its axes, or nowhere yet. What lies beyond the axes
   * of a pair of latents stands on their edge (`held`), as it does in the density.
   */
  place(frame, values, held) {
    const inside = (value, most) => (held ? Math.max(0, Math.min(most, value)) : value);
    for (let row = 0; row < this.objects.size; row += 1) {
      const [x, y] = values ? toPlane(frame, values.x[row], values.y[row]) : [NaN, NaN];
      this.places.x[row] = inside(x, 1);
      this.places.y[row] = inside(y, frame.height);
    }
  }

  /** Choose what colours and shapes say. */
  style(name, data, look) {
    const { objects } = this;
    this.look = look;
    if (name === "category") this.way = byCategory(objects, look);
    else if (name === "spec_class") this.way = byClass(objects, look, data);
    else if (data.columns.has(name)) this.way = byNumber(objects, look, data.columns.get(name));
    else this.way = byVerdict(objects, look);
    this.#made = "";
  }

  /** How many of the rows shown have each kind of mark that the legend names. */
  get kinds() {
    const counts = new Array(this.way.kinds.length).fill(0);
    for (const row of this.rows) counts[this.way.of(row)] += 1;
    return this.way.kinds.map((kind, i) => ({ ...kind, n: counts[i] })).filter((kind) => kind.word && kind.n);
  }

  #size(camera) {
    const room = Math.max(0.75, Math.min(1, camera.width / 700));
    return room * (this.rows.length > MANY ? 2.2 : 3) * Math.min(1.6, camera.zoom ** 0.15);
  }

  #ready(camera, scale) {
    const size = this.#size(camera);
    const wanted = `${size.toFixed(1)} ${scale}`;
    if (this.#made === wanted) return;
    this.#made = wanted;
    this.#sprites = this.way.kinds.map((kind) => sprite(kind, size, scale, this.look.paper));
  }

  draw(context, camera, scale) {
    this.#ready(camera, scale);
    const { x, y } = this.places;
    // The most unusual come last, on top of the others.
    for (let i = this.rows.length - 1; i >= 0; i -= 1) {
      const row = this.rows[i];
      if (camera.sees(x[row], y[row])) {
        const [px, py] = camera.toScreen(x[row], y[row]);
        const drawn = this.#sprites[this.way.of(row)];
        context.drawImage(drawn, Math.round(px * scale - drawn.width / 2), Math.round(py * scale - drawn.height / 2));
      }
    }
  }

  /** The row whose mark is nearest to a place on the screen; -1 where none is near. */
  nearest(camera, px, py) {
    const { x, y } = this.places;
    let [best, found] = [NEAR ** 2, -1];
    const [cx, cy] = camera.toPlane(px, py);
    for (const row of this.rows) {
      const distance = ((x[row] - cx) ** 2 + (y[row] - cy) ** 2) * camera.scale ** 2;
      if (distance < best) [best, found] = [distance, row];
    }
    return found;
  }
}
