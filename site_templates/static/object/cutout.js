// The image of the sky: a third party is asked only when the visitor asks, or has asked always.

const KEPT = "peculiar-spectra:images";
const SIDE = 256;
const ARCSEC = 67;
const BAR = 10;

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "always";
  } catch {
    return false;
  }
}

function remember(always) {
  try {
    if (always) localStorage.setItem(KEPT, "always");
    else localStorage.removeItem(KEPT);
  } catch {
    // Then it holds for this page.
  }
}

function drawn(name, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// A cross that leaves its middle free, and a bar of ten arcseconds; each on a dark edge, so that it
// is seen on any sky.
function marks() {
  const half = SIDE / 2;
  const bar = (SIDE * BAR) / ARCSEC;
  const cross = `M${half} 96v20M${half} 140v20M96 ${half}h20M140 ${half}h20`;
  const scale = `M16 ${SIDE - 16}h${bar.toFixed(1)}`;
  const box = drawn("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true" });
  for (const style of ["edge", "ink"]) box.append(drawn("path", { d: cross + scale, class: style }));
  for (const style of ["edge", "ink"]) {
    box.append(drawn("text", { x: 16, y: SIDE - 22, class: style }, `${BAR}″`));
  }
  return box;
}

class Cutout {
  constructor(box) {
    this.name = box.dataset.name;
    this.frame = box.querySelector(".cutout-frame");
    this.note = box.querySelector(".cutout-note");
    this.words = box.querySelector(".cutout-words");
    this.buttons = [...box.querySelectorAll("button[data-image]")];
    const always = box.querySelector("[name=always]");
    box.querySelector(".cutout-deeds").hidden = false;
    for (const button of this.buttons) button.addEventListener("click", () => this.show(button));
    always.checked = remembered();
    always.addEventListener("change", () => {
      remember(always.checked);
      if (always.checked && !this.shown) this.show(this.buttons[0]);
    });
    if (always.checked) this.show(this.buttons[0]);
  }

  show(button) {
    const { kind, image: address, credit } = button.dataset;
    this.shown = button;
    this.note.textContent = "";
    for (const each of this.buttons) each.setAttribute("aria-pressed", String(each === button));
    const image = new Image(SIDE, SIDE);
    image.loading = "lazy";
    image.referrerPolicy = "no-referrer";
    image.alt = `The sky around ${this.name} in ${kind}, ${ARCSEC} arcseconds across, north up, with a cross on the object. Opens the sky viewer.`;
    image.addEventListener("error", () => this.#failed(button));
    image.src = address;
    this.frame.replaceChildren(image, marks());
    this.words.textContent = `${ARCSEC}″ across, north up, east to the left. Image: ${credit}.`;
  }

  // The other image takes its place; where there is none, the viewer's link stays.
  #failed(button) {
    if (this.shown !== button) return;
    const next = this.buttons[this.buttons.indexOf(button) + 1];
    if (next) this.show(next);
    else this.#empty(button);
    this.note.textContent = next
      ? `The image in ${button.dataset.kind} could not be loaded. This one is ${next.dataset.kind}.`
      : "The image could not be loaded. The sky viewer may show it.";
  }

  #empty(button) {
    const hint = document.createElement("span");
    hint.className = "cutout-hint";
    hint.textContent = "Open the sky viewer";
    this.frame.replaceChildren(hint);
    this.shown = null;
    button.setAttribute("aria-pressed", "false");
  }
}

export function offerImages(content) {
  const box = content.querySelector("#cutout");
  if (box) new Cutout(box);
}
