// Real spectra like a point of the latent space: published objects with their pages, and ordinary
// ones by name. What is needed is loaded when somebody asks.

import { element, Objects, spark, Sparks, verdictWords } from "../catalogue/objects.js";
import { loadLatents } from "../catalogue/latents.js";
import { nearest } from "./nearest.js";
import { Ordinary } from "./ordinary.js";

const SHOWN = 6;
const byId = (id) => document.getElementById(id);

export class Alike {
  #ordinary = null;
  #published = null;

  /** `root` leads to the site's root, `now()` gives the point, `start(latent, name)` takes another. */
  constructor(space, { root, now, start }) {
    Object.assign(this, { space, root, now, start });
    byId("find-them").addEventListener("click", () => this.find());
  }

  ordinary() {
    this.#ordinary ??= Ordinary.load("./").catch((fault) => {
      this.#ordinary = null;
      throw fault;
    });
    return this.#ordinary;
  }

  published() {
    this.#published ??= this.#loadPublished().catch((fault) => {
      this.#published = null;
      throw fault;
    });
    return this.#published;
  }

  async #loadPublished() {
    const folder = `${this.root}explore/`;
    const objects = await Objects.load(folder);
    const { dimensions, values } = await loadLatents(folder, objects.size);
    return {
      objects, sparks: new Sparks(folder),
      latent: (row) => values.subarray(row * dimensions, (row + 1) * dimensions),
    };
  }

  address(objects, row) {
    return `${this.root}objects/${encodeURIComponent(objects.slug(row))}/index.html`;
  }

  /** A published object's name, address and latents; null where there is none of that slug. */
  async objectBySlug(slug) {
    const { objects, latent } = await this.published();
    for (let row = 0; row < objects.size; row += 1) {
      if (objects.slug(row) === slug && !Number.isNaN(latent(row)[0])) {
        return { name: objects.name(row), address: this.address(objects, row), latent: [...latent(row)] };
      }
    }
    return null;
  }

  async find() {
    const status = byId("found");
    status.textContent = "Looking …";
    try {
      const [published, ordinary] = await Promise.all([this.published(), this.ordinary()]);
      const point = this.space.whitened(this.now());
      const place = (latent) => (Number.isNaN(latent[0]) ? null : this.space.whitened(latent));
      const unusual = nearest(point, published.objects.size, (row) => place(published.latent(row)), SHOWN);
      const common = nearest(point, ordinary.size, (row) => place(ordinary.latent(row)), SHOWN);
      await published.sparks.load(unusual.map(({ row }) => row));
      this.#showUnusual(published, unusual);
      this.#showOrdinary(ordinary, common);
      status.textContent = `The nearest ${unusual.length} of ${published.objects.size.toLocaleString("en")} unusual ones and ${common.length} of ${ordinary.size.toLocaleString("en")} ordinary ones.`;
    } catch {
      status.textContent = "The spectra could not be loaded.";
    }
  }

  #showUnusual({ objects, sparks }, found) {
    const cards = found.map(({ row, distance }) => element("li", { className: "card" },
      element("a", { href: this.address(objects, row) },
        element("span", { className: "card-picture" }, sparks.at(row) ? spark(sparks.at(row)) : ""),
        element("span", { className: "card-name", textContent: objects.name(row) })),
      verdictWords(objects.text("verdict", row)),
      element("p", { textContent: `distance ${distance.toFixed(2)}` })));
    byId("found-unusual").replaceChildren(
      element("h3", { textContent: "Unusual ones" }), element("ul", { className: "cards four" }, ...cards));
  }

  #showOrdinary(ordinary, found) {
    const items = found.map(({ row, distance }) => {
      const button = element("button", { type: "button", textContent: "Start from it" });
      button.setAttribute("aria-label", `Start from ${ordinary.name(row)}`);
      button.addEventListener("click", () => this.start(ordinary.latent(row), ordinary.name(row)));
      return element("li", {}, element("strong", { textContent: ordinary.name(row) }),
        ` ${ordinary.kind(row)}, distance ${distance.toFixed(2)} `, button);
    });
    byId("found-ordinary").replaceChildren(
      element("h3", { textContent: "Ordinary ones" }), element("ol", { className: "alike-list" }, ...items));
  }
}
