// Lets BokehJS style its shadow roots under a policy without 'unsafe-inline'.
//
// Bokeh writes <style> elements, which the policy refuses. Constructed stylesheets are allowed, so
// while Bokeh works, the <style> elements it asks for are elements of ours that put their text
// into a constructed stylesheet of the root that they are in.

// Bokeh's own colours, in every root that it styles, are the page's: its custom properties reach
// into shadow roots, so the theme is followed without a redraw.
const DRESS = new CSSStyleSheet();
DRESS.replaceSync(`:host {
  --base-font: var(--sans) !important;
  --color: var(--ink) !important;
  --background-color: var(--paper) !important;
  --hover-color: var(--wash) !important;
  --divider-color: var(--rule) !important;
  --border-color: var(--rule) !important;
  --icon-color: var(--quiet) !important;
  --highlight-color: var(--accent) !important;
  --active-border: var(--accent) !important;
  --tooltip-arrow-color: var(--paper) !important;
  --box-shadow: none !important;
}
.bk-divider { background-color: var(--rule) !important; }`);

class AdoptedStyle extends HTMLElement {
  #sheet = new CSSStyleSheet();
  #text = "";
  #root = null;

  connectedCallback() {
    this.hidden = true;
    this.#root = this.getRootNode();
    const sheets = this.#root.adoptedStyleSheets;
    if (this.#root !== document && !sheets.includes(DRESS)) sheets.push(DRESS);
    sheets.push(this.#sheet);
  }

  disconnectedCallback() {
    const sheets = this.#root?.adoptedStyleSheets ?? [];
    const at = sheets.indexOf(this.#sheet);
    if (at >= 0) sheets.splice(at, 1);
    this.#root = null;
  }

  get textContent() {
    return this.#text;
  }

  set textContent(text) {
    this.#text = text;
    this.#sheet.replaceSync(text);
  }
}

export function adoptStyles() {
  if (customElements.get("adopted-style")) return;
  customElements.define("adopted-style", AdoptedStyle);
  const create = Document.prototype.createElement;
  document.createElement = function (name, options) {
    return create.call(this, name === "style" ? "adopted-style" : name, options);
  };
}
