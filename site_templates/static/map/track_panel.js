// A track through a pair of latents: its points with the objects nearest to each, the spectra that
// the decoder draws there, and the lines of a recipe that makes a page of it.

import { element } from "../catalogue/objects.js";
import { nearest } from "../latent/nearest.js";
import { smallCurve } from "../latent/small_curve.js";
import { copyText } from "../visit/copy.js";
import { recipeOf } from "./track_recipe.js";

const NEAREST = 3;
const DECIMALS = 3;
const byId = (id) => document.getElementById(id);
const rounded = (value) => Number(value.toFixed(DECIMALS));
const written = (value) => value.toFixed(2).replace("-", "−");

export class TrackPanel {
  #space = null;
  #state = null;

  /** `change` takes what of the page's state is to change; `address(row)` leads to an object. */
  constructor(box, { objects, view, address, change }) {
    Object.assign(this, { box, objects, view, address, change });
    this.form = byId("track-form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add(this.form.elements.a.valueAsNumber, this.form.elements.b.valueAsNumber);
    });
    this.form.elements.radius.addEventListener("change", ({ target }) => {
      if (target.valueAsNumber > 0) this.change({ radius: target.valueAsNumber });
    });
    byId("track-clear").addEventListener("click", () => this.#put([], "All points removed."));
    byId("track-copy").addEventListener("click", () => copyText(byId("track-recipe"), byId("track-status")));
  }

  add(x, y) {
    if (!Array.isArray(this.#state?.axes)) return;
    const points = [...this.#state.track, [rounded(x), rounded(y)]];
    this.#put(points, `Point ${points.length} added.`);
  }

  #remove(place) {
    this.#put(this.#state.track.filter((_, i) => i !== place), `Point ${place + 1} removed.`);
    byId("track-clear").focus();
  }

  #put(track, words) {
    this.change({ track });
    byId("track-status").textContent = words;
  }

  /** Show the track of a state of the map. */
  async show(state) {
    this.#state = state;
    const pair = Array.isArray(state.axes);
    this.box.hidden = !pair;
    this.view.setTrack(pair ? state.track : [], state.radius);
    if (!pair) return;
    const { track, axes, radius } = state;
    byId("track-across").textContent = `latent ${axes[0] + 1}`;
    byId("track-up").textContent = `latent ${axes[1] + 1}`;
    this.form.elements.radius.value = String(radius);
    byId("track-recipe-box").hidden = track.length < 2;
    byId("track-recipe").textContent = track.length < 2 ? "" : recipeOf(axes, track, radius);
    const curves = track.length ? await this.#curves(axes, track) : [];
    if (state !== this.#state) return;
    byId("track-points").replaceChildren(...track.map((point, i) => this.#item(point, i, curves[i])));
  }

  #item(point, place, curve) {
    const remove = element("button", { type: "button", textContent: "Remove" });
    remove.setAttribute("aria-label", `Remove point ${place + 1}`);
    remove.addEventListener("click", () => this.#remove(place));
    return element("li", {}, element("p", {}, `${written(point[0])}, ${written(point[1])} `, remove),
      ...(curve ? [curve] : []), this.#near(point));
  }

  #near(point) {
    const { x, y } = this.view.values;
    const found = nearest(point, this.objects.size, (row) => (Number.isNaN(x[row]) ? null : [x[row], y[row]]), NEAREST);
    return element("ul", {}, ...found.map(({ row, distance }) => element("li", {},
      element("a", { href: this.address(row), textContent: this.objects.name(row) }), ` at ${distance.toFixed(2)}`)));
  }

  // What the decoder draws at each point, the other dimensions at their mean.
  async #curves(axes, track) {
    const folder = this.box.dataset.decoder;
    if (!folder) return [];
    this.#space ??= import("../latent/space.js").then(({ Space }) => Space.load(folder));
    const space = await this.#space.catch(() => {
      this.#space = null;
    });
    if (!space) return [];
    const spectra = track.map((point) => {
      const latent = [...space.mean];
      axes.forEach((axis, k) => { latent[axis] = point[k]; });
      return space.decode(latent);
    });
    return spectra.map((spectrum, i) => smallCurve(spectrum, space.middle, `Decoded spectrum at point ${i + 1}`));
  }
}
