// The table of the explorer: sortable heads, and rows made as they come into sight.

import { element, fixed, percent, spark, verdictWords } from "../catalogue/objects.js";
import { Windowed } from "./windowed.js";

const HEADS = [
  ["rank", "rank", "num"], ["name", "object", ""], ["verdict", "verdict", ""], [null, "spectrum", ""],
  ["spec_class", "class", ""], ["z", "z", "num"], ["snr", "S/N", "num"], ["percentile", "more unusual than", "num"],
];

export class TableView {
  /** `at` is the explorer: its objects, state, link(row), sparks, ratingOf(row) and set(change). */
  constructor(at) {
    this.at = at;
    this.box = document.getElementById("table-box");
    this.table = document.getElementById("objects");
    this.body = this.table.tBodies[0];
    this.spacers = [0, 1].map(() => {
      const row = element("tr", { className: "spacer", ariaHidden: "true" }, element("td"));
      return row;
    });
    this.body.replaceChildren(...this.spacers);
    this.windowed = new Windowed({
      host: this.body, scroller: this.box, guess: 52, perLine: () => 1, tail: () => this.spacers[1],
      make: (row, place) => this.#line(row, place),
      room: (...heights) => this.spacers.forEach((spacer, i) => {
        spacer.hidden = heights[i] === 0;
        spacer.firstChild.style.height = `${heights[i]}px`;
      }),
      drawn: (rows) => at.fillSparks(rows, (row) => this.windowed.items.get(row)),
    });
    this.columns = "";
  }

  /** Show these rows; `keep` keeps the place to which the table is scrolled. */
  show(rows, keep = false) {
    this.#heads();
    this.table.setAttribute("aria-rowcount", rows.length + 1);
    if (!keep) this.box.scrollTop = 0;
    this.windowed.show(rows);
  }

  #wanted() {
    const { objects, state } = this.at;
    const chosen = objects.scores.filter(({ name }) => state.scores.includes(name) || state.ranges[`percentile_${name}`]);
    const scores = chosen.map(({ name, title }) => [`percentile_${name}`, title, "num"]);
    return [...HEADS, ...scores, ...this.at.extraColumns()];
  }

  // Heads are made anew only when the columns change: else the one in use would lose the keyboard.
  #heads() {
    this.wanted = this.#wanted();
    const columns = this.wanted.map(([name]) => name).join();
    const row = this.table.tHead.rows[0];
    if (columns !== this.columns) {
      this.columns = columns;
      row.replaceChildren(...this.wanted.map((head) => this.#head(head)));
      this.spacers.forEach((spacer) => { spacer.firstChild.colSpan = this.wanted.length; });
      this.table.style.setProperty("--more", this.wanted.length - HEADS.length);
    }
    const { sort } = this.at.state;
    this.wanted.forEach(([name], i) => {
      if (!name) return;
      const way = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
      row.cells[i].setAttribute("aria-sort", way);
    });
  }

  #head([name, title, className]) {
    const cell = element("th", { scope: "col", className: `${className} c-${(name ?? "spectrum").replace(/_.*/, "")}` });
    if (!name) return Object.assign(cell, { textContent: title });
    const button = element("button", { type: "button", textContent: title });
    // Who sorts by how unusual something is wants the most unusual first.
    const first = name.startsWith("percentile") ? `-${name}` : name;
    const second = first.startsWith("-") ? name : `-${name}`;
    button.addEventListener("click", () => this.at.set({ sort: this.at.state.sort === first ? second : first }));
    cell.append(button);
    return cell;
  }

  #cell(name, row) {
    const { objects } = this.at;
    const number = (textContent) => element("td", { className: "num", textContent });
    if (name === "rank") {
      const rank = objects.number("rank", row);
      return number(Number.isNaN(rank) ? "–" : rank.toLocaleString("en"));
    }
    if (name === "name") return this.#name(row);
    if (name === "verdict") {
      return element("td", {}, verdictWords(objects.text("verdict", row)), " ",
        element("span", { className: "small", textContent: objects.kind(row) }));
    }
    if (name === null) return element("td", { className: "picture" });
    if (name === "spec_class") return element("td", { className: "word", textContent: objects.text("spec_class", row).toLowerCase() || "–" });
    if (name === "z") return number(fixed(objects.number("z", row), 4));
    if (name === "snr") return number(fixed(objects.number("snr", row), 1));
    if (name.startsWith("percentile")) return number(percent(objects.number(name, row)));
    return this.at.extraCell(name, row);
  }

  #name(row) {
    const { objects } = this.at;
    const both = [objects.name(row), objects.beside(row)];
    const link = this.at.link(row);
    if (both[1]) { // a narrow column breaks the name behind its acronym, not at its minus sign
      const end = both[0].lastIndexOf(" ") + 1;
      link.replaceChildren(both[0].slice(0, end), element("span", { className: "whole", textContent: both[0].slice(end) }));
    }
    return element("th", { scope: "row", title: both.filter(Boolean).join(", ") },
      element("span", { className: both[1] ? "named" : "two-lines" }, link,
        ...(both[1] ? [" ", element("span", { className: "small beside", textContent: both[1] })] : [])));
  }

  #line(row, place) {
    const line = element("tr", {}, ...this.wanted.map(([name]) => this.#cell(name, row)));
    line.setAttribute("aria-rowindex", place + 2);
    line.dataset.row = row;
    return line;
  }
}

/** Fill the place of a small spectrum, once there is one. */
export function fillPicture(item, text) {
  const place = item?.querySelector(".picture");
  if (place && !place.firstChild && text) place.append(spark(text));
}
