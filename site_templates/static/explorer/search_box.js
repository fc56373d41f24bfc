// The search above the filters: a name, an identifier, or a position with a radius.

import { usualVerdict } from "./address.js";
import { Finder } from "./finder.js";
import { UNITS, angle, parsePosition } from "./position.js";

const byId = (id) => document.getElementById(id);

export class SearchBox {
  /** `at` is the explorer, as in `table_view.js`. */
  constructor(at) {
    this.at = at;
    byId("q").addEventListener("input", (event) => this.#typed(event.target.value));
    for (const id of ["radius", "radius-unit"]) byId(id).addEventListener("change", () => this.#radius());
    this.#writeRadius();
  }

  // A search is one step of the history, however many letters it takes.
  #typed(q) {
    this.at.set({ q, ...this.at.verdictFor({ q }) }, this.at.state.q ? "same" : "new");
  }

  #radius() {
    const radius = Number(byId("radius").value) * UNITS[byId("radius-unit").value];
    if (radius > 0) this.at.set({ radius: Number(radius.toPrecision(9)) });
    else this.#writeRadius();
  }

  #writeRadius() {
    const { radius } = this.at.state;
    const unit = byId("radius-unit");
    if (Math.abs(Number(byId("radius").value) * UNITS[unit.value] - radius) < 1e-6) return;
    unit.value = radius < 60 ? "arcsec" : radius < 3600 ? "arcmin" : "deg";
    byId("radius").value = Number((radius / UNITS[unit.value]).toPrecision(9));
  }

  draw() {
    const { q, lines } = this.at.state;
    if (byId("q").value !== q) byId("q").value = q;
    const at = parsePosition(q);
    byId("radius-box").hidden = !at && !lines;
    this.#writeRadius();
    byId("q-note").textContent = at ? this.#around(q, at) : "";
  }

  #around(q, at) {
    const { objects, state } = this.at;
    const place = `${at.ra.toFixed(5)}°, ${at.dec.toFixed(5).replace("-", "−")}°`;
    const { missed } = Finder.of(objects).match([q], state.radius);
    const near = missed[0]?.nearest ?? -1;
    if (near < 0) return `Within ${angle(state.radius)} of ${place}.`;
    return `Nothing within ${angle(state.radius)} of ${place}; the nearest is ${objects.name(near)}, ${angle(missed[0].away)} away.`;
  }
}

/** A change of search brings its usual verdicts along: who searches finds artefacts, too. */
export function verdictFor(state, change) {
  const after = { ...state, ...change };
  const [before, usual] = [usualVerdict(state), usualVerdict(after)];
  return (before === null) === (usual === null) ? {} : { verdict: usual };
}
