// The object page: starts each part on the page's content, and again on the next object's, which
// takes its place; the live plot goes along.

import { offerCitation } from "./object/citation.js";
import { offerImages } from "./object/cutout.js";
import { offerOpinion } from "./opinion/rating_panel.js";
import { offerFiles } from "./object/spectrum_files.js";
import { Swap } from "./object/swap.js";

const SLOW = navigator.connection?.saveData === true;
const STEPS = { ArrowLeft: "prev", ArrowRight: "next" };
// Where the arrows have a meaning of their own.
const OWN_ARROWS = "input:not([type=checkbox]), select, textarea, [tabindex='0'], canvas, .live-plot";
// What lives on from object to object: the boxes of the plot, and its controls.
const LIVE = ["plot", "inset", "controls"];

class ObjectPage {
  #leaving = new AbortController();
  #stepping = Promise.resolve();
  #plot = null;
  #waking = null;

  constructor() {
    this.swap = new Swap({
      prepare: (address) => this.#prepare(address),
      carry: (fresh) => this.#carry(fresh),
      settle: (content) => this.#settle(content),
    });
    this.#listen();
    this.#furnish(this.swap.content);
    this.#offerPlot();
  }

  #listen() {
    addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target.closest(OWN_ARROWS)) return;
      if (STEPS[event.key] && !event.repeat) this.#step(STEPS[event.key]);
    });
    this.swap.content.addEventListener("click", (event) => {
      const link = event.target.closest("#steps a[rel]");
      if (!link || event.button !== 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.swap.go(link.href);
    });
  }

  // The links may be on their way from the order by rank to that of a selection.
  async #step(rel) {
    await this.#stepping;
    const link = this.swap.content.querySelector(`#steps a[rel="${rel}"]`);
    if (link) await this.swap.go(link.href);
  }

  // Everything but the plot, on this object; what the last one still listened to is let go.
  #furnish(content) {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    content.querySelector("#keys").hidden = false;
    offerImages(content);
    offerFiles(content);
    offerCitation(content);
    offerOpinion(content, signal);
    this.#stepping = this.#stepWithin(content, signal);
    this.#stepping.then(() => {
      if (signal.aborted) return;
      this.swap.warm([...content.querySelectorAll("#steps a[rel]")].map((link) => link.href));
    });
  }

  async #stepWithin(content, signal) {
    if (!new URLSearchParams(location.search).has("in")) return;
    const { stepWithin } = await import("./object/within.js");
    await stepWithin(content, signal);
  }

  // The numbers of the object whose page is at `address`. Without them it goes on: they are asked
  // for again when they are shown.
  async #prepare(address) {
    try {
      await this.#plot?.prepare(new URL("data.json", address));
    } catch {
      // Its page may be there all the same.
    }
  }

  // Move the live plot into the next object's page; where that has none, it is let go.
  #carry(fresh) {
    if (!this.#plot && !this.#waking) return;
    const pairs = LIVE.map((id) => [document.getElementById(id), fresh.querySelector(`#${id}`)]);
    if (pairs.some(([live, place]) => !live || !place)) {
      this.#plot = null;
      this.#waking = null;
      return;
    }
    for (const [live, place] of pairs) place.replaceWith(live);
    if (!this.#plot) return; // the picture shows until it is awake
    for (const picture of fresh.querySelectorAll(":is(#plot-box, #inset-box) > svg")) picture.classList.add("asleep");
    fresh.querySelector("#figure").dataset.state = "live";
  }

  async #settle(content) {
    this.#furnish(content);
    if (this.#plot) await this.#showHere();
    else if (!this.#waking) this.#offerPlot();
    await this.#stepping;
  }

  async #showHere() {
    const { slug, object } = document.getElementById("figure").dataset;
    if (this.#plot.object.slug !== slug) await this.#plot.load(object);
  }

  #offerPlot() {
    if (!document.getElementById("plot-box")) return;
    const offer = document.getElementById("wake");
    const begin = () => {
      offer.hidden = true;
      if (!this.#waking) this.#wakePlot();
    };
    if (SLOW) {
      offer.hidden = false;
      offer.querySelector("button").addEventListener("click", begin);
    } else {
      (window.requestIdleCallback ?? setTimeout)(begin);
    }
  }

  // The visitor may go on meanwhile: the plot then shows the object where it has come to.
  async #wakePlot() {
    const turn = {};
    this.#waking = turn;
    try {
      const { wake } = await import("./plot/wake.js");
      const plot = await wake(document.getElementById("figure"));
      if (this.#waking !== turn) return;
      this.#plot = plot;
      this.#waking = null;
      await this.#showHere();
    } catch {
      // The pictures stay.
      if (this.#waking === turn) this.#waking = null;
    }
  }
}

export function start() {
  new ObjectPage();
}
