// The latent map beside the table: it shows the selection, and a region drawn on it filters.

const WIDE = matchMedia("(min-width: 1200px)");
const byId = (id) => document.getElementById(id);

export class SideMap {
  #view = null;
  #loading = false;
  #waiting = false;

  /** `at` is the explorer, as in `table_view.js`. */
  constructor(at) {
    this.at = at;
    this.box = byId("latent");
    WIDE.addEventListener("change", () => this.draw(this.rows));
  }

  get wanted() {
    return this.at.state.view === "map" || WIDE.matches;
  }

  /** Show these rows' marks, and the region of the state: once the table has been painted. */
  draw(rows) {
    this.rows = rows;
    if (!this.wanted || this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => setTimeout(() => {
      this.#waiting = false;
      this.#show();
    }));
  }

  #show() {
    if (!this.#view) {
      this.#load();
      return;
    }
    this.#view.setVisible(this.rows.length === this.at.objects.size ? null : this.rows);
    this.#view.setRegion(this.at.state.region);
  }

  // Once the table stands: the map is the heavier part, and the page is whole without it.
  async #load() {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const { LatentView } = await import("../map/latent_view.js");
      this.#view = await LatentView.make(this.box, {
        objects: this.at.objects,
        folder: "../map/",
        onSelect: (region) => this.at.set({ region }),
        onOpen: (row) => { location.href = this.at.address(row); },
        onHover: (row) => this.#hover(row),
      });
      byId("latent-box").hidden = false;
      byId("explorer").classList.add("mapped");
      this.draw(this.rows);
    } catch {
      byId("latent-box").hidden = true;
    }
  }

  // The mark under the pointer, in words, and its row where it is on screen.
  #hover(row) {
    const { objects } = this.at;
    byId("latent-note").textContent = row < 0 ? "" : `${objects.name(row)}: ${objects.text("verdict", row)}${objects.kind(row) ? `, ${objects.kind(row)}` : ""}`;
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    document.querySelector(`[data-row="${row}"]`)?.classList.add("lit");
  }
}
