// The explorer: one selection, shown as filters, table, gallery and map; the address holds it all.

import { fresh, fromAddress, toAddress, withinAddress } from "./explorer/address.js";
import { FilterPanel } from "./explorer/filter_panel.js";
import { Sieve, sorted } from "./explorer/filters.js";
import { GalleryView } from "./explorer/gallery_view.js";
import { ListPanel } from "./explorer/list_panel.js";
import { Objects, Sparks, element, fixed } from "./catalogue/objects.js";
import { OwnRatings } from "./explorer/own_ratings.js";
import { rowKeys } from "./explorer/row_keys.js";
import { save } from "./visit/save.js";
import { SearchBox, verdictFor } from "./explorer/search_box.js";
import { selectionCsv } from "./explorer/selection_csv.js";
import { SideMap } from "./explorer/side_map.js";
import { TableView, fillPicture } from "./explorer/table_view.js";

const ORDERS = [
  ["rank", "most unusual first"], ["-rank", "least unusual first"], ["z", "lowest redshift first"],
  ["-z", "highest redshift first"], ["-snr", "highest S/N first"], ["snr", "lowest S/N first"],
  ["name", "name"], ["verdict", "verdict"], ["category", "category"], ["spec_class", "class"],
];
const byId = (id) => document.getElementById(id);
const count = (n) => n.toLocaleString("en");

class Explorer {
  constructor(objects, ratings) {
    this.objects = objects;
    this.ratings = ratings;
    this.sparks = new Sparks("");
    this.state = fromAddress(location.search);
    this.filters = new FilterPanel(this);
    this.search = new SearchBox(this);
    this.list = new ListPanel(this);
    this.views = { table: new TableView(this), gallery: new GalleryView(this) };
    this.map = new SideMap(this);
    this.#tools();
    this.#ratings();
    addEventListener("popstate", () => { this.state = fromAddress(location.search); this.draw(); });
    for (const id of ["filter-box", "result-tools"]) byId(id).hidden = false;
    // On a narrow screen the filters would push the objects out of sight.
    byId("filter-box").open = !matchMedia("(max-width: 899px)").matches;
    byId("explorer").classList.add("live");
    this.draw();
    this.#keepPlace();
  }

