// The filters beside the table: lists to tick, histograms to brush, scores to add; with counts.

import { LISTS, RANGES } from "./address.js";
import { rangesOf } from "./filters.js";
import { HistogramFilter } from "./histogram_filter.js";
import { VERDICTS, element, verdictWords } from "../catalogue/objects.js";

const WORDS = { z: "redshift", snr: "signal to noise", percentile: "percentile", ra: "right ascension in degrees", dec: "declination in degrees" };
// More words than this in a list get a button for all or none.
const WORTH_TOGGLE = 3;
const byId = (id) => document.getElementById(id);

export class FilterPanel {
  /** `at` is the explorer, as in `table_view.js`. */
  constructor(at) {
    this.at = at;
    this.checks = {};
    this.ranges = {};
    this.toggles = {};
    for (const name of LISTS) this.#list(name);
    for (const name of RANGES) this.#range(name, byId(`f-${name}`), WORDS[name]);
    this.#scores();
    byId("sky-box").open = ["ra", "dec"].some((name) => at.state.ranges[name]);
  }

  #title(name, word) {
    const { titles } = this.at.objects;
    if (name === "category") return titles[word] ?? word;
    return name === "spec_class" ? word.toLowerCase() || "unclassified" : word;
  }

  #list(name) {
    const { objects } = this.at;
    const words = objects.words(name);
    const counts = new Array(words.length).fill(0);
    for (const code of objects.codes(name)) counts[code] += 1;
    const order = words.map((word, code) => ({ word, code })).sort((a, b) =>
      name === "verdict" ? VERDICTS.indexOf(a.word) - VERDICTS.indexOf(b.word) : counts[b.code] - counts[a.code]);
    this.checks[name] = order.map(({ word, code }) => {
      const input = element("input", { type: "checkbox", value: word });
      input.addEventListener("change", () => this.#ticked(name));
      const n = element("span", { className: "n" });
      const text = name === "verdict" ? verdictWords(word) : element("span", { textContent: this.#title(name, word) });
      const label = element("label", { className: "check" }, input, text, n);
      byId(`f-${name}`).append(label);
      return { word, code, input, n, label };
    });
    byId(`f-${name}`).hidden = words.length < 2 && name === "survey";
    if (words.length > WORTH_TOGGLE) this.#toggle(name);
  }

  // Who wants one kind of fourteen need not untick thirteen.
  #toggle(name) {
    const legend = byId(`f-${name}`).querySelector("legend");
    const button = element("button", { type: "button", className: "quiet toggle" });
    button.addEventListener("click", () => this.at.set({ [name]: this.at.state[name] ? null : new Set() }));
    this.toggles[name] = { button, kind: legend.textContent.toLowerCase() };
    legend.append(" ", button);
  }

  #ticked(name) {
    const checks = this.checks[name];
    const on = checks.filter((check) => check.input.checked).map((check) => check.word);
    this.at.set({ [name]: on.length === checks.length ? null : new Set(on) });
  }

  #range(name, box, words) {
    this.ranges[name] = new HistogramFilter(box, words, this.at.objects.numbers(name), (range, final) => {
      const ranges = { ...this.at.state.ranges };
      delete ranges[name];
      if (range) ranges[name] = range;
      this.at.set({ ranges }, final ? "new" : "none");
    });
  }

  // One histogram per score that a visitor chose, rather than all at once.
  #scores() {
    const chooser = byId("add-score");
    chooser.addEventListener("change", () => {
      const { scores } = this.at.state;
      if (chooser.value) this.at.set({ scores: [...scores, chooser.value] });
      chooser.value = "";
    });
  }

  #scoreBox(name) {
    const { title } = this.at.objects.scores.find((score) => `percentile_${score.name}` === name);
    const away = element("button", { type: "button", className: "quiet", textContent: "remove", ariaLabel: `remove ${title}` });
    away.addEventListener("click", () => {
      const { [name]: _, ...ranges } = this.at.state.ranges;
      this.at.set({ ranges, scores: this.at.state.scores.filter((score) => `percentile_${score}` !== name) });
      byId("add-score").focus();
    });
    const box = element("fieldset", { className: "range score" }, element("legend", {}, `${title}, percentile `, away));
    byId("score-ranges").append(box);
    this.#range(name, box, `percentile of ${title}`);
    this.ranges[name].box = box;
  }

  #drawScores() {
    const { objects, state } = this.at;
    const wanted = rangesOf(objects, state).slice(RANGES.length);
    for (const name of wanted) if (!this.ranges[name]) this.#scoreBox(name);
    for (const [name, { box }] of Object.entries(this.ranges)) if (box) box.hidden = !wanted.includes(name);
    const left = objects.scores.filter((score) => !wanted.includes(`percentile_${score.name}`));
    byId("add-score").replaceChildren(element("option", { value: "", textContent: "Add a score …" }),
      ...left.map(({ name, title }) => element("option", { value: name, textContent: title })));
    byId("add-score-box").hidden = left.length === 0;
    return wanted;
  }

  /** Bring counts, ticks, histograms and notes up to the state; `sieve` knows who passes what. */
  draw(sieve) {
    const { objects, state } = this.at;
    for (const name of LISTS) {
      const counts = new Array(objects.words(name).length).fill(0);
      const codes = objects.codes(name);
      for (const row of sieve.rows(name)) counts[codes[row]] += 1;
      for (const check of this.checks[name]) {
        check.input.checked = !state[name] || state[name].has(check.word);
        check.n.textContent = counts[check.code].toLocaleString("en");
        check.label.classList.toggle("none", counts[check.code] === 0);
      }
    }
    for (const [name, { button, kind }] of Object.entries(this.toggles)) {
      button.textContent = state[name] ? "all" : "none";
      button.ariaLabel = `${kind}: tick ${button.textContent}`;
    }
    for (const name of [...RANGES, ...this.#drawScores()]) {
      this.ranges[name].draw(sieve.rows(name), state.ranges[name] ?? null);
    }
    byId("region-note").hidden = !state.region;
  }
}
