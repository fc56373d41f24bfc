// The latent map in any element: density of all scored spectra, the outliers on top.
//
// const view = await LatentView.make(box, { objects, folder: "../map/", onSelect, onOpen, onHover });
// It needs the rules of map.css. Options: `objects`, `folder` (of the map's files), `onSelect(region)`,
// `onOpen(row)`, `onHover(row)`, `onView()` (moved or magnified), `onLegend(legend)`, and
// `painter`, which forces "webgl" or "canvas" where the view would choose itself. With `onPlace(x, y)`
// there is a further tool, Track, with which a click gives a place in the axes' values.

import { loadLatents } from "../catalogue/latents.js";
import { Camera, fromPlane, toPlane } from "./camera.js";
import { MapData, pairOf } from "./data.js";
import { Density } from "./density.js";
import { HELP, Keys } from "./keys.js";
import { legendOf } from "./legend.js";
import { Marks } from "./marks.js";
import { Overlay } from "./overlay.js";
import { Pointer } from "./pointer.js";
import { theme } from "./tone.js";
import { Toolbar } from "./toolbar.js";
import { onScreen } from "./track_drawing.js";
import { element } from "../catalogue/objects.js";
import { contains, corners, drawnRegion, simplified } from "./region.js";

const MAX_SCALE = 2;
const LASSO_SLACK = 1.5;
const nothing = () => {};
const SILENT = { onSelect: nothing, onOpen: nothing, onHover: nothing, onView: nothing, onLegend: nothing };

export class LatentView {
  /** Load what the map draws and start it in `box`. */
  static async make(box, options) {
    const view = new LatentView(box, { ...options, data: await MapData.load(options.folder) });
    await view.ready;
    return view;
  }

  colour = "verdict";
  axes = null;
  region = null;
  current = -1;
  #asked = 0;
  #frame = 0;
  #ends = new AbortController();

  constructor(box, { painter = "", ...options }) {
    Object.assign(this, SILENT, options, { box });
    const { data, objects } = this;
    this.camera = new Camera(data.layout.height);
    this.marks = new Marks(objects);
    this.visible = null;
    this.#build(painter);
    this.#listen();
    this.look = theme();
    this.ready = this.#load();
  }

