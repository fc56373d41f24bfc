// The table of one's own labels on the page "Your ratings": each can be changed or removed in it.

import { plain } from "./csv.js";
import { element } from "../catalogue/objects.js";
import { LIMITS, tagsOf } from "./rating_file.js";

const SHOWN = 100;

export class OwnLabels {
  #whole = false;

  /** A table body for labels; `objects` gives names and pages, `removed(label)` is told of one. */
  constructor(body, more, ratings, objects, removed) {
    this.body = body;
    this.more = more;
    this.ratings = ratings;
    this.objects = objects;
    this.removed = removed;
    more.querySelector("button").addEventListener("click", () => {
      this.#whole = true;
      this.show();
    });
  }

  /** Show what is kept, unless the visitor is in the table: what they change is shown there. */
  show() {
    if (this.body.contains(document.activeElement)) return;
    const labels = this.ratings.all();
    const shown = this.#whole ? labels : labels.slice(0, SHOWN);
    this.more.hidden = shown.length === labels.length;
    this.body.replaceChildren(...shown.map((label) => this.#row(label)));
  }

  #row(label) {
    const row = this.objects.rowOf(label.target_id) ?? -1;
    const name = row < 0 ? label.target_id : this.objects.name(row);
    const link = element("a", { href: row < 0 ? "" : `../objects/${this.objects.slug(row)}/index.html`, textContent: name });
    const gone = element("span", {}, name, " ", element("span", { className: "small", textContent: "not in this release" }));
    const cells = [
      this.#rating(label, name),
      this.#text(label, name, "tags", label.tags.join(", "), 800),
      this.#text(label, name, "comment", label.comment, LIMITS.comment),
      element("time", { textContent: label.date.slice(0, 10) }),
      this.#remove(label, name),
    ];
    const head = element("th", { scope: "row" }, row < 0 ? gone : link);
    return element("tr", {}, head, ...cells.map((cell) => element("td", {}, cell)));
  }

  #rating(label, name) {
    const options = ["", "0", "1", "2", "3", "4", "5"].map((value) => element("option", { value, textContent: value || "–" }));
    const field = element("select", { ariaLabel: `Rating of ${name}` }, ...options);
    field.value = String(label.rating ?? "");
    field.addEventListener("change", () =>
      this.ratings.put(label.target_id, { rating: field.value === "" ? null : Number(field.value) }));
    return field;
  }

  #text(label, name, key, value, maxLength) {
    const field = key === "tags" ? element("input", { type: "text" }) : element("textarea", { rows: 1 });
    Object.assign(field, { value, maxLength, ariaLabel: `${key === "tags" ? "Tags" : "Comment"} on ${name}` });
    field.addEventListener("input", () => {
      const tags = tagsOf(field.value);
      const bad = key === "tags" && (tags.length > LIMITS.tags || tags.some((tag) => tag.length > LIMITS.tag));
      field.setCustomValidity(bad ? `At most ${LIMITS.tags} tags of at most ${LIMITS.tag} letters.` : "");
      if (bad) field.reportValidity();
      else this.ratings.put(label.target_id, key === "tags" ? { tags } : { comment: plain(field.value) });
    });
    return field;
  }

  #remove(label, name) {
    const button = element("button", { type: "button", textContent: "Remove", ariaLabel: `Remove what you said of ${name}` });
    button.addEventListener("click", () => {
      const row = button.closest("tr");
      const near = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("button");
      const kept = this.ratings.find(label.target_id);
      this.ratings.remove(label.target_id);
      row.remove();
      this.removed(kept ? [kept] : []);
      near?.focus();
    });
    return button;
  }
}
