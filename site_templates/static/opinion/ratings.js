// A visitor's own ratings, tags and comments on one release: kept in this browser.

import { announce } from "../visit/announce.js";
import { Kept, remembered } from "./kept.js";

/** What a label says besides whose it is and when. */
const SILENT = { rating: null, tags: [], comment: "" };

const isLabel = (each) =>
  typeof each.target_id === "string" &&
  (each.rating === null || (Number.isInteger(each.rating) && each.rating >= 0 && each.rating <= 5)) &&
  Array.isArray(each.tags) && each.tags.every((tag) => typeof tag === "string") &&
  ["comment", "by", "date"].every((name) => typeof each[name] === "string");

const says = (label) => label.rating !== null || label.tags.length > 0 || label.comment !== "";
const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

class Ratings {
  #kept;

  constructor(release) {
    this.release = release;
    this.#kept = new Kept("rating", release, (label) => label.target_id, isLabel);
  }

  /** False once the browser has refused to keep something. */
  get lasting() {
    return this.#kept.lasting;
  }

  /** All labels, newest first. */
  all() {
    const before = (a, b) => (a.date === b.date ? a.target_id < b.target_id : a.date > b.date);
    return this.#kept.all().sort((a, b) => (before(a, b) ? -1 : 1));
  }

  /** The label of an object, or null: {target_id, rating, tags, comment, by, date}. */
  find(target) {
    return this.#kept.find(target);
  }

  /** Change the label of an object: {rating}, {tags} or {comment}; gives the label as it was. */
  put(target, change) {
    const old = this.find(target);
    const label = { target_id: target, ...SILENT, ...old, ...change, by: remembered("name", ""), date: now() };
    this.restore(target, label);
    return old;
  }

  /** Put a label back as it was; null where there was none. */
  restore(target, label) {
    if (label && says(label)) this.#kept.put(label);
    else this.remove(target);
  }

  remove(...targets) {
    this.#kept.remove(...targets.map((target) => ({ target_id: target })));
  }

  /** Take in labels of a file: of two on one object the newer holds, of two of the same moment the
      file's. Gives how many were taken and how many are older than what is here. */
  merge(labels) {
    const newest = new Map();
    for (const label of labels.filter(says)) {
      const rival = newest.get(label.target_id) ?? this.find(label.target_id);
      if (!rival || rival.date <= label.date) newest.set(label.target_id, label);
    }
    this.#kept.put(...newest.values());
    return { taken: newest.size, passed: new Set(labels.map((each) => each.target_id)).size - newest.size };
  }

  subscribe(listener) {
    return this.#kept.subscribe(listener);
  }
}

const stores = new Map();

/** The ratings of a release, the same store for everyone on the page. */
export function ratingsOf(release) {
  if (!stores.has(release)) stores.set(release, new Ratings(release));
  return stores.get(release);
}

/** The release that this page is of. */
export const releaseHere = () => document.documentElement.dataset.release;

// True where a key types something: everywhere else it may rate.
function types(target) {
  const field = target instanceof Element && target.closest("input, select, textarea, [contenteditable]");
  return Boolean(field) && !["radio", "checkbox", "range", "button", "submit"].includes(field.type);
}

/** Let the keys 0 to 5 rate: targetOf(event) gives the identifier of the object meant, or nothing.
    `rated(target, rating, before)` is called after, and says so; without it we do. Gives what ends
    it. */
export function rateByKeys(element, targetOf, rated = (_, rating) => announce(`Rated ${rating}.`)) {
  const listen = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
    if (!/^[0-5]$/.test(event.key) || types(event.target)) return;
    const target = targetOf(event);
    if (!target) return;
    event.preventDefault();
    const rating = Number(event.key);
    const before = ratingsOf(releaseHere()).put(target, { rating });
    rated(target, rating, before);
  };
  element.addEventListener("keydown", listen);
  return () => element.removeEventListener("keydown", listen);
}
