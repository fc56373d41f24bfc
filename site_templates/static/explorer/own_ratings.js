// A visitor's own ratings within the explorer: a column, keys 0 to 5, and the orders they make.

import { RATED_ORDERS } from "./filters.js";

const TITLES = { relevance: "most relevant to you first", informative: "most informative to rate next", unlabelled: "not yet rated first" };
const round = (values) => Float64Array.from(values, (value) => Math.round(value * 1e9) / 1e9);

export class OwnRatings {
  #objects;
  #store;

  constructor(objects, store) {
    this.#objects = objects;
    this.#store = store;
  }

  /** Own ratings of a release; null where this site offers none. */
  static async of(objects, release) {
    try {
      const { ratingsOf } = await import("../opinion/ratings.js");
      return new OwnRatings(objects, ratingsOf(release));
    } catch {
      return null;
    }
  }

  get all() {
    return this.#store.all().filter((label) => label.rating !== null);
  }

  ratingOf(row) {
    return this.#store.find(this.#objects.text("target_id", row))?.rating ?? null;
  }

  subscribe(changed) {
    this.#store.subscribe(changed);
  }

  /** Let keys 0 to 5 rate the row that has the keyboard. */
  async listen(box) {
    const { rateByKeys } = await import("../opinion/ratings.js");
    rateByKeys(box, (event) => {
      const row = event.target.closest("[data-row]")?.dataset.row;
      return row === undefined ? null : this.#objects.text("target_id", Number(row));
    });
  }

  /** Orders that ratings make, as [value, title]; none without a rating. */
  get orders() {
    return this.all.length ? RATED_ORDERS.map((name) => [name, TITLES[name]]) : [];
  }

  /** Work out the columns that an order needs. True where they are new. */
  async prepare(sort) {
    if (!RATED_ORDERS.includes(sort) || !this.all.length) return false;
    if (sort === "unlabelled") {
      this.#objects.add("unlabelled", Float64Array.from({ length: this.#objects.size }, (_, row) => Number(this.ratingOf(row) !== null)));
      return true;
    }
    const { rerank } = await import("../opinion/relevance.js");
    const { relevance, informative } = await rerank(this.#objects, this.all);
    this.#objects.add("relevance", round(relevance));
    this.#objects.add("informative", round(informative));
    return true;
  }
}
