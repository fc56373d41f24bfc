// The object page: the interactive plot in place of the picture, the image on demand, arrow keys.

import { save } from "./save.js";
import { offerBallot } from "./verdicts.js";

const SLOW = navigator.connection?.saveData === true;

function walkByKeys() {
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, select, textarea, [tabindex='0'], canvas")) return;
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = rel && document.querySelector(`.steps a[rel="${rel}"]`);
    if (link) link.click();
  });
}

function offerImage() {
  const box = document.getElementById("cutout");
  const button = box?.querySelector("button");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("div");
    frame.className = "cutout-frame";
    const image = new Image(256, 256);
    image.loading = "lazy";
    image.referrerPolicy = "no-referrer";
    image.alt = `Image of the sky around ${box.dataset.name}, 67 arcseconds across`;
    image.addEventListener("error", () => {
      frame.remove();
      const note = document.createElement("p");
      note.textContent = "The image could not be loaded. The sky viewer may show it.";
      box.prepend(note);
    });
    image.src = box.dataset.image;
    const cross = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    cross.setAttribute("viewBox", "0 0 256 256");
    cross.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M128 96v20M128 140v20M96 128h20M140 128h20");
    cross.append(path);
    frame.append(image, cross);
    button.replaceWith(frame);
  });
}

function settingsOf(form) {
  return Object.fromEntries(["smooth", "frame", "lines", "units"].map((n) => [n, form.elements[n].value]));
}

async function wakePlot(figure) {
  const { SpectrumPlot } = await import("./spectrum_plot.js");
  const box = document.getElementById("plot");
  const picture = document.querySelector("#plot-box > svg");
  const { root, slug, object } = figure.dataset;
  // Bokeh measures its box, so it is drawn behind the picture before it takes its place.
  box.hidden = false;
  box.classList.add("waking");
  const plot = await SpectrumPlot.make(box, root, object, picture.clientHeight);
  box.classList.remove("waking");
  picture.classList.add("asleep");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", picture.querySelector("title").textContent);
  const form = document.getElementById("controls");
  form.hidden = false;
  const unit = document.getElementById("flux-unit");
  const asGiven = unit.textContent;
  const show = () => {
    const width = Number(form.elements.smooth.value);
    form.elements["smooth-out"].value = width > 0 ? `${width} bins` : "off";
    const settings = settingsOf(form);
    unit.textContent = settings.units === "unit" ? "Flux scaled to unit norm." : asGiven;
    plot.update(settings);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.restore.addEventListener("click", () => {
    form.reset();
    show();
    plot.showAll();
  });
  form.elements.csv.addEventListener("click", () => save(`${slug}.csv`, plot.csv(), "text/csv"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.dress());
  figure.dataset.state = "live";
}

export function start() {
  walkByKeys();
  offerImage();
  offerBallot();
  const figure = document.getElementById("figure");
  if (!document.getElementById("plot-box")) return;
  const wake = document.getElementById("wake");
  const begin = async () => {
    wake.hidden = true;
    try {
      await wakePlot(figure);
    } catch (fault) {
      document.getElementById("plot").hidden = true;
      figure.dataset.state = "picture";
    }
  };
  if (SLOW) {
    wake.hidden = false;
    wake.querySelector("button").addEventListener("click", begin);
  } else {
    (window.requestIdleCallback ?? setTimeout)(begin);
  }
}
