// A pasted list of identifiers or positions: matched at once, with a report of what was not found.

import { element } from "../catalogue/objects.js";
import { Finder, linesIn } from "./finder.js";
import { isLost, isShort } from "./kept_lines.js";
import { angle } from "./position.js";

const MOST = 200;
const count = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

export class ListPanel {
  /** `at` is the explorer, as in `table_view.js`. */
  constructor(at) {
    this.at = at;
    this.box = document.getElementById("list-box");
    this.text = document.getElementById("list");
    this.report = document.getElementById("list-report");
    this.shown = undefined;
    // Pasted text is matched at once; typed text when the field is left.
    this.text.addEventListener("paste", () => setTimeout(() => this.#take()));
    this.text.addEventListener("change", () => this.#take());
    document.getElementById("list-clear").addEventListener("click", () => at.set({ lines: null, ...at.verdictFor({ lines: null }) }));
    document.getElementById("q").addEventListener("paste", (event) => this.#pasted(event));
  }

  // Several lines pasted into the search are a list; the field itself would run them together.
  #pasted(event) {
    const lines = linesIn(event.clipboardData?.getData("text") ?? "");
    if (lines.length < 2) return;
    event.preventDefault();
    this.box.open = true;
    this.#set(lines, { q: "" });
  }

  #take() {
    const lines = linesIn(this.text.value);
    if (lines.join("\n") !== (this.at.state.lines ?? []).join("\n")) this.#set(lines.length ? lines : null, {});
  }

  #set(lines, more) {
    this.at.set({ lines, ...more, ...this.at.verdictFor({ lines, ...more }) });
  }

  draw() {
    const { lines, radius } = this.at.state;
    if (lines === this.shown && radius === this.radius) return;
    [this.shown, this.radius] = [lines, radius];
    document.getElementById("list-clear").hidden = !lines;
    if (lines) this.box.open = true;
    if (isLost(lines)) {
      this.text.value = "";
      this.report.replaceChildren("The list of this link was too long for an address: it is in the browser tab that made it. Paste it again.");
      return;
    }
    this.text.value = lines?.join("\n") ?? "";
    this.report.replaceChildren(...(lines ? this.#words(lines, radius) : []));
  }

  #words(lines, radius) {
    const { matched, missed } = Finder.of(this.at.objects).match(lines, radius);
    const words = [element("p", { textContent: `${matched.toLocaleString("en")} of ${count(lines.length, "line")} found.` })];
    if (missed.length) words.push(this.#missing(missed));
    if (!isShort(lines)) words.push(element("p", { textContent: "The list is too long for an address: a link to this view works in this browser tab only." }));
    return words;
  }

  #missing(missed) {
    const items = missed.slice(0, MOST).map((each) => this.#missed(each));
    if (missed.length > MOST) items.push(element("li", { textContent: `and ${(missed.length - MOST).toLocaleString("en")} more` }));
    return element("details", { open: missed.length <= 5 },
      element("summary", { textContent: `${count(missed.length, "line")} not found` }),
      element("ul", { className: "plain" }, ...items));
  }

  #missed({ line, nearest, away }) {
    const item = element("li", {}, line);
    if (nearest >= 0) item.append(": nearest is ", this.at.link(nearest), `, ${angle(away)} away`);
    return item;
  }
}