  #build(painter) {
    this.toolbar = new Toolbar({
      magnify: (factor) => this.magnify(factor), whole: () => this.whole(), tool: (name) => this.#touch(name),
      further: this.onPlace ? [["track", "Track"]] : [],
    });
    if (this.onPlace) this.toolbar.offer("track", false);
    this.stage = element("div", { className: "map-stage" });
    this.stage.style.aspectRatio = `1 / ${this.data.layout.height}`;
    this.status = element("p", { className: "map-status visually-hidden" });
    this.status.setAttribute("role", "status");
    this.overlay = new Overlay();
    this.overlay.canvas.setAttribute("aria-label", `Map of the unusual spectra. ${HELP}`);
    this.stage.append(this.overlay.canvas);
    this.box.append(this.toolbar.element, this.stage, this.status);
    this.box.classList.add("live");
    this.density = new Density(this.stage, () => this.request(), painter);
  }

  #listen() {
    const { signal } = this.#ends;
    const { canvas } = this.overlay;
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#recolour(), { signal });
    addEventListener("beforeprint", () => this.draw(), { signal });
    const acts = {
      size: () => [this.camera.width, this.camera.height],
      start: () => (this.current >= 0 ? this.#onScreen(this.current) : [this.camera.width / 2, this.camera.height / 2]),
      tool: () => this.toolbar.tool,
      pan: (dx, dy) => { this.camera.pan(dx, dy); this.#moved(); },
      magnify: (factor, place) => this.magnify(factor, place), whole: () => this.whole(),
      sketch: (kind, places) => { this.overlay.sketch = places && { kind, places }; this.request(); },
      drawn: (kind, places) => this.#drawn(kind, places),
      click: (place, type) => this.#click(place, type),
      hover: (place) => this.#hover(place),
      step: (direction) => this.#step(direction),
      open: () => { if (this.current >= 0) this.onOpen(this.current); },
      clear: () => this.select(null), say: (text) => { this.status.textContent = text; },
    };
    new Pointer(canvas, acts);
    this.keys = new Keys(canvas, acts);
    this.overlay.cursor = () => this.keys.cursor;
  }

  // Load what the colour and the axes need, and show it if nothing else was asked for meanwhile.
  async #load() {
    this.#asked += 1;
    const asked = this.#asked;
    this.#place(this.axes ? null : this.#layoutValues());
    this.#recolour();
    const source = await this.data.source(this.axes);
    const values = this.axes ? await this.#latentValues() : this.#layoutValues();
    const column = await this.data.column(this.colour, source);
    if (asked !== this.#asked) return;
    Object.assign(this.density, { source, column });
    this.#place(values);
    this.#recolour();
  }

  #layoutValues() {
    return { x: this.objects.numbers("map_x"), y: this.objects.numbers("map_y") };
  }

  async #latentValues() {
    return pairOf(await loadLatents(`${this.folder}../explore/`, this.objects.size), this.axes, this.objects.size);
  }

  #place(values) {
    this.values = values;
    this.marks.place(this.data.frame(this.axes), values, Boolean(this.axes));
    this.#show();
  }

  #show() {
    const all = this.visible ?? Array.from({ length: this.objects.size }, (_, row) => row);
    this.marks.rows = all.filter((row) => !Number.isNaN(this.marks.places.x[row])).sort((a, b) => a - b);
    this.request();
  }

  #recolour() {
    this.look = theme();
    this.marks.style(this.colour, this.data, this.look);
    this.draw();
    this.tellLegend();
  }

  /** Say again what the legend holds. */
  tellLegend() {
    this.onLegend(legendOf(this));
  }

  /** Show the marks of these rows only; null shows all. */
  setVisible(rows) {
    this.visible = rows;
    this.#show();
    this.tellLegend();
  }

  /** Draw a region (as region.js has it), or none; does not call onSelect. */
  setRegion(region) {
    this.region = region;
    this.request();
  }

  /** Draw a track: points in the axes' values, and their radius; none where there are no points. */
  setTrack(points, radius) {
    this.track = { points, radius };
    this.request();
  }

  /** Colour by verdict, category, spec_class, z, snr, percentile or percentile_<score>. */
  async setColour(name) {
    this.colour = name;
    await this.#load();
  }

  /** Show a pair of latent dimensions, `[across, up]`, or the layout: null. */
  async setAxes(axes) {
    this.axes = axes;
    this.camera.whole();
    this.region = null;
    if (this.onPlace) this.toolbar.offer("track", Boolean(axes));
    await this.#load();
    this.#moved();
  }

  /** Point out one object, or none: -1. */
  highlight(row) {
    this.current = row;
    this.request();
  }

  /** Centre in the axes' values, and magnification. */
  get view() {
    return [...fromPlane(this.data.frame(this.axes), this.camera.x, this.camera.y), this.camera.zoom];
  }

  setView(x, y, zoom) {
    this.camera.set(...toPlane(this.data.frame(this.axes), x, y), zoom);
    this.#moved();
  }

  whole() {
    this.camera.whole();
    this.#moved();
  }

  magnify(factor, place) {
    this.camera.magnify(factor, place);
    this.#moved();
  }

  #moved() {
    this.#touch(this.toolbar.tool);
    this.request();
    this.onView();
  }

  // A finger scrolls the page past a map that shows all; once magnified, it moves the map.
  #touch(tool) {
    this.overlay.hand(tool !== "move", !this.camera.isWhole);
  }

  /** Rows shown that lie in a region. */
  rowsIn(region) {
    const { x, y } = this.values ?? {};
    return x ? this.marks.rows.filter((row) => contains(region, x[row], y[row])) : [];
  }

  select(region) {
    this.region = region;
    this.request();
    this.onSelect(region);
  }

  #drawn(kind, places) {
    this.overlay.sketch = null;
    const frame = this.data.frame(this.axes);
    const outline = kind === "lasso" ? simplified(places, LASSO_SLACK) : places;
    this.select(drawnRegion(kind, outline.map(([px, py]) => fromPlane(frame, ...this.camera.toPlane(px, py)))));
  }

  #click(place, type) {
    if (this.toolbar.tool === "track") {
      this.onPlace(...fromPlane(this.data.frame(this.axes), ...this.camera.toPlane(...place)));
      return;
    }
    const row = this.marks.nearest(this.camera, ...place);
    if (row < 0) {
      if (this.region) this.select(null);
    } else if (type === "mouse" || row === this.current) {
      this.onOpen(row);
    } else {
      // A finger has no hover: its first touch shows, the second opens.
      this.#point(row);
    }
  }

  #hover(place) {
    const row = place ? this.marks.nearest(this.camera, ...place) : -1;
    this.overlay.onMark(row >= 0);
    if (row < 0) this.onHover(-1);
    else if (row !== this.current) this.#point(row);
  }

  #point(row) {
    this.highlight(row);
    this.onHover(row);
  }

  #step(direction) {
    const { rows } = this.marks;
    if (!rows.length) return;
    const at = rows.indexOf(this.current);
    const row = rows[at < 0 ? 0 : (at + direction + rows.length) % rows.length];
    const [x, y] = [this.marks.places.x[row], this.marks.places.y[row]];
    if (!this.camera.sees(x, y)) {
      this.camera.set(x, y, this.camera.zoom);
      this.#moved();
    }
    this.#point(row);
  }

  #onScreen(row) {
    return this.camera.toScreen(this.marks.places.x[row], this.marks.places.y[row]);
  }

  /** Draw with the next frame. */
  request() {
    this.#frame ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height) return;
    const scale = Math.min(MAX_SCALE, devicePixelRatio || 1);
    this.camera.resize(width, height);
    this.density.draw(this.camera, scale, this.look);
    const outline = this.region && this.#outline(this.region);
    const track = onScreen(this.track, this.camera, this.data.frame(this.axes));
    this.overlay.draw({ camera: this.camera, scale, look: this.look, marks: this.marks, current: this.current, outline, track });
  }

  #outline(region) {
    const frame = this.data.frame(this.axes);
    return corners(region).map(([x, y]) => this.camera.toScreen(...toPlane(frame, x, y)));
  }

  /** Take everything back that it put into the box. */
  remove() {
    this.#ends.abort();
    this.resized.disconnect();
    cancelAnimationFrame(this.#frame);
    this.density.remove();
    for (const each of [this.toolbar.element, this.stage, this.status]) each.remove();
    this.box.classList.remove("live");
  }
}