  // Who comes back from an object finds the list where it was.
  #keepPlace() {
    const { box } = this.views.table;
    const { table = 0, page = 0 } = history.state ?? {};
    box.scrollTop = table;
    if (page) scrollTo({ top: page, behavior: "instant" });
    addEventListener("pagehide", () => history.replaceState({ table: box.scrollTop, page: scrollY }, ""));
  }

  #tools() {
    byId("sort").addEventListener("change", (event) => this.set({ sort: event.target.value }));
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("filters").addEventListener("reset", (event) => {
      event.preventDefault();
      this.set({ ...fresh(), view: this.state.view, sort: this.state.sort });
    });
    byId("region-clear").addEventListener("click", () => this.set({ region: null }));
    byId("show-artefacts").addEventListener("click", () => {
      const verdict = new Set([...this.state.verdict, "artefact"]);
      const all = this.objects.words("verdict").every((word) => verdict.has(word));
      this.set({ verdict: all ? null : verdict });
      byId("sort").focus();
    });
    byId("csv").addEventListener("click", () => save("peculiar-spectra-selection.csv", selectionCsv(this.objects, this.rows), "text/csv"));
    byId("copy-link").addEventListener("click", () => this.#copyLink());
    for (const button of document.querySelectorAll("[data-view]")) {
      button.addEventListener("click", () => this.set({ view: button.dataset.view }));
    }
    rowKeys(byId("table-box"), this.views.table.windowed);
    rowKeys(byId("gallery"), this.views.gallery.windowed);
  }

  async #copyLink() {
    let said = "Link copied.";
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      said = "The link could not be copied; it is the address of this page.";
    }
    byId("copied").textContent = said;
    setTimeout(() => { byId("copied").textContent = ""; }, 4000);
  }

  #ratings() {
    if (!this.ratings) return;
    this.ratings.listen(byId("table-box"));
    this.ratings.listen(byId("gallery"));
    this.ratings.subscribe(() => this.#rated());
  }

  // A rating must not move the row that was just rated: orders follow with the next choice.
  #rated() {
    this.#drawOrders();
    const view = this.views[this.state.view] ?? this.views.table;
    const focused = document.activeElement?.closest("[data-row]")?.dataset.row;
    view.show(this.rows, true);
    if (focused !== undefined) view.windowed.items.get(Number(focused))?.querySelector("a")?.focus();
  }

  ratingOf(row) {
    return this.ratings?.ratingOf(row) ?? null;
  }

  ratingWords(row) {
    const rating = this.ratingOf(row);
    return rating === null ? "" : `your rating ${rating}`;
  }

  /** Columns that own ratings add to the table. */
  extraColumns() {
    if (!this.ratings?.all.length) return [];
    const order = this.objects.has("relevance") && this.state.sort === "relevance" ? [["relevance", "relevance", "num"]] : [];
    return [...order, ["rating", "your rating", "num"]];
  }

  extraCell(name, row) {
    const text = name === "rating" ? String(this.ratingOf(row) ?? "–") : fixed(this.objects.number(name, row), 2);
    return element("td", { className: "num", textContent: text });
  }

  verdictFor(change) {
    return verdictFor(this.state, change);
  }

  /**
   * Change the state. `step` says what that is to the history: a new step, the same one with
   * another address ("same"), or none yet ("none"), as while a brush is being drawn.
   */
  set(change, step = "new") {
    this.state = { ...this.state, ...change };
    const address = toAddress(this.state);
    if (step !== "none" && address !== location.search) {
      history[step === "new" ? "pushState" : "replaceState"](null, "", address || location.pathname);
    }
    this.draw();
  }

  async draw() {
    const { state } = this;
    const sieve = new Sieve(this.objects, state);
    const all = sieve.rows();
    this.rows = sorted(this.objects, all, state.sort);
    this.filters.draw(sieve);
    this.search.draw();
    this.list.draw();
    this.#status(sieve);
    this.#drawOrders();
    this.#drawView();
    this.map.draw(all);
    if (await this.ratings?.prepare(state.sort).catch(() => false) && state === this.state) {
      this.rows = sorted(this.objects, all, state.sort);
      this.#drawView();
    }
  }

  #status(sieve) {
    const { verdict } = this.state;
    const hides = verdict !== null && !verdict.has("artefact");
    const hidden = hides ? sieve.rows("verdict").length - this.rows.length : 0;
    byId("status").textContent = `${count(this.objects.size)} unusual spectra · ${count(this.rows.length)} shown.${hides ? " Likely artefacts are hidden." : ""}`;
    byId("show-artefacts").hidden = !hides || hidden === 0;
    byId("show-artefacts").textContent = "Show them";
    byId("none").hidden = this.rows.length > 0;
  }

  #drawOrders() {
    const scores = this.objects.scores.map(({ name, title }) => [`-percentile_${name}`, `highest ${title} first`]);
    const own = this.ratings?.orders ?? [];
    const orders = [...ORDERS, ...scores, ...own];
    const { sort } = this.state;
    if (!orders.some(([value]) => value === sort)) orders.push([sort, this.#orderTitle(sort)]);
    const key = orders.map(([value]) => value).join();
    if (key !== this.orders) byId("sort").replaceChildren(...orders.map(([value, textContent]) => element("option", { value, textContent })));
    this.orders = key;
    byId("sort").value = sort;
  }

  // A head of the table offers orders that the list of orders does not.
  #orderTitle(sort) {
    const name = sort.replace(/^-/, "");
    const score = this.objects.scores.find((each) => `percentile_${each.name}` === name);
    return `${score?.title ?? name.replace("_", " ")}, ${sort.startsWith("-") ? "highest" : "lowest"} first`;
  }

  #drawView() {
    const { view } = this.state;
    byId("explorer").dataset.shows = view;
    byId("table-box").hidden = view !== "table";
    byId("gallery").hidden = view !== "gallery";
    for (const button of document.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
    this.views[view]?.show(this.rows);
  }

  /** Where an object's page is; it can step within this selection. */
  address(row) {
    return `../objects/${encodeURIComponent(this.objects.slug(row))}/index.html${this.within}`;
  }

  get within() {
    if (this.withinOf !== this.state) [this.withinOf, this.withinText] = [this.state, withinAddress(this.state)];
    return this.withinText;
  }

  link(row) {
    return element("a", { href: this.address(row), textContent: this.objects.name(row) });
  }

  async fillSparks(rows, itemOf) {
    const fill = () => rows.forEach((row) => fillPicture(itemOf(row), this.sparks.at(row)));
    fill();
    if (await this.sparks.load(rows)) fill();
  }
}

export async function start() {
  const { release } = byId("explorer").dataset;
  try {
    const objects = await Objects.load("");
    const explorer = new Explorer(objects, await OwnRatings.of(objects, release));
    return explorer;
  } catch (fault) {
    byId("status").textContent += " The filters could not be loaded; this is the plain table.";
    return null;
  }
}
