// The map's page: its form, its legend, the object pointed out, the address, and the way to the
// explorer. The map itself is latent_view.js.

import { loadLatents } from "./catalogue/latents.js";
import { LatentView } from "./map/latent_view.js";
import { fresh, fromAddress, toAddress } from "./map/address.js";
import { ObjectCard } from "./map/card.js";
import { Corner } from "./map/corner.js";
import { drawLegend } from "./map/legend.js";
import { MapData } from "./map/data.js";
import { theme } from "./map/tone.js";
import { Objects, Sparks } from "./catalogue/objects.js";
import { formatRegion } from "./map/region.js";

const EDGES = ["x0", "x1", "y0", "y1"];
const NAMED = 200;
const WAIT_MS = 250;
const byId = (id) => document.getElementById(id);

export class MapPage {
  #timer = 0;

  constructor(objects, data, options = {}) {
    Object.assign(this, { objects, data });
    this.form = byId("controls");
    this.known = {
      colours: [...this.form.elements.colour.options].map((option) => option.value),
      dimensions: data.manifest.latents.length,
    };
    this.state = fresh();
    this.card = new ObjectCard(byId("hover"), objects, new Sparks("../explore/"));
    this.view = new LatentView(byId("map-box"), {
      objects, data, folder: "../map/", ...options,
      onSelect: (region) => this.set({ region }, true),
      onOpen: (row) => { location.href = this.card.address(row); },
      onHover: (row) => this.point(row),
      onView: () => this.moved(),
      onLegend: (legend) => drawLegend(byId("legend"), legend, this.state.axes === "pairs"),
      ...(options.Track ? { onPlace: (x, y) => this.track.add(x, y) } : {}),
    });
    if (options.Track) {
      this.track = new options.Track(byId("track"), {
        objects, view: this.view, address: (row) => this.card.address(row), change: (track) => this.set(track, true),
      });
    }
    this.corner = new Corner(byId("corner"), {
      data, marks: this.view.marks, open: (axes) => this.set({ axes, view: null, region: null, track: [] }, true),
      latents: () => loadLatents("../explore/", objects.size).catch(() => null),
    });
    this.#listen();
    this.#fromAddress();
  }

