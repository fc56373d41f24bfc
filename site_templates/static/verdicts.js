// A visitor's own verdicts: kept in this browser, handed over as a file, taken in from one.

import { save } from "./save.js";
import { plain, read, write } from "./verdict_file.js";

const NAME = "peculiar-spectra:name";

// Verdicts of one release, by person and object. Every change reads what other tabs have left
// there. Where the browser refuses to keep anything, they last as long as the page.
class Kept {
  #memory = "[]";

  constructor(release) {
    this.key = `peculiar-spectra:verdicts:${release}`;
    this.lasting = true;
  }

  all() {
    try {
      const found = JSON.parse(this.#get());
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }

  find(target, by) {
    return this.all().find((each) => each.target_id === target && same(each.by, by));
  }

  put(...verdicts) {
    const others = this.all().filter((old) => !verdicts.some((each) => rivals(old, each)));
    this.#set([...others, ...verdicts]);
  }

  remove(verdict) {
    this.#set(this.all().filter((each) => !rivals(each, verdict)));
  }

  #get() {
    try {
      return localStorage.getItem(this.key) ?? (this.lasting ? "[]" : this.#memory);
    } catch {
      return this.#memory;
    }
  }

  #set(verdicts) {
    this.#memory = JSON.stringify(verdicts);
    try {
      localStorage.setItem(this.key, this.#memory);
    } catch {
      this.lasting = false;
    }
  }
}

const same = (a, b) => a.toLowerCase() === b.toLowerCase();
const rivals = (a, b) => a.target_id === b.target_id && same(a.by, b.by);
const counted = (n) => `${n} verdict${n === 1 ? "" : "s"}`;

// Today where the visitor is, YYYY-MM-DD.
function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function rememberedName() {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

function rememberName(name) {
  try {
    localStorage.setItem(NAME, name);
  } catch {
    // The name is typed again, then.
  }
}

class Panel {
  constructor(section) {
    this.target = section.dataset.target;
    this.release = section.dataset.release;
    this.kept = new Kept(this.release);
    this.form = section.querySelector("form");
    this.fields = this.form.elements;
    this.status = section.querySelector("#verdict-status");
    this.download = this.fields.download;
    this.file = this.fields.file;
    this.dated = false; // by hand
    this.#listen();
    this.fields.by.value = rememberedName();
    this.fill();
    this.tell();
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.keep();
    });
    this.form.addEventListener("input", (event) => {
      if (event.target.name === "date") this.dated = true;
      else if (!this.dated) this.fields.date.value = today();
    });
    this.fields.by.addEventListener("change", () => {
      const begun = this.fields.verdict.value || this.fields.comment.value;
      if (begun) this.fields.withdraw.hidden = !this.mine();
      else this.fill();
    });
    this.fields.withdraw.addEventListener("click", () => this.withdraw());
    this.download.addEventListener("click", () => this.hand());
    this.file.addEventListener("change", () => this.take());
    addEventListener("storage", (event) => {
      if (event.key === this.kept.key) this.tell();
    });
  }

  // The verdict that the person named in the form has given on this object.
  mine() {
    return this.kept.find(this.target, plain(this.fields.by.value));
  }

  fill() {
    const mine = this.mine();
    this.fields.withdraw.hidden = !mine;
    if (!mine) {
      this.fields.date.value ||= today();
      return;
    }
    for (const name of ["verdict", "category", "comment", "by", "date"]) {
      this.fields[name].value = mine[name];
    }
  }

  keep() {
    const verdict = {
      target_id: this.target,
      verdict: this.fields.verdict.value,
      category: this.fields.category.value,
      comment: plain(this.fields.comment.value),
      by: plain(this.fields.by.value).split(/\s+/).join(" "),
      date: this.fields.date.value,
      sent: false,
    };
    if (!verdict.by) {
      this.fields.by.value = "";
      this.form.reportValidity();
      return;
    }
    this.kept.put(verdict);
    rememberName(verdict.by);
    this.dated = false;
    this.fill();
    this.tell("Kept.");
  }

  withdraw() {
    this.kept.remove({ target_id: this.target, by: plain(this.fields.by.value) });
    const by = this.fields.by.value;
    this.form.reset();
    this.fields.by.value = by;
    this.fill();
    this.fields.verdict[0].focus();
    this.tell("Taken back.");
  }

  // All of them, each time: the newest file replaces those before it.
  hand() {
    const all = this.kept.all().sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
    const name = plain(this.fields.by.value).normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-");
    save(`verdicts-${this.release}-${name.replace(/^-|-$/g, "") || "unnamed"}.csv`, write(all), "text/csv");
    this.kept.put(...all.map((each) => ({ ...each, sent: true })));
    this.tell(`Downloaded ${counted(all.length)}.`);
  }

  async take() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    const words = [...this.fields.verdict].map((each) => each.value);
    const categories = [...this.fields.category.options].map((each) => each.value);
    let found;
    try {
      found = read(await file.text(), words, categories);
    } catch (fault) {
      this.tell(`${file.name} was not read: ${fault.message}.`);
      return;
    }
    const newer = found.filter((each) => !(this.kept.find(each.target_id, each.by)?.date > each.date));
    // A later row of a file replaces an earlier one, as it does for the pipeline.
    for (const each of newer) this.kept.put({ ...each, sent: true });
    this.fill();
    const older = found.length - newer.length;
    this.tell(`Added ${counted(newer.length)}${older ? `; ${older} older than what is here` : ""}.`);
  }

  tell(news = "") {
    const all = this.kept.all();
    const waiting = all.filter((each) => !each.sent).length;
    const state = waiting ? `${counted(waiting)} not downloaded yet.` : "";
    const warning = this.kept.lasting ? "" : "This browser keeps nothing: download before you leave.";
    this.status.textContent = [news, state, warning].filter(Boolean).join(" ");
    this.download.hidden = all.length === 0;
  }
}

export function offerBallot() {
  const section = document.getElementById("yours");
  if (!section) return;
  new Panel(section);
  section.hidden = false;
}
