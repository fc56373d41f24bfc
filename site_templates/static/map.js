// The map: outliers drawn over the rendered density; hover, click, arrow keys, and a box that
// becomes a filter of the explorer.

import { Objects, Sparks, chance, element, percent, spark, verdictWords } from "./objects.js";

const VERDICT_COLOURS = { astrophysical: "--astrophysical", artefact: "--artefact", unexplained: "--unexplained" };
// Okabe and Ito's colours; they repeat where there are more words than colours, and the legend
// gives each word its own shape as well.
const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#8a8378"];
const SHAPES = ["diamond", "square", "cross", "circle", "triangle"];
const NEAR = 14;
const byId = (id) => document.getElementById(id);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function mark(context, shape, x, y, size) {
  context.beginPath();
  if (shape === "circle") context.arc(x, y, size, 0, 7);
  if (shape === "square") context.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
  if (shape === "diamond") {
    context.moveTo(x, y - size * 1.2); context.lineTo(x + size * 1.2, y);
    context.lineTo(x, y + size * 1.2); context.lineTo(x - size * 1.2, y); context.closePath();
  }
  if (shape === "triangle") {
    context.moveTo(x, y - size); context.lineTo(x + size, y + size); context.lineTo(x - size, y + size);
    context.closePath();
  }
  if (shape === "cross") {
    context.moveTo(x - size, y - size); context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size); context.lineTo(x - size, y + size);
    context.stroke();
  } else {
    context.fill();
  }
}

class LatentMap {
  constructor(objects, extent, sparks) {
    Object.assign(this, { objects, extent, sparks, current: -1, box: null });
    this.form = byId("controls");
    this.canvas = element("canvas", { tabIndex: 0 });
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", "Outliers on the map. Left and right arrow keys go through them by rank, Enter opens one.");
    byId("map-box").append(this.canvas);
    byId("map-box").classList.add("live");
    byId("map-help").textContent = "Hover shows a spectrum, a click opens its page, a drawn box selects. With the keyboard: arrow keys go through the marks by rank, Enter opens one.";
    this.form.hidden = false;
    this.form.addEventListener("input", () => this.recolour());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.#pointer();
    this.#keys();
    this.recolour();
  }

  get visible() {
    const all = this.form.elements.artefacts.checked;
    const { map_x: x } = this.objects.table;
    const rows = [];
    for (let row = 0; row < this.objects.size; row += 1) {
      if (x[row] !== null && (all || this.objects.at("verdict", row) !== "artefact")) rows.push(row);
    }
    return rows;
  }

  place(row) {
    const [x0, x1, y0, y1] = this.extent;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const { map_x: x, map_y: y } = this.objects.table;
    return [((x[row] - x0) / (x1 - x0)) * width, (1 - (y[row] - y0) / (y1 - y0)) * height];
  }

  // Colour and shape of every row by the chosen column, and the legend that says so.
  recolour() {
    const by = this.form.elements.colour.value;
    const { objects } = this;
    this.rows = this.visible;
    let entries;
    if (by === "percentile") {
      const ranked = (row) => Math.min(4, Math.floor((5 * row) / objects.size));
      const names = ["the strangest fifth", "second fifth", "third fifth", "fourth fifth", "last fifth"];
      entries = names.map((word, i) => ({ word, colour: PALETTE[[1, 4, 2, 5, 0][i]], shape: SHAPES[i] }));
      this.style = ranked;
    } else {
      const { words, codes } = objects.table[by];
      const counts = new Array(words.length).fill(0);
      for (const code of codes) counts[code] += 1;
      const order = words.map((_, i) => i).sort((a, b) => counts[b] - counts[a]);
      const position = order.reduce((all, code, i) => { all[code] = i; return all; }, []);
      entries = order.map((code, i) => ({
        word: by === "category" ? objects.table.titles[words[code]] ?? words[code] : words[code].toLowerCase() || "unclassified",
        colour: by === "verdict" ? colour(VERDICT_COLOURS[words[code]] ?? "--quiet") : PALETTE[i % PALETTE.length],
        shape: by === "verdict" ? { astrophysical: "diamond", artefact: "cross" }[words[code]] ?? "square" : SHAPES[i % SHAPES.length],
      }));
      this.style = (row) => position[codes[row]];
    }
    this.entries = entries;
    byId("legend").replaceChildren(...entries.map((entry) => {
      const canvas = element("canvas", { width: 36, height: 36, className: "mark-sample", ariaHidden: "true" });
      this.#sample(canvas, entry);
      return element("li", {}, canvas, ` ${entry.word}`);
    }));
    this.draw();
  }

