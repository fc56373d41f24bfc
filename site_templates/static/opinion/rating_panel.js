// The panel "Your opinion" of an object's page: rating, tags and comment, and the verdict below.
// Every change is kept at once; there is nothing to submit.

import { plain } from "./csv.js";
import { remember, remembered } from "./kept.js";
import { LIMITS, tagsOf } from "./rating_file.js";
import { rateByKeys, ratingsOf, releaseHere } from "./ratings.js";
import { offerBallot } from "./verdicts.js";

const SHOWN_TAGS = 12;
const WARNING = "This browser keeps nothing: save your ratings as a file before you leave.";

class RatingPanel {
  #before; // the label as it was before the last rating

  constructor(section, signal) {
    this.target = section.dataset.target;
    this.ratings = ratingsOf(releaseHere());
    this.form = section.querySelector("#rating");
    this.fields = this.form.elements;
    this.status = section.querySelector("#rating-status");
    this.ownTags = section.querySelector("#own-tags");
    this.fields.keys.checked = remembered("keys", "on") === "on";
    this.#listen();
    const ends = [
      this.ratings.subscribe(() => this.fill()),
      rateByKeys(document, () => this.fields.keys.checked && this.target,
        (_, rating, before) => this.#rated(rating, before)),
    ];
    signal?.addEventListener("abort", () => ends.forEach((end) => end()));
    this.fill();
    this.tell(this.ratings.find(this.target) ? "You have an opinion on it." : "");
  }

  #listen() {
    const { fields } = this;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", ({ target }) => {
      if (target.name === "rating") this.#rate(Number(target.value));
      if (target.name === "tags") this.#tag(tagsOf(target.value));
      if (target.name === "comment") this.#put({ comment: plain(target.value) });
      if (target.name === "keys") remember("keys", target.checked ? "on" : "off");
    });
    // What was typed is kept already; this says so, once.
    this.form.addEventListener("change", ({ target }) => {
      if (["tags", "comment"].includes(target.name) && target.checkValidity()) this.tell("Kept.");
      if (["tags", "comment"].includes(target.name)) this.fill();
    });
    fields.undo.addEventListener("click", () => this.#undo());
    fields.clear.addEventListener("click", () => {
      this.#before = this.#put({ rating: null });
      this.#offerUndo("Rating removed.");
    });
  }

  #put(change) {
    return this.ratings.put(this.target, change);
  }

  #rate(rating) {
    this.#rated(rating, this.#put({ rating }));
  }

  #rated(rating, before) {
    this.#before = before;
    this.#offerUndo(`Rated ${rating}.`);
  }

  #offerUndo(news) {
    this.fields.undo.hidden = false;
    this.tell(news);
  }

  #undo() {
    this.#put({ rating: this.#before?.rating ?? null }); // tags and comment may be newer
    this.fields.undo.hidden = true;
    (this.form.querySelector("[name=rating]:checked") ?? this.fields.rating[0]).focus();
    this.tell("Undone.");
  }

  // Tags beyond what a file may hold are not kept, and the field says so.
  #tag(tags) {
    const field = this.fields.tags;
    const good = tags.length <= LIMITS.tags && tags.every((tag) => tag.length <= LIMITS.tag);
    field.setCustomValidity(good ? "" : `At most ${LIMITS.tags} tags of at most ${LIMITS.tag} letters.`);
    if (good) this.#put({ tags });
    else this.tell(field.validationMessage);
  }

  /** Show what is kept; a field that is being typed in is left alone. */
  fill() {
    const label = this.ratings.find(this.target);
    const { fields } = this;
    fields.rating.value = String(label?.rating ?? "");
    if (fields.rating.value === "") for (const each of fields.rating) each.checked = false;
    fields.clear.hidden = (label?.rating ?? null) === null;
    if (document.activeElement !== fields.tags) fields.tags.value = label?.tags.join(", ") ?? "";
    if (document.activeElement !== fields.comment) fields.comment.value = label?.comment ?? "";
    this.#suggest(label?.tags ?? []);
  }

  // The visitor's own tags, the most used first, each a button that adds it or takes it off.
  #suggest(chosen) {
    const uses = new Map();
    for (const tag of this.ratings.all().flatMap((label) => label.tags)) uses.set(tag, (uses.get(tag) ?? 0) + 1);
    const tags = [...uses].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, SHOWN_TAGS);
    this.ownTags.hidden = !tags.length;
    const names = tags.map(([tag]) => tag);
    const shown = [...this.ownTags.children];
    if (shown.map((each) => each.textContent).join("\n") !== names.join("\n")) {
      const focused = document.activeElement?.parentElement === this.ownTags && document.activeElement.textContent;
      this.ownTags.replaceChildren(...names.map((tag) => this.#tagButton(tag)));
      if (focused) [...this.ownTags.children].find((each) => each.textContent === focused)?.focus();
    }
    for (const each of this.ownTags.children) each.setAttribute("aria-pressed", String(chosen.includes(each.textContent)));
  }

  #tagButton(tag) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: tag });
    button.addEventListener("click", () => {
      const now = this.ratings.find(this.target)?.tags ?? [];
      this.#tag(now.includes(tag) ? now.filter((each) => each !== tag) : [...now, tag]);
    });
    return button;
  }

  tell(news) {
    this.status.textContent = [news, this.ratings.lasting ? "" : WARNING].filter(Boolean).join(" ");
  }
}

/** Offer the panel within this content; it lets go of the page when the signal says so. */
export function offerOpinion(content, signal) {
  const section = content.querySelector("#yours");
  if (!section) return;
  new RatingPanel(section, signal);
  section.hidden = false;
  offerBallot(section, signal);
}
