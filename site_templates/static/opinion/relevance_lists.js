// The lists that one's own ratings make: the fifty most relevant objects, and what to rate next.

import { element, fixed, verdictWords } from "../catalogue/objects.js";
import { rateByKeys } from "./ratings.js";
import { order, rerank } from "./relevance.js";

const TOP = 50;
const NEXT = 10;
const SETTLED_MS = 300; // several keys in a row make one new order

export class RelevanceLists {
  #turn = 0;
  #waiting = 0;

  constructor(box, ratings, objects) {
    this.box = box;
    this.ratings = ratings;
    this.objects = objects;
    this.status = box.querySelector("#order-status");
    this.bodies = { relevance: box.querySelector("#relevance"), informative: box.querySelector("#informative") };
    rateByKeys(box, (event) => event.target.closest("tr")?.dataset.target);
    this.#work();
  }

  /** Order again, once the visitor pauses. */
  refresh() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#work(), SETTLED_MS);
  }

  async #work() {
    const turn = ++this.#turn;
    const labels = this.ratings.all();
    try {
      const found = await rerank(this.objects, labels);
      if (turn === this.#turn) this.#show(found);
    } catch (fault) {
      if (turn !== this.#turn) return;
      for (const body of Object.values(this.bodies)) body.replaceChildren();
      this.status.textContent = `There is no order: ${fault.message}.`;
      this.box.hidden = !labels.length;
    }
  }

  #show(found) {
    const place = this.#focused();
    const known = order(found.informative).filter((row) => !Number.isNaN(found.informative[row]));
    this.bodies.informative.replaceChildren(...known.slice(0, NEXT).map((row) => this.#next(row, found)));
    const best = order(found.relevance).slice(0, TOP);
    this.bodies.relevance.replaceChildren(...best.map((row, i) => this.#relevant(row, i + 1, found)));
    const n = found.labelled;
    this.status.textContent = `Ordered by ${n === 1 ? "one rating" : `${n.toLocaleString("en")} ratings`}.`;
    this.box.hidden = false;
    this.#focus(place);
  }

  // Where the visitor stands: on which object, or else on which line.
  #focused() {
    const row = document.activeElement?.closest("tr");
    const body = row?.parentElement;
    if (!body || !Object.values(this.bodies).includes(body)) return null;
    return { body, target: row.dataset.target, line: [...body.children].indexOf(row) };
  }

  #focus(place) {
    if (!place) return;
    const rows = [...place.body.children];
    const row = rows.find((each) => each.dataset.target === place.target) ?? rows[Math.min(place.line, rows.length - 1)];
    row?.querySelector("a").focus();
  }

  #line(row, ...cells) {
    const made = element("tr", {}, ...cells);
    made.dataset.target = this.objects.text("target_id", row);
    return made;
  }

  #name(row) {
    const link = element("a", { href: `../objects/${this.objects.slug(row)}/index.html`, textContent: this.objects.name(row) });
    return element("th", { scope: "row" }, link);
  }

  #verdict(row) {
    return element("td", {}, verdictWords(this.objects.text("verdict", row)));
  }

  #predicted(row, { rating, deviation }) {
    const within = Math.min(5, Math.max(0, rating[row]));
    return number(`${fixed(within, 1)} ± ${fixed(deviation[row], 1)}`);
  }

  #rank(row) {
    const rank = this.objects.number("rank", row);
    return number(Number.isNaN(rank) ? "–" : rank.toLocaleString("en"));
  }

  #next(row, found) {
    return this.#line(row, this.#name(row), this.#verdict(row), this.#predicted(row, found),
      element("td", {}, this.#choice(row)), this.#rank(row));
  }

  // For those without a keyboard.
  #choice(row) {
    const choices = ["–", "0", "1", "2", "3", "4", "5"].map((text) => element("option", { textContent: text }));
    const field = element("select", { ariaLabel: `Rating of ${this.objects.name(row)}` }, ...choices);
    field.addEventListener("change", () =>
      this.ratings.put(this.objects.text("target_id", row), { rating: Number(field.value) }));
    return field;
  }

  #relevant(row, place, found) {
    const given = this.ratings.find(this.objects.text("target_id", row))?.rating;
    return this.#line(row, number(String(place)), this.#name(row), this.#verdict(row), number(String(given ?? "")),
      this.#predicted(row, found), number(fixed(found.relevance[row], 2)), this.#rank(row));
  }
}

const number = (text) => element("td", { className: "num", textContent: text });
