// The page's ink, fonts and theme for Bokeh's models, found by their names.

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const armColours = () => ["--arm-1", "--arm-2", "--arm-3"].map(colour);

const STROKES = {
  flux: "--data", recon: "--recon", expected: "--line", sigma: "--quiet", resid: "--residual",
  "line-marks": "--line", magnified: "--quiet",
};
const FILLS = { window: "--window", overlaps: "--overlap" };
const PANELS = ["flux-panel", "residual-panel", "inset-panel"];

function dressAxes(panel, quiet, font) {
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

function dressMarks(find, panel, font) {
  for (const [name, variable] of Object.entries(STROKES)) {
    find(`${panel}-${name}`)?.glyph.setv({ line_color: { value: colour(variable) } });
  }
  for (const [name, variable] of Object.entries(FILLS)) {
    find(`${panel}-${name}`)?.glyph.setv({ fill_color: { value: colour(variable) } });
  }
  find(`${panel}-masked`).glyph.setv({
    hatch_color: { value: colour("--hatch") }, hatch_weight: { value: 1 }, hatch_scale: { value: 7 },
  });
  find(`${panel}-overlaps`).glyph.setv({ line_color: { value: colour("--hatch") } });
  find(`${panel}-noise`)?.glyph.setv({ fill_color: colour("--noise"), fill_alpha: 1 });
  for (const [name, variable] of [["line-names", "--line"], ["arm-names", "--ink"]]) {
    find(`${panel}-${name}`)?.glyph.setv({
      text_color: { value: colour(variable) }, text_font: { value: font },
      text_font_size: { value: "12px" },
    });
  }
}

// Called again when the theme changes. `find` gives a model by its name, or null.
export function dress(find) {
  const [quiet, rule, paper] = ["--quiet", "--rule", "--paper"].map(colour);
  const font = getComputedStyle(document.querySelector("label, button, table")).fontFamily;
  for (const name of PANELS) {
    const panel = find(name);
    panel.setv({
      background_fill_color: paper, border_fill_color: paper,
      outline_line_color: rule, border_line_color: null,
    });
    dressAxes(panel, quiet, font);
    dressMarks(find, name, font);
  }
  find("credit").setv({ text_color: quiet, text_font: font });
  find("flux-panel").below[0].visible = false;
}
