// The map's buttons: what a drag does, and how much is seen.

import { element } from "../catalogue/objects.js";

const TOOLS = [["move", "Move"], ["box", "Box"], ["lasso", "Lasso"]];
const FACTOR = 1.6;

export class Toolbar {
  tool = "move";

  /** `further` are tools beside those that every map has, as [name, text]. */
  constructor({ magnify, whole, tool, further = [] }) {
    this.tell = tool;
    this.names = [...TOOLS, ...further].map(([name]) => name);
    this.buttons = [...TOOLS, ...further].map(([name, text]) => this.#button(text, () => this.choose(name)));
    const tools = group("A drag does this", this.buttons);
    const sizes = group("Magnification", [
      this.#button("−", () => magnify(1 / FACTOR), "Smaller"),
      this.#button("+", () => magnify(FACTOR), "Larger"),
      this.#button("Whole", whole, "Whole map"),
    ]);
    this.element = element("div", { className: "map-tools" }, tools, sizes);
    this.#press();
  }

  choose(name) {
    this.tool = name;
    this.#press();
    this.tell(name);
  }

  /** Offer a tool, or not: one in use is put aside. */
  offer(name, is) {
    this.buttons[this.names.indexOf(name)].hidden = !is;
    if (!is && this.tool === name) this.choose("move");
  }

  #press() {
    this.buttons.forEach((button, i) => { button.ariaPressed = String(this.names[i] === this.tool); });
  }

  #button(text, act, label = text) {
    const button = element("button", { type: "button", textContent: text });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  }
}

function group(label, buttons) {
  const made = element("div", { className: "views" }, ...buttons);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  return made;
}
