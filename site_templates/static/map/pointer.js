// Mouse, pen and fingers on the map: move, magnify, draw a box or a lasso, click, hover.

const MOVED = 5;
const STEP = 1.0015;

export class Pointer {
  #down = new Map();
  #from = null;
  #path = null;
  #spread = 0;

  /**
   * `acts` has `tool()`, `pan(dx, dy)`, `magnify(factor, place)`, `sketch(kind, places | null)`,
   * `drawn(kind, places)`, `click(place, type)`, `hover(place | null)`.
   */
  constructor(canvas, acts) {
    this.canvas = canvas;
    this.acts = acts;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#release(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    canvas.addEventListener("pointerleave", () => this.acts.hover(null));
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #at(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  #press(event) {
    if (event.button > 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, this.#at(event));
    if (this.#down.size === 2) {
      this.#spread = this.#pinch().spread;
      this.#path = null;
      this.acts.sketch(null, null);
      return;
    }
    this.#from = this.#at(event);
    const tool = event.shiftKey ? "box" : this.acts.tool();
    this.#path = tool === "box" || tool === "lasso" ? { kind: tool, places: [this.#from] } : null;
  }

  #pinch() {
    const [[ax, ay], [bx, by]] = [...this.#down.values()];
    return { middle: [(ax + bx) / 2, (ay + by) / 2], spread: Math.hypot(bx - ax, by - ay) };
  }

  #move(event) {
    const now = this.#at(event);
    const before = this.#down.get(event.pointerId);
    if (!before) {
      this.acts.hover(now);
      return;
    }
    if (this.#down.size === 2) {
      const { middle } = this.#pinch();
      this.#down.set(event.pointerId, now);
      const after = this.#pinch();
      this.acts.pan(after.middle[0] - middle[0], after.middle[1] - middle[1]);
      if (this.#spread > 0) this.acts.magnify(after.spread / this.#spread, after.middle);
      this.#spread = after.spread;
      return;
    }
    this.#down.set(event.pointerId, now);
    if (!this.#moved(now)) return;
    if (this.#path) this.#extend(now);
    else this.acts.pan(now[0] - before[0], now[1] - before[1]);
  }

  #extend(now) {
    const { kind, places } = this.#path;
    if (kind === "box") places[1] = now;
    else places.push(now);
    this.acts.sketch(kind, places);
  }

  // A hand that clicks trembles; one that has set off may come back to where it was.
  #moved(now) {
    if (!this.#from) return true;
    if (Math.hypot(now[0] - this.#from[0], now[1] - this.#from[1]) <= MOVED) return false;
    this.#from = null;
    return true;
  }

  #release(event) {
    if (!this.#down.delete(event.pointerId)) return;
    if (this.#down.size > 0) {
      this.#from = null;
      return;
    }
    const path = this.#path;
    this.#path = null;
    if (this.#from) this.acts.click(this.#at(event), event.pointerType);
    else if (path) this.acts.drawn(path.kind, path.places);
    this.#from = null;
  }

  #cancel(event) {
    this.#down.delete(event.pointerId);
    this.#path = null;
    this.#from = null;
    this.acts.sketch(null, null);
  }

  // The wheel scrolls the page until the map was clicked or focused, or with Ctrl or Command.
  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.canvas) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1) * (event.ctrlKey ? 4 : 1);
    this.acts.magnify(STEP ** -pixels, this.#at(event));
  }
}
