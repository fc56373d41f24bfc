// The interactive spectrum: one shared Bokeh template, dressed in the page's colours, fed with one
// object's numbers.

import { adoptStyles } from "./adopted_styles.js";

// Pixels of axis and toolbar beside the plot, that a letter of a line's name needs, between two names.
const AROUND = 120;
const LETTER = 7.5;
const GAP = 6;
// The page's style reserves as much.
const LEAST_HEIGHT = 400;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${address}`));
    document.head.append(script);
  });
}

async function fetchJson(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`cannot load ${address}: ${response.status}`);
  return response.json();
}

const unscale = ({ step, values }) => Float64Array.from(values, (value) => value * step);

// Gaussian smoothing with a width in bins, weighted by inverse variance; bins without information
// take no part, and get a value only where a neighbour has one.
export function smoothed(flux, ivar, width) {
  if (width <= 0) return { flux: Float64Array.from(flux), ivar: Float64Array.from(ivar) };
  const reach = Math.ceil(3 * width);
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / width) ** 2));
  const out = { flux: new Float64Array(flux.length), ivar: new Float64Array(flux.length) };
  for (let i = 0; i < flux.length; i += 1) {
    let weights = 0, sum = 0, variance = 0;
    for (let j = Math.max(0, i - reach); j <= Math.min(flux.length - 1, i + reach); j += 1) {
      const weight = kernel[Math.abs(i - j)] * ivar[j];
      weights += weight;
      sum += weight * flux[j];
      variance += weight * kernel[Math.abs(i - j)];
    }
    out.flux[i] = weights > 0 ? sum / weights : NaN;
    out.ivar[i] = weights > 0 ? (weights * weights) / variance : 0;
  }
  return out;
}

export class SpectrumPlot {
  constructor(document_, shared, object, width) {
    this.document = document_;
    this.width = width;
    this.shared = shared;
    this.object = object;
    this.flux = unscale(object.flux);
    this.recon = unscale(object.recon);
    this.expected = unscale(object.expected);
    this.settings = { smooth: 0, frame: "rest", lines: "major", units: "physical" };
  }

  // Make the plot in `element`, as high as the picture that it replaces.
  static async make(element, root, dataAddress, pictureHeight) {
    const [shared, object] = await Promise.all([
      fetchJson(`${root}static/spectrum.json`),
      fetchJson(dataAddress),
    ]);
    adoptStyles();
    if (!window.Bokeh) await loadScript(`${root}static/bokeh-${shared.item.doc.version}.min.js`);
    window.Bokeh.set_log_level("error");
    const views = await window.Bokeh.embed.embed_item(shared.item, element);
    const view = [...views][0];
    const plot = new SpectrumPlot(view.model.document, shared, object, element.clientWidth);
    plot.model("save").filename = plot.title.replace(/[^A-Za-z0-9.+-]+/g, "_");
    plot.sign();
    plot.shape(Math.max(LEAST_HEIGHT, pictureHeight));
    plot.dress();
    plot.update(plot.settings);
    plot.model("x-range").properties.end.change.connect(() => plot.markLines());
    new ResizeObserver(() => plot.resized(element.clientWidth)).observe(element);
    return plot;
  }

  model(name) {
    return this.document.get_model_by_name(name);
  }

  get title() {
    const { name, z } = this.object;
    return z ? `${name} z=${z.toFixed(4)}` : name;
  }

  // A line below the plot, so that its saved picture says what it shows and where it is from.
  sign() {
    const parts = [this.title, this.object.source];
    this.model("credit").text = parts.join(this.width < 600 ? "\n" : " · ");
  }

  shape(height) {
    const share = this.width < 600 ? 0.4 : 0.34;
    this.model("flux-panel").height = Math.round(height * (1 - share));
    this.model("residual-panel").height = Math.round(height * share);
    this.model("residual-panel").below[0].ticker.desired_num_ticks = this.width < 600 ? 3 : 8;
    this.model("residual-panel").left[0].ticker.desired_num_ticks = 3;
  }

  resized(width) {
    if (width === 0 || width === this.width) return;
    this.width = width;
    this.model("residual-panel").below[0].ticker.desired_num_ticks = width < 600 ? 3 : 8;
    this.sign();
    this.markLines();
  }

  get stretch() {
    return this.settings.frame === "observed" ? 1 + (this.object.z ?? 0) : 1;
  }

  // Show the object with the given settings; the view is kept unless the frame changes.
  update(settings) {
    const reframed = settings.frame !== this.settings.frame || !this.shown;
    this.settings = settings;
    this.shown = true;
    const { wave } = this.shared;
    const unit = settings.units === "physical" ? this.object.norm : 1;
    const calm = smoothed(this.flux, this.object.ivar, Number(settings.smooth));
    const sigma = this.object.ivar.map((value) => (value > 0 ? 1 / Math.sqrt(value) : NaN));
    const known = this.object.ivar.map((value) => value > 0);
    const each = (make) => Float64Array.from(wave, (_, i) => make(i));
    this.model("spectrum").data = {
      x: each((i) => wave[i] * this.stretch),
      flux: each((i) => (known[i] ? calm.flux[i] * unit : NaN)),
      recon: each((i) => this.recon[i] * unit),
      expected: each((i) => this.expected[i] * unit),
      resid: each((i) =>
        known[i] ? (calm.flux[i] - this.recon[i]) * Math.sqrt(calm.ivar[i]) : NaN),
      low: each((i) => (this.recon[i] - (known[i] ? sigma[i] : 0)) * unit),
      high: each((i) => (this.recon[i] + (known[i] ? sigma[i] : 0)) * unit),
    };
    this.markLines();
    this.name(settings);
    if (reframed) this.showAll();
  }

  markLines() {
    const { lines, wave } = this.shared;
    const chosen = this.settings.lines === "none" ? [] : lines.filter(
      (line) => (line.major || this.settings.lines === "all")
        && line.wave > wave[0] && line.wave < wave[wave.length - 1]);
    const range = this.model("x-range");
    const perPixel = (range.end - range.start) / Math.max(1, this.width - AROUND);
    let taken = range.start;
    // A name is written only where the one before it leaves room; zooming in makes room.
    const label = chosen.map((line) => {
      const x = line.wave * this.stretch;
      const half = (LETTER * line.name.length * perPixel) / 2;
      if (x - half < taken || x + half > range.end) return "";
      taken = x + half + GAP * perPixel;
      return line.name;
    });
    this.model("lines").data = { x: chosen.map((line) => line.wave * this.stretch), label };
    const window_ = this.object.window;
    const span = window_
      ? { left: [window_[0] * this.stretch], right: [window_[1] * this.stretch] }
      : { left: [], right: [] };
    this.model("window").data = span;
    this.model("residual-window-data").data = { ...span };
  }

  name(settings) {
    const frame = settings.frame === "observed" ? "observed" : "rest-frame";
    const unit = settings.units === "physical" ? this.object.flux_unit || "relative" : "unit norm";
    this.model("residual-panel").below[0].axis_label = `${frame} wavelength, Å in vacuum`;
    this.model("flux-panel").left[0].axis_label = `flux, ${unit}`;
  }

  showAll() {
    const { wave } = this.shared;
    const range = this.model("x-range");
    const [start, end] = [wave[0] * this.stretch, wave[wave.length - 1] * this.stretch];
    range.setv({ start, end, reset_start: start, reset_end: end });
    for (const panel of ["flux-panel", "residual-panel"]) this.model(`${panel}-y`).reset?.();
  }

  // Wear the page's ink, fonts and theme; called again when the theme changes.
  dress() {
    const [quiet, rule, paper] = ["--quiet", "--rule", "--paper"].map(colour);
    const font = getComputedStyle(document.querySelector("label, button, table")).fontFamily;
    for (const name of ["flux-panel", "residual-panel"]) {
      const panel = this.model(name);
      panel.setv({
        background_fill_color: paper, border_fill_color: paper,
        outline_line_color: rule, border_line_color: null,
      });
      for (const axis of [...panel.below, ...panel.left]) {
        if (!axis.ticker) continue;
        axis.setv({
          axis_line_color: quiet, major_tick_line_color: quiet, minor_tick_line_color: null,
          major_label_text_color: quiet, axis_label_text_color: quiet,
          major_label_text_font: font, axis_label_text_font: font,
          major_label_text_font_size: "12px", axis_label_text_font_size: "13px",
          axis_label_text_font_style: "normal",
        });
      }
      for (const grid of panel.center) grid.grid_line_color = null;
    }
    this.model("credit").setv({ text_color: quiet, text_font: font });
    this.model("flux-panel").below[0].visible = false;
    const stroke = {
      flux: "--data", recon: "--recon", expected: "--line", resid: "--residual", "line-marks": "--line",
    };
    for (const [name, variable] of Object.entries(stroke)) {
      this.model(name).glyph.line_color = { value: colour(variable) };
    }
    this.model("line-names").glyph.setv({
      text_color: { value: colour("--line") },
      text_font: { value: font },
      text_font_size: { value: "12px" },
    });
    this.model("noise").glyph.setv({ fill_color: colour("--noise"), fill_alpha: 1 });
    for (const name of ["flux-window", "residual-window"]) {
      this.model(name).glyph.fill_color = { value: colour("--window") };
    }
  }

  // The object's spectrum as shown in its file: a line per bin.
  csv() {
    const unit = this.object.flux_unit ? "1e-17_erg_s-1_cm-2_A-1" : "relative";
    const head = `wave_rest_A,flux_${unit},ivar,reconstruction,expected`;
    const { norm, ivar } = this.object;
    const number = (value) => Number(value.toPrecision(7)).toString();
    const rows = this.shared.wave.map((wave, i) =>
      [
        wave, number(this.flux[i] * norm), number(ivar[i] / norm ** 2),
        number(this.recon[i] * norm), number(this.expected[i] * norm),
      ].join(","));
    return [head, ...rows, ""].join("\n");
  }
}
