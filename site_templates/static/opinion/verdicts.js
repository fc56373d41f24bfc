// A visitor's own verdicts: kept in this browser, handed over as a file, taken in from one.

import { oneLine, plain } from "./csv.js";
import { Kept, remember, remembered } from "./kept.js";
import { releaseHere } from "./ratings.js";
import { fetched } from "../visit/fetched.js";
import { save } from "../visit/save.js";
import { read, write } from "./verdict_file.js";

const TEXTS = ["target_id", "verdict", "category", "comment", "by", "date"];
const keyOf = (target, by) => `${target}\n${by.toLowerCase()}`;
const isVerdict = (each) => TEXTS.every((name) => typeof each[name] === "string");
const counted = (n) => `${n} verdict${n === 1 ? "" : "s"}`;

// Today where the visitor is, YYYY-MM-DD.
function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

const stores = new Map();

// The verdicts of a release, by person and object; the same store for every panel of the page.
function verdictsOf(release) {
  if (!stores.has(release)) {
    stores.set(release, new Kept("verdict", release, (each) => keyOf(each.target_id, each.by), isVerdict));
  }
  return stores.get(release);
}

class Panel {
  constructor(section, signal) {
    this.target = section.dataset.target;
    this.release = releaseHere();
    this.kept = verdictsOf(this.release);
    this.form = section.querySelector("#ballot");
    this.fields = this.form.elements;
    this.status = section.querySelector("#verdict-status");
    this.download = this.fields.download;
    this.file = this.fields.file;
    this.dated = false; // by hand
    this.#listen();
    this.fields.by.value = remembered("name", "");
    this.fill();
    section.querySelector("#verdict-box").open = Boolean(this.mine());
    const end = this.kept.subscribe(() => this.tell());
    signal?.addEventListener("abort", end);
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
  }

  // The verdict that the person named in the form has given on this object.
  mine() {
    return this.kept.find(keyOf(this.target, oneLine(this.fields.by.value)));
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
      by: oneLine(this.fields.by.value),
      date: this.fields.date.value,
      sent: false,
    };
    if (!verdict.by) {
      this.fields.by.value = "";
      this.form.reportValidity();
      return;
    }
    this.kept.put(verdict);
    remember("name", verdict.by);
    this.dated = false;
    this.fill();
    this.tell("Kept.");
  }

  withdraw() {
    this.kept.remove({ target_id: this.target, by: oneLine(this.fields.by.value) });
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
    const newer = found.filter((each) => !(this.kept.find(keyOf(each.target_id, each.by))?.date > each.date));
    // A later row of a file replaces an earlier one, as it does for the pipeline.
    this.kept.put(...newer.map((each) => ({ ...each, sent: true })));
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

const forms = new Map();

// The form is the same for every object: it stands once on the site, in the page of one's ratings.
function formOf(address) {
  if (!forms.has(address)) {
    const asked = fetchForm(address);
    asked.catch(() => forms.delete(address)); // so that the next object tries again
    forms.set(address, asked);
  }
  return forms.get(address);
}

async function fetchForm(address) {
  const page = new DOMParser().parseFromString(await (await fetched(address)).text(), "text/html");
  const { content } = page.getElementById("verdict-form");
  for (const link of content.querySelectorAll("a")) link.href = new URL(link.getAttribute("href"), address).href;
  return content;
}

/** Offer the form for a verdict within this section, once it has come; without it there is none. */
export async function offerBallot(section, signal) {
  const box = section.querySelector("#verdict-box");
  try {
    const address = new URL(`${section.dataset.root}yours/index.html`, location.href).href;
    const form = document.importNode(await formOf(address), true);
    if (signal?.aborted) return;
    box.append(form);
    new Panel(section, signal);
    box.hidden = false;
  } catch {
    box.remove();
  }
}
