// The decoder's page: sliders, the curve that they make, and real spectra like it.

import { announce } from "./visit/announce.js";
import { element } from "./catalogue/objects.js";
import { fromAddress, toAddress } from "./latent/address.js";
import { Alike } from "./latent/alike.js";
import { Curve } from "./latent/curve.js";
import { Sliders } from "./latent/sliders.js";
import { Space } from "./latent/space.js";

const WAIT_MS = 250;
const SPEAK_MS = 900;
const byId = (id) => document.getElementById(id);
const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);

export class DecoderPage {
  #timer = 0;
  #speech = 0;

  constructor(space) {
    this.space = space;
    this.object = "";
    this.sliders = new Sliders(byId("sliders"), space, () => this.moved());
    this.curve = new Curve(byId("curve"), space);
    this.alike = new Alike(space, {
      root: "../../", now: () => this.sliders.values, start: (latent, name) => this.begin(latent, name),
    });
    this.#listen();
  }

  #listen() {
    byId("sliders").addEventListener("submit", (event) => event.preventDefault());
    byId("reset").addEventListener("click", () => this.begin(this.space.mean, ""));
    byId("random").addEventListener("click", () => this.#random());
    byId("lines").addEventListener("change", () => {
      this.curve.marked = byId("lines").checked;
      this.curve.request();
    });
    for (const name of ["from", "to"]) byId(name).addEventListener("change", () => this.#look());
    byId("whole").addEventListener("click", () => {
      this.#window(null, null);
      this.#later();
    });
    addEventListener("popstate", () => this.restore());
  }

  /** Show what the address says. */
  async restore() {
    const asked = fromAddress(location.search, this.space.dimensions);
    this.#window(asked.from, asked.to);
    this.object = asked.object;
    const start = asked.object ? await this.#objectLatent(asked.object) : this.space.mean;
    this.sliders.set(asked.values.map((value, i) => value ?? start[i]));
    this.sliders.touched = asked.values.some((value) => value !== null);
    this.show();
  }

  async #objectLatent(slug) {
    const found = await this.alike.objectBySlug(slug).catch(() => null);
    byId("started").replaceChildren();
    if (!found) {
      this.object = "";
      return this.space.mean;
    }
    byId("started").append("Started from ", element("a", { href: found.address, textContent: found.name }), ".");
    return found.latent;
  }

  /** Begin anew from a point; `name` says whose it is, or is empty. */
  begin(latent, name) {
    this.object = "";
    byId("started").textContent = name ? `Started from ${name}, an ordinary spectrum.` : "";
    this.sliders.set(latent);
    this.curve.rescale();
    this.moved();
  }

  async #random() {
    const ordinary = await this.alike.ordinary();
    if (!ordinary.size) return;
    const row = Math.floor(Math.random() * ordinary.size);
    this.begin(ordinary.latent(row), ordinary.name(row));
  }

  moved() {
    this.show();
    this.#later();
    clearTimeout(this.#speech);
    this.#speech = setTimeout(() => announce(this.#words()), SPEAK_MS);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), WAIT_MS);
  }

  show() {
    const { space, curve } = this;
    curve.show(space.decode(this.sliders.values), space.middle);
    byId("outside").textContent = this.#warning();
    byId("curve").setAttribute("aria-label", `The decoded spectrum. ${this.#words()}`);
  }

  // Far from all real spectra a decoder still draws something, and nothing says that it is true.
  #warning() {
    const { beyond, far, radius } = this.space.outside(this.sliders.values);
    const words = [];
    if (beyond.length) words.push(`Dimension${beyond.length > 1 ? "s" : ""} ${listed(beyond)} ${beyond.length > 1 ? "are" : "is"} beyond 99 % of real spectra.`);
    if (far) words.push(`No more than 1 % of real spectra lie as far out as this point (${radius.toFixed(1)} σ).`);
    return words.length ? `${words.join(" ")} What is drawn here need not exist.` : "";
  }

  // Where the curve departs most from the mean.
  #words() {
    const { decoded, middle } = this.curve.shown;
    const { wave } = this.space;
    let worst = 0;
    decoded.forEach((value, i) => {
      if (Math.abs(value - middle[i]) > Math.abs(decoded[worst] - middle[worst])) worst = i;
    });
    const change = decoded[worst] - middle[worst];
    const scale = middle.reduce((sum, value) => sum + Math.abs(value), 0) / middle.length || 1;
    if (Math.abs(change) < 0.005 * scale) return "It is the mean spectrum.";
    const where = Math.round(wave[worst]).toLocaleString("en");
    const much = Math.round((100 * Math.abs(change)) / scale);
    return `It departs most from the mean at ${where} Å: ${much} % of the mean flux ${change > 0 ? "above" : "below"}. ${this.#warning()}`.trim();
  }

  #window(from, to) {
    const { wave } = this.space;
    const good = (from ?? wave[0]) < (to ?? wave.at(-1));
    const [low, high] = good ? [from, to] : [null, null];
    byId("from").value = String(Math.round(low ?? wave[0]));
    byId("to").value = String(Math.round(high ?? wave.at(-1)));
    this.window = [low, high];
    this.curve.look(low, high);
  }

  #look() {
    const [from, to] = ["from", "to"].map((name) => byId(name).valueAsNumber);
    this.#window(Number.isNaN(from) ? null : from, Number.isNaN(to) ? null : to);
    this.#later();
  }

  #write() {
    const [from, to] = this.window;
    const start = this.object ? this.sliders.values.map(() => null) : this.sliders.moved;
    const values = this.object && this.sliders.touched ? this.sliders.values : start;
    history.replaceState(null, "", location.pathname + toAddress({ values, from, to, object: this.object }));
  }
}

export async function start() {
  const help = byId("decoder-help");
  try {
    const page = new DecoderPage(await Space.load("./"));
    byId("decoder").hidden = false;
    byId("alike").hidden = false;
    await page.restore();
    help.textContent = "Drag a slider, or focus it and press the arrow keys. The address keeps what you see, so it can be sent to somebody.";
  } catch {
    help.textContent = "The decoder could not be loaded.";
  }
}
