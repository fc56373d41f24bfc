// From object to object without a full load: the next page's content takes the place of this one's,
// and the live plot goes along. Whatever fails, the browser goes there as by any link.

import { fetched } from "../visit/fetched.js";

const PAGE = /\/objects\/[^/]+\/(?:index\.html)?$/;
const KEPT_PAGES = 8;

const bare = (address) => new URL(address, location.href).href.replace(/[?#].*/, "");

// Pages fetched ahead, as text by address; the oldest are let go.
class Ahead {
  #pages = new Map();

  page(address) {
    const name = bare(address);
    if (!this.#pages.has(name)) {
      const fetching = this.#fetch(name);
      fetching.catch(() => this.#pages.delete(name));
      this.#pages.set(name, fetching);
      if (this.#pages.size > KEPT_PAGES) this.#pages.delete(this.#pages.keys().next().value);
    }
    return this.#pages.get(name);
  }

  async #fetch(address) {
    return (await fetched(address)).text();
  }
}

function takeHead(page) {
  document.title = page.title;
  for (const selector of ["link[rel=canonical]", "link[rel=prev]", "link[rel=next]", "meta[name=description]"]) {
    const [old, fresh] = [document.head.querySelector(selector), page.head.querySelector(selector)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
    else if (old) old.remove();
    else if (fresh) document.head.append(document.adoptNode(fresh));
  }
}

// Keep the figure where the visitor sees it, however the lines above it break.
function holdingFigure(change) {
  const top = () => document.getElementById("figure")?.getBoundingClientRect();
  const before = top();
  change();
  const after = top();
  const seen = before && after && before.bottom > 0 && before.top < innerHeight;
  const by = seen ? after.top - before.top : -scrollY;
  if (by) scrollBy({ top: by, behavior: "instant" });
}

export class Swap {
  #ahead = new Ahead();
  #latest = 0;

  /**
   * `prepare(address)` fetches what else the page at this address needs; `carry(fresh)` moves what
   * lives on into the new content before it is shown; `settle(content)` starts the page's modules
   * on it. The first and the last may give a promise; `prepare` never refuses.
   */
  constructor({ prepare, carry, settle }) {
    this.prepare = prepare;
    this.carry = carry;
    this.settle = settle;
    this.content = document.getElementById("content");
    this.here = location.pathname + location.search;
    this.news = this.#liveRegion();
    addEventListener("popstate", () => this.#returned());
  }

  warm(addresses) {
    if (navigator.connection?.saveData) return;
    (window.requestIdleCallback ?? setTimeout)(() => {
      for (const address of addresses) {
        this.#ahead.page(address).catch(() => {});
        this.prepare(bare(address));
      }
    });
  }

  // Go to another object's page; resolves once it is shown.
  async go(address) {
    await this.#show(address, () => history.pushState(null, "", address));
  }

  async #returned() {
    if (location.pathname + location.search === this.here) return; // only the fragment changed
    await this.#show(location.href, () => {});
  }

  async #show(address, enter) {
    this.#latest += 1;
    const turn = this.#latest;
    try {
      if (!PAGE.test(bare(address))) throw new Error("not an object's page");
      const [text] = await Promise.all([this.#ahead.page(address), this.prepare(bare(address))]);
      if (turn !== this.#latest) return; // the visitor has gone on
      const page = new DOMParser().parseFromString(text, "text/html");
      const fresh = document.adoptNode(page.getElementById("content"));
      enter();
      this.here = location.pathname + location.search;
      takeHead(page);
      holdingFigure(() => {
        this.carry(fresh);
        this.content.replaceChildren(...fresh.childNodes);
      });
      await this.#arrive();
    } catch {
      if (turn === this.#latest) location.assign(address);
    }
  }

  async #arrive() {
    const heading = this.content.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    await this.settle(this.content);
    const said = [".kind", ".here"].map((each) => this.content.querySelector(each)?.textContent.trim());
    this.news.textContent = [heading.textContent, ...said].filter(Boolean).join(", ");
  }

  #liveRegion() {
    const region = document.createElement("p");
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
    return region;
  }
}
