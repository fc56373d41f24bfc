// The map's buttons: what a drag does, and how much is seen.

import { element } from "../catalogue/objects.js";

const TOOLS = [["move", "Move"], ["box", "Box"], ["lasso", "Lasso"]];
const FACTOR = 1.6;

export class Toolbar {
  tool = "move";

  constructor({ magnify, whole, tool }) {
    this.tell = tool;
    this.buttons = TOOLS.map(([name, text]) => this.#button(text, () => this.choose(name)));
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

  #press() {
    this.buttons.forEach((button, i) => { button.ariaPressed = String(TOOLS[i][0] === this.tool); });
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