  #sample(canvas, entry) {
    const context = canvas.getContext("2d");
    Object.assign(context, { fillStyle: entry.colour, strokeStyle: entry.colour, lineWidth: 3 });
    mark(context, entry.shape, 18, 18, 9);
  }

  draw() {
    const scale = devicePixelRatio || 1;
    const { canvas } = this;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.lineWidth = 1.5;
    for (const row of [...this.rows].reverse()) {
      const entry = this.entries[this.style(row)];
      context.fillStyle = entry.colour;
      context.strokeStyle = entry.colour;
      mark(context, entry.shape, ...this.place(row), 3.2);
    }
    context.strokeStyle = colour("--ink");
    if (this.current >= 0) {
      context.lineWidth = 2;
      context.beginPath();
      context.arc(...this.place(this.current), 9, 0, 7);
      context.stroke();
    }
    if (this.box) {
      const [left, top, right, bottom] = this.box;
      context.setLineDash([4, 3]);
      context.strokeRect(left, top, right - left, bottom - top);
    }
  }

  nearest(x, y) {
    let [best, found] = [NEAR ** 2, -1];
    for (const row of this.rows) {
      const [px, py] = this.place(row);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < best) [best, found] = [distance, row];
    }
    return found;
  }

  show(row) {
    if (row === this.current) return;
    this.current = row;
    this.canvas.classList.toggle("on-mark", row >= 0);
    if (row >= 0) this.tell(row);
    this.draw();
  }

  async tell(row) {
    const write = () => {
      const { objects } = this;
      const words = verdictWords(objects.at("verdict", row));
      if (objects.kind(row)) words.append(`: ${objects.kind(row)}`);
      byId("hover").replaceChildren(element("div", { className: "card" },
        element("a", { href: this.address(row) },
          element("span", { className: "card-picture" }, this.sparks.at(row) ? spark(this.sparks.at(row)) : ""),
          element("span", { className: "card-name", textContent: objects.name(row) })),
        words,
        element("p", { textContent: this.#rarity(row) })));
    };
    write();
    if (await this.sparks.load([row]) && row === this.current) write();
  }

  #rarity(row) {
    const { percentile, p } = this.objects.table;
    const place = `More unusual than ${percent(percentile[row])} of all scored spectra.`;
    if (p[row] === null) return place;
    return `${place} Of ordinary ones of its class and brightness, ${chance(p[row])}.`;
  }

  address(row) {
    return `../objects/${encodeURIComponent(this.objects.slug(row))}/index.html`;
  }

  #pointer() {
    let from = null;
    const at = (event) => [event.offsetX, event.offsetY];
    this.canvas.addEventListener("pointerdown", (event) => {
      from = at(event);
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      if (from && Math.hypot(x - from[0], y - from[1]) > 6) {
        this.box = [Math.min(x, from[0]), Math.min(y, from[1]), Math.max(x, from[0]), Math.max(y, from[1])];
        this.draw();
      } else {
        this.show(this.nearest(x, y));
      }
    });
    this.canvas.addEventListener("pointerup", (event) => {
      const [x, y] = at(event);
      const moved = from && Math.hypot(x - from[0], y - from[1]) > 6;
      from = null;
      if (moved) {
        this.#select();
        return;
      }
      this.box = null;
      this.#select();
      const row = this.nearest(x, y);
      if (row < 0) return;
      // A finger has no hover: its first touch shows, the link then opens.
      if (event.pointerType === "mouse") location.href = this.address(row);
      else this.show(row);
    });
    this.canvas.addEventListener("pointercancel", () => { from = null; this.box = null; this.draw(); });
  }

  #keys() {
    this.canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step && this.rows.length) {
        event.preventDefault();
        const at = this.rows.indexOf(this.current);
        const next = at < 0 ? 0 : (at + step + this.rows.length) % this.rows.length;
        this.show(this.rows[next]);
      }
      if (event.key === "Enter" && this.current >= 0) location.href = this.address(this.current);
    });
  }

  #select() {
    const link = byId("to-explorer");
    link.hidden = !this.box;
    byId("selection").textContent = "";
    this.draw();
    if (!this.box) return;
    const [left, top, right, bottom] = this.box;
    const inside = this.rows.filter((row) => {
      const [x, y] = this.place(row);
      return x >= left && x <= right && y >= top && y <= bottom;
    });
    const [x0, x1, y0, y1] = this.extent;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const limits = [
      x0 + (left / width) * (x1 - x0), x0 + (right / width) * (x1 - x0),
      y0 + (1 - bottom / height) * (y1 - y0), y0 + (1 - top / height) * (y1 - y0),
    ].map((edge) => edge.toFixed(2));
    const verdicts = this.form.elements.artefacts.checked ? "verdict=all&" : "";
    link.href = `../explore/index.html?${verdicts}box=${limits.join(",")}`;
    byId("selection").textContent = `${inside.length} selected`;
  }
}

export async function start() {
  try {
    const [objects, extent] = await Promise.all([
      Objects.load("../explore/objects.json"),
      fetch("extent.json").then((response) => response.json()),
    ]);
    new LatentMap(objects, extent, new Sparks("../explore/"));
  } catch (fault) {
    byId("map-help").textContent = "The interactive map could not be loaded; this is its picture.";
  }
}
