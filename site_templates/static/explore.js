// The explorer: filters, table and gallery over the published objects; the address holds it all.

import { Objects, Sparks, VERDICTS, element, fixed, percent, spark, verdictWords } from "./objects.js";
import { LISTS, RANGES, fresh, fromAddress, passing, searchNote, sorted, tests, toAddress } from "./filters.js";
import { HistogramFilter } from "./histogram_filter.js";
import { save } from "./save.js";

const PAGE = 100;
const ORDERS = [
  ["rank", "most unusual first"], ["-rank", "least unusual first"], ["z", "lowest redshift first"],
  ["-z", "highest redshift first"], ["-snr", "highest S/N first"], ["snr", "lowest S/N first"],
  ["name", "name"], ["verdict", "verdict"], ["category", "category"], ["spec_class", "class"],
];
// Columns by which the table sorts; null is the spectrum, which comes early so that a narrow screen
// shows it.
const HEADS = ["rank", "name", "verdict", null, "spec_class", "z", "snr", "percentile"];
const byId = (id) => document.getElementById(id);

class Explorer {
  constructor(objects) {
    this.objects = objects;
    this.shown = PAGE;
    this.sparks = new Sparks("");
    this.checks = {};
    this.ranges = {};
    this.state = fromAddress(location.search);
    this.#build();
    this.draw();
  }

  #build() {
    for (const name of LISTS) this.#buildList(name);
    for (const name of RANGES) {
      const words = { z: "redshift", snr: "signal to noise", percentile: "percentile" }[name];
      this.ranges[name] = new HistogramFilter(byId(`f-${name}`), words, this.objects.table[name], (range) => this.set({ [name]: range }));
    }
    for (const { name, title } of this.objects.table.scores) {
      ORDERS.push([`-percentile_${name}`, `highest ${title} first`]);
    }
    byId("sort").append(...ORDERS.map(([value, textContent]) => element("option", { value, textContent })));
    byId("sort").addEventListener("change", (event) => this.set({ sort: event.target.value }));
    byId("q").addEventListener("input", (event) => this.#search(event.target.value));
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("filters").addEventListener("reset", (event) => {
      event.preventDefault();
      this.set({ ...fresh(), view: this.state.view });
    });
    byId("more").addEventListener("click", () => { this.shown += PAGE; this.#drawRows(); });
    byId("csv").addEventListener("click", () => save("peculiar-spectra-selection.csv", this.csv(), "text/csv"));
    for (const button of document.querySelectorAll("[data-view]")) {
      button.addEventListener("click", () => this.set({ view: button.dataset.view }));
    }
    this.#sortByHeads();
    addEventListener("popstate", () => { this.state = fromAddress(location.search); this.draw(); });
    for (const id of ["filter-box", "result-tools"]) byId(id).hidden = false;
    // On a narrow screen the filters would push the objects out of sight.
    byId("filter-box").open = !matchMedia("(max-width: 899px)").matches;
    byId("explorer").classList.add("live");
  }

  #buildList(name) {
    const box = byId(`f-${name}`);
    const { words, codes } = this.objects.table[name];
    const counts = new Array(words.length).fill(0);
    for (const code of codes) counts[code] += 1;
    const order = words.map((word, i) => [word, counts[i]]).sort((a, b) =>
      name === "verdict" ? VERDICTS.indexOf(a[0]) - VERDICTS.indexOf(b[0]) : b[1] - a[1]);
    this.checks[name] = order.map(([word]) => {
      const input = element("input", { type: "checkbox", value: word });
      input.addEventListener("change", () => this.#ticked(name));
      const n = element("span", { className: "n" });
      const title = name === "category" ? this.objects.table.titles[word] ?? word
        : name === "spec_class" ? word.toLowerCase() || "unclassified" : word;
      const text = name === "verdict" ? verdictWords(word) : element("span", { textContent: title });
      const label = element("label", { className: "check" }, input, text, n);
      box.append(label);
      return { word, input, n, label };
    });
    box.hidden = words.length < 2 && name === "survey";
  }

  #ticked(name) {
    const checks = this.checks[name];
    const on = checks.filter((check) => check.input.checked).map((check) => check.word);
    this.set({ [name]: on.length === checks.length ? null : new Set(on) });
  }

  #search(text) {
    const first = !this.state.q && text;
    const state = { ...this.state, q: text };
    if (first) state.verdict = null;
    if (!text && this.state.q) state.verdict = fresh().verdict;
    this.state = state;
    this.shown = PAGE;
    history.replaceState(null, "", toAddress(state) || location.pathname);
    this.draw();
  }

