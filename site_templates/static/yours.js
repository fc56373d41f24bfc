// The page "Your ratings": all of them, to change, save, add to and send, and the order they make.

import { oneLine } from "./opinion/csv.js";
import { remember, remembered } from "./opinion/kept.js";
import { Objects } from "./catalogue/objects.js";
import { OwnLabels } from "./opinion/own_labels.js";
import { read, writeCsv, writeJson } from "./opinion/rating_file.js";
import { ratingsOf, releaseHere } from "./opinion/ratings.js";
import { RelevanceLists } from "./opinion/relevance_lists.js";
import { save } from "./visit/save.js";
import { copy, issueAddress } from "./opinion/send.js";

const counted = (n) => `${n.toLocaleString("en")} object${n === 1 ? "" : "s"}`;
const LONG = "They are too long for an address: save the CSV, and attach it to the issue.";
const WARNING = "This browser keeps nothing: save your ratings before you leave.";

class YoursPage {
  #removed = []; // what Undo brings back

  constructor(box, objects) {
    this.box = box;
    this.ratings = ratingsOf(releaseHere());
    this.fields = box.querySelector("#tools").elements;
    this.status = box.querySelector("#status");
    this.note = box.querySelector("#send-note");
    this.asGiven = this.note.textContent;
    this.list = new OwnLabels(box.querySelector("#labels"), box.querySelector("#more-box"), this.ratings, objects,
      (labels) => this.#offerUndo(labels));
    this.lists = new RelevanceLists(box.querySelector("#lists"), this.ratings, objects);
    this.fields.by.value = remembered("name", "");
    this.#listen();
    this.ratings.subscribe(() => this.show());
    this.show();
  }

  #listen() {
    const { fields } = this;
    on(fields.by, "change", () => remember("name", oneLine(fields.by.value)));
    on(fields.by.form, "submit", (event) => event.preventDefault());
    on(fields.csv, "click", () => this.#save("csv", writeCsv(this.#signed()), "text/csv"));
    on(fields.json, "click", () => this.#save("json", writeJson(this.#signed(), this.ratings.release), "application/json"));
    on(fields.file, "change", () => this.#take());
    on(fields.copy, "click", () => this.#copy());
    on(fields.clear, "click", () => this.#clear());
    on(fields.undo, "click", () => this.#undo());
    const issue = this.box.querySelector("#issue");
    if (issue) on(issue, "click", () => (issue.href = this.#issue().address));
  }

  // Labels as they leave the browser: with the name that is in the field, where they have none.
  #signed() {
    const by = oneLine(this.fields.by.value);
    return this.ratings.all().map((label) => ({ ...label, by: label.by || by }));
  }

  #issue() {
    return issueAddress(this.box.dataset.repository, this.ratings.release, this.#signed());
  }

  show() {
    const n = this.ratings.all().length;
    const empty = n === 0;
    this.list.show();
    this.lists.refresh();
    this.box.querySelector("#rated-box").hidden = empty;
    this.box.querySelector("#sending").hidden = empty && this.fields.undo.hidden;
    for (const name of ["csv", "json", "copy", "clear"]) this.fields[name].hidden = empty;
    const issue = this.box.querySelector("#issue");
    if (issue) {
      issue.hidden = empty;
      const { address, whole } = this.#issue();
      issue.href = address;
      this.note.textContent = empty ? "" : whole ? this.asGiven : LONG;
    }
    this.tell();
  }

  tell(news = "") {
    const n = this.ratings.all().length;
    const state = n ? `You have an opinion on ${counted(n)}.` : "You have rated nothing yet.";
    this.status.textContent = [news, state, this.ratings.lasting ? "" : WARNING].filter(Boolean).join(" ");
  }

  #save(ending, text, type) {
    save(`ratings-${this.ratings.release}.${ending}`, text, type);
    this.tell("Saved.");
  }

  async #take() {
    const [file] = this.fields.file.files;
    this.fields.file.value = "";
    if (!file) return;
    try {
      const { taken, passed } = this.ratings.merge(read(await file.text(), file.name));
      this.tell(`Added ${counted(taken)}${passed ? `; ${passed} older than what is here, or empty` : ""}.`);
    } catch (fault) {
      this.tell(`${file.name} was not read: ${fault.message}.`);
    }
  }

  async #copy() {
    const copied = await copy(writeCsv(this.#signed()).replace(/^\ufeff/, ""));
    this.tell(copied ? "Copied." : "The browser did not allow it: save the CSV instead.");
  }

  #clear() {
    const labels = this.ratings.all();
    this.ratings.remove(...labels.map((label) => label.target_id));
    this.#offerUndo(labels);
    this.fields.undo.focus();
  }

  #offerUndo(labels) {
    this.#removed = labels;
    this.fields.undo.hidden = false;
    this.box.querySelector("#sending").hidden = false;
    this.tell(`Removed ${counted(labels.length)}.`);
  }

  #undo() {
    for (const label of this.#removed) this.ratings.restore(label.target_id, label);
    this.fields.undo.hidden = true;
    this.show();
    this.fields.by.focus();
    this.tell("Undone.");
  }
}

function on(target, type, listener) {
  target.addEventListener(type, listener);
}

export async function start() {
  const section = document.getElementById("yours");
  const objects = await Objects.load(`${section.dataset.root}explore/`);
  new YoursPage(section, objects);
  section.hidden = false;
}
