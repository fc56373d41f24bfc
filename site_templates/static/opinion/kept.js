// What a visitor leaves in this browser: one entry of its storage per thing, so that each change is
// written at once, a crash loses nothing, and two tabs do not overwrite each other. Where the
// browser refuses to keep anything, it lasts as long as the page, and `lasting` says so.

const PREFIX = "peculiar-spectra:";

export class Kept {
  #prefix;
  #keyOf;
  #accepts;
  #memory = new Map(); // what the browser refused to keep; null where it was removed
  #listeners = new Set();

  /** Things of one kind, {what}:{release}; keyOf gives what tells two of them apart, and accepts
      whether an entry is one: whoever shares our address shares the storage. */
  constructor(what, release, keyOf, accepts) {
    this.#prefix = `${PREFIX}${what}:${release}:`;
    this.#keyOf = keyOf;
    this.#accepts = accepts;
    this.lasting = true;
    addEventListener("storage", ({ key }) => {
      if (key === null || key.startsWith(this.#prefix)) this.#tell();
    });
  }

  all() {
    const texts = new Map([...this.#stored(), ...this.#memory]);
    return [...texts.values()].map((text) => this.#parsed(text)).filter((each) => each !== null);
  }

  find(key) {
    const name = this.#prefix + key;
    if (this.#memory.has(name)) return this.#parsed(this.#memory.get(name));
    try {
      return this.#parsed(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  put(...things) {
    for (const each of things) this.#write(this.#prefix + this.#keyOf(each), JSON.stringify(each));
    this.#tell();
  }

  remove(...things) {
    for (const each of things) this.#write(this.#prefix + this.#keyOf(each), null);
    this.#tell();
  }

  /** Call after every change, here or in another tab; gives what ends it. */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stored() {
    try {
      const names = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i));
      const ours = names.filter((name) => name.startsWith(this.#prefix));
      return ours.map((name) => [name, localStorage.getItem(name)]);
    } catch {
      return [];
    }
  }

  #write(name, text) {
    this.#memory.delete(name);
    try {
      if (text === null) localStorage.removeItem(name);
      else localStorage.setItem(name, text);
    } catch {
      this.lasting = false;
      this.#memory.set(name, text);
    }
  }

  #parsed(text) {
    try {
      const found = JSON.parse(text);
      return found !== null && typeof found === "object" && this.#accepts(found) ? found : null;
    } catch {
      return null;
    }
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

/** A setting of this visitor, text; the given one where nothing was remembered. */
export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(PREFIX + name) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // It is asked again, then.
  }
}