  #sortByHeads() {
    const cell = element("th", { scope: "col", textContent: "spectrum" });
    document.querySelectorAll("#objects thead th")[HEADS.indexOf(null)].before(cell);
    document.querySelectorAll("#objects thead th").forEach((head, i) => {
      if (!HEADS[i]) return;
      const button = element("button", { type: "button", textContent: head.textContent });
      button.addEventListener("click", () => {
        const name = HEADS[i];
        this.set({ sort: this.state.sort === name ? `-${name}` : name });
      });
      head.replaceChildren(button);
    });
  }

  set(change) {
    this.state = { ...this.state, ...change };
    this.shown = PAGE;
    history.pushState(null, "", toAddress(this.state) || location.pathname);
    this.draw();
  }

  draw() {
    const made = tests(this.objects, this.state);
    this.rows = sorted(this.objects, passing(this.objects, made), this.state.sort);
    this.#drawFilters(made);
    this.#drawRows();
  }

  #drawFilters(made) {
    const { state, objects } = this;
    for (const name of LISTS) {
      const { words, codes } = objects.table[name];
      const counts = new Array(words.length).fill(0);
      for (const row of passing(objects, made, name)) counts[codes[row]] += 1;
      for (const check of this.checks[name]) {
        const n = counts[words.indexOf(check.word)];
        check.input.checked = !state[name] || state[name].has(check.word);
        check.n.textContent = n.toLocaleString("en");
        check.label.classList.toggle("none", n === 0);
      }
    }
    for (const name of RANGES) this.ranges[name].draw(passing(objects, made, name), state[name]);
    if (byId("q").value !== state.q) byId("q").value = state.q;
    byId("q-note").textContent = searchNote(state.q);
    byId("sort").value = state.sort;
    byId("box-note").hidden = !state.box;
    if (state.box) {
      const clear = element("button", { type: "button", textContent: "Clear it" });
      clear.addEventListener("click", () => this.set({ box: null }));
      byId("box-note").replaceChildren("Only a box drawn on the map. ", clear);
    }
    const hidden = state.verdict && !state.verdict.has("artefact") ? " Likely artefacts are hidden." : "";
    byId("status").textContent = `${objects.size.toLocaleString("en")} unusual spectra · ${this.rows.length.toLocaleString("en")} shown.${hidden}`;
  }

  async #drawRows() {
    const gallery = this.state.view === "gallery";
    byId("table-box").hidden = gallery;
    byId("gallery").hidden = !gallery;
    for (const button of document.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === this.state.view));
    }
    HEADS.forEach((name, i) => {
      if (!name) return;
      const way = this.state.sort === name ? "ascending" : this.state.sort === `-${name}` ? "descending" : "none";
      document.querySelectorAll("#objects thead th")[i].setAttribute("aria-sort", way);
    });
    const rows = this.rows.slice(0, this.shown);
    byId("more-box").hidden = rows.length === this.rows.length;
    byId("more").textContent = `Show more (${(this.rows.length - rows.length).toLocaleString("en")} left)`;
    const fill = () => {
      if (gallery) byId("gallery").replaceChildren(...rows.map((row) => this.#card(row)));
      else document.querySelector("#objects tbody").replaceChildren(...rows.map((row) => this.#line(row)));
    };
    fill();
    const all = this.rows;
    if (await this.sparks.load(rows) && all === this.rows) fill();
  }

  #link(row) {
    return element("a", { href: `../objects/${encodeURIComponent(this.objects.slug(row))}/index.html`, textContent: this.objects.name(row) });
  }

  #line(row) {
    const { objects } = this;
    const rank = objects.table.rank[row];
    const number = (textContent) => element("td", { className: "num", textContent });
    return element("tr", {},
      number(rank === null ? "–" : rank.toLocaleString("en")),
      element("th", { scope: "row" }, this.#link(row)),
      element("td", {}, verdictWords(objects.at("verdict", row)), " ",
        element("span", { className: "small", textContent: objects.kind(row) })),
      element("td", {}, this.sparks.at(row) ? spark(this.sparks.at(row)) : ""),
      element("td", { textContent: objects.at("spec_class", row).toLowerCase() || "–" }),
      number(fixed(objects.table.z[row], 4)),
      number(fixed(objects.table.snr[row], 1)),
      number(percent(objects.table.percentile[row])));
  }

  #card(row) {
    const { objects } = this;
    const link = this.#link(row);
    const picture = element("span", { className: "card-picture" }, this.sparks.at(row) ? spark(this.sparks.at(row)) : "");
    link.replaceChildren(picture, element("span", { className: "card-name", textContent: objects.name(row) }));
    const words = verdictWords(objects.at("verdict", row));
    if (objects.kind(row)) words.append(`: ${objects.kind(row)}`);
    return element("li", { className: "card" }, link, words);
  }

  csv() {
    const names = ["rank", "target_id", "survey", "ra", "dec", "z", "snr", "spec_class", "verdict", "category", "percentile", "p"];
    const quoted = (cell) => {
      const text = cell === null ? "" : String(cell);
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const rows = this.rows.map((row) => names.map((name) => quoted(this.objects.at(name, row))).join(","));
    return [names.join(","), ...rows, ""].join("\n");
  }
}

export async function start() {
  try {
    new Explorer(await Objects.load("objects.json"));
  } catch (fault) {
    byId("status").textContent += " The filters could not be loaded; this is the plain table.";
  }
}
