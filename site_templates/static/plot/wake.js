// From picture to live plot. It lives on when its boxes (#plot, #inset) and its controls (#controls)
// are moved into another object's page: `plot.load` then shows that object.

import { bindControls } from "./controls.js";
import { SpectrumPlot } from "./spectrum_plot.js";

// The boxes in which a picture gives way to a root of the plot.
const BOXES = { main: "plot", inset: "inset" };

const pictureOf = (box) => box.parentElement.querySelector(":scope > svg");

function wear(box) {
  box.hidden = false;
  box.classList.remove("waking");
  pictureOf(box).classList.add("asleep");
}

// Put the interactive plot in the place of the pictures of `figure`; gives the SpectrumPlot. Where
// that fails, the pictures stay.
export async function wake(figure) {
  const boxes = Object.fromEntries(
    Object.entries(BOXES).map(([name, id]) => [name, document.getElementById(id)]));
  const heights = Object.fromEntries(
    Object.entries(boxes).map(([name, box]) => [name, pictureOf(box).clientHeight]));
  for (const box of Object.values(boxes)) {
    // Bokeh measures its box, so it is drawn behind the picture before it takes its place.
    box.hidden = false;
    box.classList.add("waking");
    box.setAttribute("role", "group");
  }
  boxes.inset.setAttribute("aria-labelledby", "inset-title");
  // The boxes may be carried to the next object's page before the plot is made.
  const form = document.getElementById("controls");
  const home = () => boxes.main.closest("#figure");
  let plot;
  try {
    plot = await SpectrumPlot.make(boxes, figure.dataset.root, figure.dataset.object, heights);
  } catch (fault) {
    for (const box of Object.values(boxes)) box.hidden = true;
    home().dataset.state = "picture";
    throw fault;
  }
  for (const box of Object.values(boxes)) wear(box);
  bindControls(form, plot);
  form.hidden = false;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.dress());
  home().dataset.state = "live";
  return plot;
}
