// The outlier pointed out on the map, in a card: its spectrum, its name, why it is there.

import { chance, element, percent, spark, verdictWords } from "../catalogue/objects.js";

export class ObjectCard {
  current = -1;

  constructor(box, objects, sparks) {
    Object.assign(this, { box, objects, sparks });
  }

  address(row) {
    return `../objects/${encodeURIComponent(this.objects.slug(row))}/index.html`;
  }

  async show(row) {
    if (row === this.current) return;
    this.current = row;
    this.#write(row);
    if (await this.sparks.load([row]) && row === this.current) this.#write(row);
  }

  #write(row) {
    const { objects, sparks } = this;
    const words = verdictWords(objects.text("verdict", row));
    if (objects.kind(row)) words.append(`: ${objects.kind(row)}`);
    this.box.replaceChildren(element("div", { className: "card" },
      element("a", { href: this.address(row) },
        element("span", { className: "card-picture" }, sparks.at(row) ? spark(sparks.at(row)) : ""),
        element("span", { className: "card-name", textContent: objects.name(row) })),
      ...(objects.beside(row) ? [element("p", { className: "small beside", textContent: objects.beside(row) })] : []),
      words,
      element("p", { textContent: this.#rarity(row) })));
  }

  #rarity(row) {
    const place = `More unusual than ${percent(this.objects.number("percentile", row))} of all scored spectra.`;
    const p = this.objects.number("p", row);
    return Number.isNaN(p) ? place : `${place} Of ordinary ones of its class and brightness, ${chance(p)}.`;
  }
}
