// Lets BokehJS style its shadow roots under a policy without 'unsafe-inline'.
//
// Bokeh writes <style> elements, which the policy refuses. Constructed stylesheets are allowed, so
// while Bokeh works, the <style> elements it asks for are elements of ours that put their text
// into a constructed stylesheet of the root that they are in.

class AdoptedStyle extends HTMLElement {
  #sheet = new CSSStyleSheet();
  #text = "";
  #root = null;

  connectedCallback() {
    this.hidden = true;
    this.#root = this.getRootNode();
    this.#root.adoptedStyleSheets.push(this.#sheet);
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
