// A long list of which only what is near the screen is in the page, so that 20,000 rows are as
// quick as 20.

const SPARE = 12;

export class Windowed {
  /**
   * @param {object} options
   *   host: element that holds the items; scroller: element that may scroll around it;
   *   make(row, place): element of an item; perLine(): items side by side;
   *   room(before, after): makes room, in px, for what is not there; guess: height of a line, px;
   *   drawn(rows): called with the rows in the page.
   */
  constructor(options) {
    Object.assign(this, options);
    this.rows = [];
    this.items = new Map();
    this.lines = [0, 0];
    this.waiting = false;
    const later = () => this.#later();
    addEventListener("scroll", later, { passive: true });
    this.scroller.addEventListener("scroll", later, { passive: true });
    new ResizeObserver(later).observe(this.scroller);
    addEventListener("resize", later);
  }

  /** Show other rows, or, with the same rows, make every item anew. */
  show(rows) {
    this.rows = rows;
    this.clear();
    this.update();
  }

  /** Make the item of a row anew, where it is in the page. */
  renew(row) {
    const old = this.items.get(row);
    if (!old) return;
    const item = this.make(row, this.rows.indexOf(row));
    old.replaceWith(item);
    this.items.set(row, item);
  }

  clear() {
    for (const item of this.items.values()) item.remove();
    this.items.clear();
    this.lines = [0, 0];
  }

  #later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.update();
    });
  }

  // Of one line as it is drawn, first and for all until the width changes: a hundredth of a pixel
  // more or less moves the end of 20,000 rows, and with it what a visitor looks at.
  get lineHeight() {
    const first = this.items.values().next().value;
    if (!first) return this.guess;
    const width = this.host.clientWidth;
    if (this.measured?.width !== width) {
      const gap = Number.parseFloat(getComputedStyle(this.host).rowGap) || 0;
      const height = first.getBoundingClientRect().height + gap;
      if (!height) return this.guess;
      this.measured = { width, height };
    }
    return this.measured.height;
  }

  // The lines that are on screen, and some more on either side.
  #inSight() {
    const height = this.lineHeight;
    const start = this.host.getBoundingClientRect().top;
    const from = Math.max(0, this.scroller.getBoundingClientRect().top) - start;
    const to = innerHeight - start;
    const all = Math.ceil(this.rows.length / this.perLine());
    const first = Math.max(0, Math.min(all - 1, Math.floor(from / height) - SPARE));
    return [first, Math.max(first, Math.min(all, Math.ceil(to / height) + SPARE))];
  }

  /** Bring the page up to what is in sight. */
  update() {
    if (this.host.closest("[hidden]")) return;
    const per = this.perLine();
    const [first, last] = this.#inSight();
    if (this.items.size && first === this.lines[0] && last === this.lines[1] && per === this.per) return;
    this.per = per;
    this.lines = [first, last];
    const wanted = this.rows.slice(first * per, last * per);
    this.#swap(wanted, first * per);
    const all = Math.ceil(this.rows.length / per);
    const height = this.lineHeight;
    this.room(first * height, Math.max(0, all - last) * height);
    this.drawn(wanted);
  }

  // Keep the items that stay, so that what has the keyboard's focus keeps it.
  #swap(wanted, offset) {
    const keep = new Set(wanted);
    const lost = this.host.contains(document.activeElement);
    for (const [row, item] of this.items) {
      if (keep.has(row)) continue;
      item.remove();
      this.items.delete(row);
    }
    if (lost && !this.host.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
    const made = new Map();
    let next = this.items.size ? this.items.get(wanted.find((row) => this.items.has(row))) : this.tail?.() ?? null;
    wanted.forEach((row, i) => {
      let item = this.items.get(row);
      if (item) {
        next = item.nextElementSibling;
      } else {
        item = this.make(row, offset + i);
        this.host.insertBefore(item, next);
      }
      made.set(row, item);
    });
    this.items = made;
  }

  /** Place of the first item that is on screen. */
  firstInSight() {
    const above = Math.max(0, this.scroller.getBoundingClientRect().top) - this.host.getBoundingClientRect().top;
    return Math.max(0, Math.ceil(above / this.lineHeight)) * this.perLine();
  }

  /** The item at a place of the list, brought into the page and into sight. */
  reveal(place) {
    const line = Math.floor(place / this.perLine());
    if (line < this.lines[0] || line >= this.lines[1]) {
      const height = this.lineHeight;
      if (this.scroller.scrollHeight > this.scroller.clientHeight + 1) this.scroller.scrollTop = line * height;
      else scrollTo({ top: scrollY + this.host.getBoundingClientRect().top + line * height - innerHeight / 2, behavior: "instant" });
      this.update();
    }
    return this.items.get(this.rows[place]);
  }
}
