// The map by keyboard: through the marks by rank, move, magnify, and a box drawn with the arrows.

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 8;
const FAR = 5;
const PAN = 0.15;
const FACTOR = 1.5;

export const HELP = "Arrow keys go through the marks by rank, Enter opens one. Shift and an arrow moves the map, "
  + "plus and minus magnify, 0 shows all. S starts a box: arrows move its corner, with Shift further, "
  + "S sets the corner and then ends the box. Escape clears.";

export class Keys {
  // A corner that the arrows move, and the one set before it.
  cursor = null;
  #corner = null;

  /**
   * `acts` has `size()`, `start()` (where the corner begins), `pan(dx, dy)`, `magnify(factor)`,
   * `whole()`, `step(direction)`, `open()`, `sketch`, `drawn`, `clear()`, `say(text)`.
   */
  constructor(canvas, acts) {
    this.acts = acts;
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.#key(event)) {
        event.preventDefault();
        // The page's own keys must not hear what the map has used.
        event.stopPropagation();
      }
    });
    canvas.addEventListener("blur", () => this.#end());
  }

  #key(event) {
    const { acts } = this;
    const arrow = ARROWS[event.key];
    if (arrow) return this.#arrow(arrow, event.shiftKey);
    const deeds = {
      "+": () => acts.magnify(FACTOR), "=": () => acts.magnify(FACTOR), "-": () => acts.magnify(1 / FACTOR),
      0: () => acts.whole(), s: () => this.#box(), Escape: () => this.#escape(),
      Enter: () => (this.cursor ? this.#box() : acts.open()),
    };
    const deed = deeds[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed) return false;
    deed();
    return true;
  }

  #arrow([dx, dy], shift) {
    const { acts } = this;
    const [width, height] = acts.size();
    if (this.cursor) {
      const step = STEP * (shift ? FAR : 1);
      const [x, y] = this.cursor;
      this.cursor = [Math.max(0, Math.min(width, x + dx * step)), Math.max(0, Math.min(height, y + dy * step))];
      acts.sketch("box", this.#corner ? [this.#corner, this.cursor] : null);
    } else if (shift) {
      acts.pan(-dx * PAN * width, -dy * PAN * height);
    } else {
      acts.step(dx + dy);
    }
    return true;
  }

  #box() {
    const { acts } = this;
    if (!this.cursor) {
      this.cursor = acts.start();
      acts.say("Arrow keys move the first corner; S sets it.");
    } else if (!this.#corner) {
      this.#corner = this.cursor;
      acts.say("First corner set. Arrow keys move the other one; S ends the box.");
    } else {
      const places = [this.#corner, this.cursor];
      this.#end();
      acts.drawn("box", places);
    }
    acts.sketch("box", this.#corner ? [this.#corner, this.cursor] : null);
  }

  #escape() {
    if (!this.cursor) this.acts.clear();
    this.#end();
  }

  #end() {
    if (!this.cursor) return;
    this.cursor = null;
    this.#corner = null;
    this.acts.sketch(null, null);
  }
}
