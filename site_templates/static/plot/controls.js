// The controls below the plot: each says what it is set to, and tells the plot when it changes.

const SPEED_OF_LIGHT = 299792.458; // km/s
const LEAST_Z = -0.01;
const MOST_Z = 7;
// The slider is even in ln(1 + z), where a shift of the spectrum is the same everywhere.
const SLIDE = { min: Math.log1p(LEAST_Z), max: Math.log1p(MOST_Z), step: 0.0001 };
// A press of the small buttons moves lines by about a bin.
const NUDGE = 0.0007;

const settingsOf = ({ elements }) => ({
  ...Object.fromEntries(["smooth", "frame", "lines", "units"].map((name) => [name, elements[name].value])),
  noise: elements.noise.checked,
  arms: elements.arms.checked,
});

// With the number's own sign, and a minus that is as wide as the plus.
const signed = (value, digits) =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;

function trialWords(plot) {
  if (plot.trial === null) return "";
  const speed = (SPEED_OF_LIGHT * (plot.z - plot.surveyZ)) / (1 + plot.surveyZ);
  return `trial: ${signed(plot.z - plot.surveyZ, 4)}, ${signed(speed, 0)} km/s from the survey’s`;
}

function showRedshift({ elements }, plot) {
  const slide = elements["z-slide"];
  Object.assign(slide, SLIDE);
  slide.value = Math.log1p(plot.z);
  slide.setAttribute("aria-valuetext", `z = ${plot.z.toFixed(4)}`);
  if (document.activeElement !== elements.z) elements.z.value = plot.z.toFixed(4);
  elements["z-out"].value = trialWords(plot);
}

function showUnit({ elements }, plot) {
  const place = document.getElementById("flux-unit");
  if (!place) return;
  const { flux_unit: unit } = plot.object;
  const given = unit ? `Flux in ${unit}.` : "The flux is relative: the survey scales each spectrum.";
  place.textContent = elements.units.value === "unit" ? "Flux scaled to unit norm." : given;
}

function showKey({ elements }, plot) {
  const { window: reason, overlaps, masked } = plot.object;
  const seen = {
    window: reason !== null,
    overlaps: overlaps.length > 0, masked: masked.length > 0,
    noise: elements.noise.checked, arms: elements.arms.checked && overlaps.length > 0,
  };
  for (const [name, there] of Object.entries(seen)) {
    const entry = document.querySelector(`.key [data-key="${name}"]`);
    if (entry) entry.hidden = !there;
  }
}

function showInset(plot) {
  const title = document.getElementById("inset-title");
  if (!title) return;
  const place = plot.places[plot.magnified];
  const { start, end } = plot.model("inset-x");
  const digits = plot.object.detail || end - start < 10 ? 2 : 0;
  const number = (value) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  title.textContent = `Magnified: ${number(start)}–${number(end)} Å, ${place.title}`;
}

// What depends on the object: its redshifts, and what there is to magnify.
function showObject(form, plot) {
  const { elements } = form;
  const { z, suggested, overlaps } = plot.object;
  elements["z-survey"].textContent = `reset to survey’s ${z === null ? "0 (none given)" : z.toFixed(4)}`;
  elements["z-suggested"].hidden = suggested === null;
  if (suggested !== null) elements["z-suggested"].textContent = `suggested ${suggested.toFixed(4)}`;
  form.querySelector("[data-for=arms]").hidden = overlaps.length === 0;
  const options = plot.places.map(({ title }, i) => new Option(title, String(i)));
  elements.magnify.replaceChildren(...options);
  elements.magnify.value = String(plot.magnified);
}

function bindRedshift(form, plot, show) {
  const { elements } = form;
  const to = (z) => {
    plot.tryRedshift(z === null ? null : Math.min(MOST_Z, Math.max(LEAST_Z, z)));
    show();
  };
  elements["z-slide"].addEventListener("input", () =>
    to(Number(Math.expm1(elements["z-slide"].valueAsNumber).toFixed(4))));
  elements.z.addEventListener("input", () => {
    if (Number.isFinite(elements.z.valueAsNumber)) to(elements.z.valueAsNumber);
  });
  elements.z.addEventListener("blur", show);
  for (const [name, way] of [["z-down", -1], ["z-up", 1]]) {
    elements[name].addEventListener("click", () => to((1 + plot.z) * Math.exp(way * NUDGE) - 1));
  }
  elements["z-survey"].addEventListener("click", () => to(null));
  elements["z-suggested"].addEventListener("click", () => to(plot.object.suggested));
}

// Let the form's controls rule the plot; the form shows what each new object brings.
export function bindControls(form, plot) {
  const { elements } = form;
  const show = () => {
    const width = Number(elements.smooth.value);
    elements["smooth-out"].value = width > 0 ? `${width} ${width === 1 ? "bin" : "bins"}` : "off";
    showRedshift(form, plot);
    showUnit(form, plot);
    showKey(form, plot);
    showInset(plot);
  };
  form.addEventListener("input", ({ target }) => {
    if (target.name.startsWith("z") || target.name === "goto") return;
    if (target.name === "magnify") plot.magnify(Number(target.value));
    else plot.update(settingsOf(form));
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  bindRedshift(form, plot, show);
  elements.goto?.addEventListener("change", () => plot.goTo(elements.goto.valueAsNumber));
  elements.png.addEventListener("click", () => plot.savePicture());
  elements.restore.addEventListener("click", () => {
    form.reset();
    elements.magnify.value = "0";
    plot.magnify(0);
    plot.tryRedshift(null);
    plot.update(settingsOf(form));
    plot.showAll();
    show();
  });
  plot.onObject = () => {
    showObject(form, plot);
    show();
  };
  plot.onObject();
}
