// The gallery of the explorer: small spectra with a caption, made as they come into sight.

import { element, fixed, verdictWords } from "../catalogue/objects.js";
import { Windowed } from "./windowed.js";

export class GalleryView {
  /** `at` is the explorer, as in `table_view.js`. */
  constructor(at) {
    this.at = at;
    this.list = document.getElementById("gallery");
    this.windowed = new Windowed({
      host: this.list, scroller: this.list, guess: 140, perLine: () => this.#perLine(),
      make: (row, place) => this.#card(row, place),
      room: (before, after) => {
        this.list.style.paddingTop = `${before}px`;
        this.list.style.paddingBottom = `${after}px`;
      },
      drawn: (rows) => at.fillSparks(rows, (row) => this.windowed.items.get(row)),
    });
  }

  show(rows) {
    this.windowed.show(rows);
  }

  #perLine() {
    return getComputedStyle(this.list).gridTemplateColumns.split(" ").length || 1;
  }

  #card(row, place) {
    const { objects } = this.at;
    const link = this.at.link(row);
    link.replaceChildren(element("span", { className: "card-picture picture" }),
      element("span", { className: "card-name", textContent: objects.name(row), title: [objects.name(row), objects.beside(row)].filter(Boolean).join(", ") }));
    const words = verdictWords(objects.text("verdict", row));
    if (objects.kind(row)) words.append(`: ${objects.kind(row)}`);
    const z = objects.number("z", row);
    const facts = [objects.text("spec_class", row).toLowerCase(), Number.isNaN(z) ? "" : `z = ${fixed(z, 4)}`, this.at.ratingWords(row)];
    const card = element("li", { className: "card" }, link,
      ...(objects.beside(row) ? [element("span", { className: "small card-facts beside", textContent: objects.beside(row) })] : []), words,
      element("span", { className: "small card-facts", textContent: facts.filter(Boolean).join(" · ") }));
    card.setAttribute("aria-posinset", place + 1);
    card.setAttribute("aria-setsize", this.windowed.rows.length);
    card.dataset.row = row;
    return card;
  }
}