  #listen() {
    this.form.hidden = false;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", (event) => this.#changed(event.target));
    byId("edges").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#selectByNumbers();
    });
    byId("clear").addEventListener("click", () => this.set({ region: null }, true));
    addEventListener("popstate", () => this.#fromAddress());
    addEventListener("hashchange", () => this.#fromAddress());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      if (this.state.axes === "pairs") this.corner.draw(theme());
    });
  }

  #changed({ name }) {
    const { colour, axes, across, up, artefacts } = this.form.elements;
    if (name === "colour") this.set({ colour: colour.value }, true);
    if (name === "artefacts") this.set({ artefacts: artefacts.checked }, true);
    if (name === "axes" || name === "across" || name === "up") {
      const pair = [Number(across.value), Number(up.value)];
      // The same dimension twice has no second axis: the other one steps aside.
      if (pair[0] === pair[1]) pair[name === "up" ? 0 : 1] = (pair[0] + 1) % this.known.dimensions;
      const chosen = { layout: null, pairs: "pairs", pair };
      this.set({ axes: chosen[axes.value], view: null, region: null, track: [] }, true);
    }
  }

  #fromAddress() {
    this.show(fromAddress(location, this.known));
  }

  /** Change some of the state, show it, and write it to the address; `step` makes it a step back. */
  set(change, step) {
    const state = { ...this.state, ...change };
    this.show(state);
    this.#write(step);
  }

  #write(step) {
    clearTimeout(this.#timer);
    const address = location.pathname + toAddress(this.state);
    if (address === location.pathname + location.search && !location.hash) return;
    history[step ? "pushState" : "replaceState"](null, "", address);
  }

  // Moving writes where it stopped: browsers refuse a hundred addresses in half a minute.
  moved() {
    const { view, axes } = this;
    if (!view || axes === "pairs") return;
    this.state.view = view.camera.isWhole ? null : view.view;
    this.#later();
    view.tellLegend();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(false), WAIT_MS);
  }

  /** Show a state: what changed is redrawn. */
  async show(state) {
    const before = this.state;
    this.state = state;
    const large = state.axes !== "pairs";
    this.#fill(state, large);
    byId("map-box").hidden = !large;
    byId("corner").hidden = large;
    this.#visible();
    if (large) await this.#showLarge(state, before);
    else await this.#showPairs(state);
    this.track?.show(state);
    this.#tell();
  }

  async #showPairs(state) {
    if (state.colour !== this.view.colour) await this.view.setColour(state.colour);
    await this.corner.draw(theme());
  }

  async #showLarge(state, before) {
    const { view } = this;
    const axes = String(state.axes) !== String(view.axes);
    if (state.colour !== view.colour) await view.setColour(state.colour);
    if (axes) await view.setAxes(state.axes);
    if (state !== this.state) return;
    view.setRegion(state.region);
    if (String(state.view) !== String(before.view) || axes) {
      if (state.view) view.setView(...state.view);
      else view.whole();
    }
    this.#highlight(state.object);
  }

  #fill(state, large) {
    const { colour, axes, across, up, artefacts } = this.form.elements;
    colour.value = state.colour;
    artefacts.checked = state.artefacts;
    axes.value = state.axes === "pairs" ? "pairs" : state.axes ? "pair" : "layout";
    byId("pair").hidden = axes.value !== "pair";
    if (Array.isArray(state.axes)) [across.value, up.value] = state.axes.map(String);
    byId("by-numbers").hidden = !large;
    byId("axis-words").textContent = Array.isArray(state.axes)
      ? `Latent ${state.axes[0] + 1} runs to the right, latent ${state.axes[1] + 1} upwards; what lies far out stands on the edge.` : "";
    for (const edge of EDGES) {
      if (state.region?.kind === "box") byId("edges").elements[edge].value = state.region[edge].toFixed(2);
    }
  }

  #visible() {
    const codes = this.objects.codes("verdict");
    const artefact = this.objects.words("verdict").indexOf("artefact");
    const rows = this.state.artefacts ? null : [...codes.keys()].filter((row) => codes[row] !== artefact);
    if (String(this.view.visible?.length) !== String(rows?.length)) this.view.setVisible(rows);
  }

  #highlight(slug) {
    if (!slug) {
      this.view.highlight(-1);
      return;
    }
    for (let row = 0; row < this.objects.size; row += 1) {
      if (this.objects.slug(row) === slug) {
        this.view.highlight(row);
        this.card.show(row);
        return;
      }
    }
  }

  // The last one pointed out stays, so that its link can be reached.
  point(row) {
    if (row < 0) return;
    this.card.show(row);
    this.state.object = this.objects.slug(row);
    this.#later();
  }

  #selectByNumbers() {
    const edges = EDGES.map((edge) => byId("edges").elements[edge].valueAsNumber);
    if (edges.some(Number.isNaN)) {
      byId("selection").textContent = "Give all four edges as numbers.";
      return;
    }
    const [x0, x1, y0, y1] = edges;
    this.set({ region: { kind: "box", x0: Math.min(x0, x1), x1: Math.max(x0, x1), y0: Math.min(y0, y1), y1: Math.max(y0, y1) } }, true);
  }

  // How many are selected, and the way to them in the explorer.
  #tell() {
    const { region, axes } = this.state;
    const rows = region && axes !== "pairs" ? this.view.rowsIn(region) : [];
    byId("selection").textContent = region ? `${rows.length.toLocaleString("en")} selected` : "";
    byId("clear").hidden = !region;
    const link = byId("to-explorer");
    const query = new URLSearchParams();
    if (this.state.artefacts) query.set("verdict", "all");
    if (!axes) query.set("region", formatRegion(region));
    // The explorer knows places of the layout; other selections go there by name.
    else query.set("q", rows.map((row) => this.objects.text("target_id", row)).join(" "));
    link.href = `../explore/index.html?${query}`;
    link.hidden = !rows.length || (Boolean(axes) && rows.length > NAMED);
  }
}

// Only where the release tells of its latent space.
async function trackPanel() {
  return byId("track") ? (await import("./map/track_panel.js")).TrackPanel : null;
}

export async function start() {
  let page = null;
  try {
    const [objects, data, Track] = await Promise.all([Objects.load("../explore/"), MapData.load("../map/"), trackPanel()]);
    page = new MapPage(objects, data, { Track });
    await page.view.ready;
    byId("map-help").textContent = "Hover shows a spectrum, a click opens its page. Drag to move; once the map was clicked the wheel magnifies. Box and Lasso select. With the keyboard: arrow keys go through the marks by rank, Enter opens one, plus and minus magnify, S starts and ends a box.";
  } catch (fault) {
    page?.view.remove();
    byId("map-help").textContent = "The interactive map could not be loaded; this is its picture.";
  }
}
