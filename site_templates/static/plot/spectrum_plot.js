// The interactive spectrum: one shared Bokeh template, fed with one object's numbers after another.

import { adoptStyles } from "./adopted_styles.js";
import { credit } from "./credit.js";
import { armColours, dress } from "./dress.js";
import { axisLimits, fluxLimits, magnifiable } from "./inset.js";
import { armLines, armNames, lineMarks, spans } from "./marks.js";
import { LongSpectrum, gridOf, isLong, longColumns } from "./long_spectrum.js";
import { columns, fetchJson, readObject } from "./spectrum_data.js";

// Pixels of axis and toolbar beside the plot, and of the toolbar alone.
const AROUND = 120;
const TOOLBAR = 36;
const NARROW = 600;
// The page's style reserves as much.
const LEAST_HEIGHT = 400;
const KEPT = 8;
// Of a long spectrum: bins in view from which on they are loaded and drawn one by one, bins to each
// side of a wavelength that is looked for, and how long the view rests before anything is loaded.
const BINS_IN_VIEW = 24_000;
const ASIDE = 300;
const REST = 150;

// An object's file, and of a long spectrum its outline besides, and the bins that are magnified first.
async function readFile(file, address) {
  if (!isLong(file)) return readObject(file);
  const detail = await LongSpectrum.of(file, address);
  const [first] = file.departures;
  if (first) await detail.load(first.slice(1)).catch(() => {});
  return { ...file, arms: [], overlaps: [], detail };
}

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${address}`));
    document.head.append(script);
  });
}

export class SpectrumPlot {
  #ahead = new Map();
  #latest = 0;
  #models = new Map();
  #resting = 0;

  constructor(document_, shared, boxes) {
    this.document = document_;
    this.shared = shared;
    this.boxes = boxes;
    this.width = boxes.main.clientWidth;
    this.settings = {
      smooth: 0, frame: "rest", lines: "major", units: "physical", noise: false, arms: false,
    };
    this.trial = null;
    this.magnified = 0;
    // Called whenever another object is shown, after its numbers are there.
    this.onObject = () => {};
  }

  // Make the plot in the elements `main` and `inset`, as high as the pictures that they replace.
  static async make(boxes, root, dataAddress, heights) {
    const address = new URL(dataAddress, location.href).href;
    const [shared, object] = await Promise.all([
      fetchJson(`${root}static/spectrum.json`),
      fetchJson(address).then((file) => readFile(file, address)),
    ]);
    shared.wave = gridOf(shared.wave);
    adoptStyles();
    if (!window.Bokeh) await loadScript(`${root}static/bokeh-${shared.document.version}.min.js`);
    const { Bokeh } = window;
    Bokeh.set_log_level("error");
    // Filled before it is drawn, so that it is drawn once.
    const document_ = Bokeh.require("document").Document.from_json(shared.document);
    const plot = new SpectrumPlot(document_, shared, boxes);
    plot.shape(Math.max(LEAST_HEIGHT, heights.main), heights.inset);
    dress((name) => plot.model(name));
    plot.show(object);
    await Bokeh.embed.add_document_standalone(document_, boxes.main, [boxes.main, boxes.inset]);
    plot.model("x-range").properties.end.change.connect(() => {
      plot.markLines();
      plot.look();
    });
    new ResizeObserver(() => plot.resized(boxes.main.clientWidth)).observe(boxes.main);
    return plot;
  }

  model(name) {
    if (!this.#models.has(name)) this.#models.set(name, this.document.get_model_by_name(name));
    return this.#models.get(name);
  }

  // Fetch an object's numbers before they are asked for.
  prepare(dataAddress) {
    const address = new URL(dataAddress, location.href).href;
    if (!this.#ahead.has(address)) {
      const fetching = fetchJson(address).then((file) => readFile(file, address));
      fetching.catch(() => this.#ahead.delete(address));
      this.#ahead.set(address, fetching);
      if (this.#ahead.size > KEPT) this.#ahead.delete(this.#ahead.keys().next().value);
    }
    return this.#ahead.get(address);
  }

  // Show another object in the same document. Settings are kept; what belongs to the object (its
  // trial redshift, the zoom, what is magnified) begins anew.
  async load(dataAddress) {
    this.#latest += 1;
    const turn = this.#latest;
    const object = await this.prepare(dataAddress);
    if (turn === this.#latest) this.show(object);
  }

  show(object) {
    this.object = object;
    this.places = magnifiable(object, this.shared.wave);
    this.trial = null;
    this.magnified = 0;
    this.update(this.settings);
    this.showAll();
    const label = `Spectrum of ${object.name}, its reconstruction, and the residual`;
    this.boxes.main.setAttribute("aria-label", label);
    this.onObject();
    if (object.detail) this.#bring(this.places[0].bins);
  }

  get surveyZ() {
    return this.object.z ?? 0;
  }

  get z() {
    return this.trial ?? this.surveyZ;
  }

  // What to multiply bins of the grid by, and wavelengths of lines, to place them on the axis.
  // Observed wavelengths are what was measured: a trial redshift moves lines and the rest frame.
  get stretch() {
    const observed = this.settings.frame === "observed";
    return {
      bins: (1 + this.surveyZ) / (observed ? 1 : 1 + this.z),
      lines: observed ? 1 + this.z : 1,
    };
  }

  get title() {
    const { name, z } = this.object;
    const trial = this.trial === null ? "" : ` trial z=${this.trial.toFixed(4)}`;
    return `${name}${z ? ` z=${z.toFixed(4)}` : ""}${trial}`;
  }

  get perPixel() {
    const { start, end } = this.model("x-range");
    return (end - start) / Math.max(1, this.width - AROUND);
  }

  shape(height, insetHeight) {
    const share = this.width < NARROW ? 0.4 : 0.34;
    this.model("flux-panel").height = Math.round(height * (1 - share));
    this.model("residual-panel").height = Math.round(height * share);
    this.model("inset-panel").height = insetHeight;
    this.model("residual-panel").left[0].ticker.desired_num_ticks = 3;
    this.model("inset-panel").left[0].ticker.desired_num_ticks = 3;
    this.model("inset-panel").below[0].ticker.desired_num_ticks = 4;
    this.#thinTicks();
  }

  #thinTicks() {
    const wanted = this.width < NARROW ? 3 : 8;
    this.model("residual-panel").below[0].ticker.desired_num_ticks = wanted;
  }

  resized(width) {
    if (width === 0 || width === this.width) return;
    this.width = width;
    this.#thinTicks();
    this.name();
    this.markLines();
  }

  // Show the object with the given settings. The part in view stays in view.
  update(settings) {
    const before = this.stretch.bins;
    this.settings = { ...this.settings, ...settings };
    this.#draw(before);
  }

  // Look at the object as if it had another redshift; null is the survey's own.
  tryRedshift(z) {
    const before = this.stretch.bins;
    this.trial = z === null || Math.abs(z - this.surveyZ) < 1e-9 ? null : z;
    this.#draw(before);
  }

  magnify(place) {
    this.magnified = Math.min(Math.max(0, place), this.places.length - 1);
    this.#inset();
    if (this.object.detail) this.#bring(this.places[this.magnified].bins);
  }

  #draw(before) {
    const { object, settings, shared: { wave } } = this;
    const after = this.stretch.bins;
    const factors = {
      x: after, rest: (1 + this.surveyZ) / (1 + this.z), observed: 1 + this.surveyZ,
    };
    const each = (make) =>
      Object.fromEntries(Object.entries(factors).map(([name, factor]) => [name, make(factor)]));
    this.unit = settings.units === "physical" ? object.norm : 1;
    const width = Number(settings.smooth);
    this.shown = object.detail
      ? longColumns(object.detail, each((factor) => (bin) => this.#waveAt(bin) * factor), this.unit, width)
      : columns(object, each((factor) => Float64Array.from(wave, (value) => value * factor)), this.unit, width);
    this.model("spectrum").data = this.shown;
    this.#thin();
    if (after !== before) this.#slide(after / before);
    this.#regions();
    this.#arms();
    this.markLines();
    this.#inset();
    this.#noise();
    this.name();
  }

  get #pace() {
    const { wave } = this.shared;
    return (wave[wave.length - 1] - wave[0]) / (wave.length - 1);
  }

  #waveAt(bin) {
    return this.shared.wave[0] + bin * this.#pace;
  }

  // First and last bin in view.
  get #inView() {
    const { start, end } = this.model("x-range");
    const last = this.shared.wave.length - 1;
    const binOf = (x) => Math.round((x / this.stretch.bins - this.shared.wave[0]) / this.#pace);
    const within = (bin) => Math.min(last, Math.max(0, bin));
    return [within(binOf(start)), within(binOf(end))];
  }

  // Of a long spectrum, draw the bins themselves once few enough are in view.
  look() {
    this.#thin();
    clearTimeout(this.#resting);
    if (this.object.detail) this.#resting = setTimeout(() => this.#bring(this.#inView), REST);
  }

  // An outline of the reconstruction lets that of the spectrum through.
  #thin() {
    if (!this.object.detail) return;
    const [first, last] = this.#inView;
    this.model("flux-panel-recon").glyph.line_alpha = last - first > BINS_IN_VIEW ? 0.5 : 1;
  }

  async #bring([first, last]) {
    const { object } = this;
    if (last - first > BINS_IN_VIEW) return;
    try {
      if (!await object.detail.load([first, last]) || object !== this.object) return;
    } catch {
      return; // the outline stays
    }
    this.#draw(this.stretch.bins);
    this.boxes.main.dispatchEvent(new CustomEvent("bins-drawn", { bubbles: true }));
  }

  // Show the surroundings of a wavelength on the axis, as high as what is there.
  async goTo(x) {
    const middle = Math.round((x / this.stretch.bins - this.shared.wave[0]) / this.#pace);
    const last = this.shared.wave.length - 1;
    if (!(middle >= 0 && middle <= last)) return false;
    const bins = [Math.max(0, middle - ASIDE), Math.min(last, middle + ASIDE)];
    this.model("x-range").setv(axisLimits(this.shared.wave, bins, this.stretch.bins));
    if (this.object.detail) await this.#bring(bins);
    const { flux, recon, resid } = this.shown;
    const seen = this.object.detail ? this.object.detail.range(bins) : bins;
    for (const [panel, lines] of [["flux-panel", [flux, recon]], ["residual-panel", [resid]]]) {
      const limits = this.model(`${panel}-y`);
      limits.setv(fluxLimits(seen, lines));
      // As if the visitor had set them, or the next drawing would set them to all of the spectrum.
      limits.have_updated_interactively = true;
    }
    return true;
  }

  // Keep the same bins in view when wavelengths change.
  #slide(factor) {
    const range = this.model("x-range");
    const { start, end } = range;
    range.setv({ start: start * factor, end: end * factor, ...this.#limits });
  }

  get #limits() {
    const { wave } = this.shared;
    const { bins } = this.stretch;
    return { reset_start: wave[0] * bins, reset_end: wave[wave.length - 1] * bins };
  }

  #regions() {
    const { object, shared: { wave }, stretch: { bins } } = this;
    const [low, high] = object.window ?? [];
    this.model("window").data = object.window
      ? { left: [low * bins], right: [high * bins] } : { left: [], right: [] };
    this.model("masked").data = spans(wave, object.masked, bins);
    this.model("overlaps").data = spans(wave, object.overlaps, bins);
  }

  get #apart() {
    return this.settings.arms && this.object.overlaps.length > 0;
  }

  #arms() {
    this.model("arms").data = this.#apart
      ? armLines(this.object, this.shown.x, this.unit, Number(this.settings.smooth), armColours())
      : { xs: [], ys: [], colour: [], dash: [] };
  }

  #noise() {
    for (const panel of ["flux-panel", "inset-panel"]) {
      this.model(`${panel}-sigma`).visible = this.settings.noise;
    }
    const lines = ["flux", "recon", ...(this.settings.noise ? ["sigma"] : [])];
    this.model("flux-panel-y").renderers = lines.map((name) => this.model(`flux-panel-${name}`));
  }

  markLines() {
    const { lines, wave } = this.shared;
    const { bins, lines: stretch } = this.stretch;
    const covered = [wave[0] * bins, wave[wave.length - 1] * bins];
    this.model("lines").data = lineMarks(
      lines, this.settings.lines, stretch, covered, this.model("x-range"), this.perPixel);
    this.model("arm-names").data = this.#apart
      ? armNames(this.object, this.model("overlaps").data, this.perPixel) : { x: [], name: [] };
  }

  #inset() {
    const { wave } = this.shared;
    const { bins } = this.places[this.magnified];
    const { flux, recon, sigma } = this.shown;
    const drawn = [flux, recon, ...(this.settings.noise ? [sigma] : [])];
    const seen = this.object.detail ? this.object.detail.range(bins) : bins;
    this.model("inset-x").setv(axisLimits(wave, bins, this.stretch.bins));
    this.model("inset-panel-y").setv(fluxLimits(seen, drawn));
    this.model("magnified").data = spans(wave, [bins], this.stretch.bins);
  }

  // Axes say what they show, and a line below the plot whence it is, in its saved picture as well.
  name() {
    const { settings, object, trial } = this;
    const narrow = this.width < NARROW;
    const observed = settings.frame === "observed";
    const frame = observed ? "observed" : "rest-frame";
    const at = trial === null ? "" : `at trial z = ${trial.toFixed(4)}`;
    let said = `${frame} wavelength, Å in vacuum`;
    if (at && narrow) said = observed ? `observed, Å; lines ${at}` : `rest frame ${at}, Å`;
    else if (at) said = observed ? `${said}; lines ${at}` : `rest-frame wavelength ${at}, Å in vacuum`;
    const unit = settings.units === "physical" ? object.flux_unit || "relative" : "unit norm";
    this.model("residual-panel").below[0].axis_label = said;
    this.model("inset-panel").below[0].axis_label = `${frame} wavelength, Å${at && ` (trial z)`}`;
    this.model("flux-panel").left[0].axis_label = `flux, ${unit}`;
    this.model("credit").text = credit([this.title, object.source], this.width - TOOLBAR);
    this.model("save").filename = `${this.title.replace(/[^A-Za-z0-9.+-]+/g, "_")}.png`;
  }

  showAll() {
    const { reset_start: start, reset_end: end } = this.#limits;
    this.model("x-range").setv({ start, end, reset_start: start, reset_end: end });
    for (const panel of ["flux-panel", "residual-panel"]) this.model(`${panel}-y`).reset?.();
    this.markLines();
  }

  // Wear the page's theme as it is now.
  dress() {
    dress((name) => this.model(name));
    this.#arms();
  }

  // Hand the plot out as a picture, as its toolbar does.
  savePicture() {
    this.model("save").do.emit("save");
  }
}
