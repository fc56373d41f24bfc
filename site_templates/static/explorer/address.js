// What the explorer shows, as data, and the same in an address, so that a view can be cited.

import { parseRegion, formatRegion } from "../map/region.js";
import { keepLines, linesOf } from "./kept_lines.js";

export const LISTS = ["verdict", "category", "spec_class", "survey"];
export const RANGES = ["z", "snr", "percentile", "ra", "dec"];
export const VIEWS = ["table", "gallery", "map"];
export const RADIUS = 60;
const SCORE = /^percentile_\w+$/;
const USUAL = ["astrophysical", "unexplained"];

/** The first view: everything but what is likely an artefact, most unusual first. */
export function fresh() {
  return {
    q: "", radius: RADIUS, lines: null, verdict: new Set(USUAL), category: null, spec_class: null,
    survey: null, ranges: {}, region: null, scores: [], sort: "rank", view: "table",
  };
}

/** Who asks for objects by name must find them, artefact or not. */
export const usualVerdict = (state) => (state.q.trim() || state.lines ? null : new Set(USUAL));

// "0.2..0.5", "0.2.." or "..0.5" as [low, high], null for an open end; null where it is no range.
function interval(text) {
  const parts = text.split("..");
  const edges = parts.map((part) => (part.trim() === "" ? null : Number(part)));
  const good = parts.length === 2 && edges.every((edge) => edge === null || Number.isFinite(edge));
  return good && edges.some((edge) => edge !== null) ? edges : null;
}

export function fromAddress(search) {
  const asked = new URLSearchParams(search);
  const state = fresh();
  state.q = asked.get("q") ?? "";
  state.lines = linesOf(asked.getAll("list"));
  const radius = Number(asked.get("radius") ?? NaN);
  if (radius > 0 && Number.isFinite(radius)) state.radius = radius;
  state.verdict = usualVerdict(state);
  if (asked.has("verdict")) {
    const given = asked.get("verdict");
    state.verdict = given === "all" ? null : new Set(given.split(",").filter(Boolean));
  }
  const none = (asked.get("none") ?? "").split(",");
  for (const name of LISTS.slice(1)) {
    if (asked.has(name) || none.includes(name)) state[name] = new Set(asked.getAll(name));
  }
  for (const [name, text] of asked) {
    const range = RANGES.includes(name) || SCORE.test(name) ? interval(text) : null;
    if (range) state.ranges[name] = range;
  }
  state.region = parseRegion(asked.get("region") ?? "");
  state.scores = (asked.get("scores") ?? "").split(",").filter((name) => /^\w+$/.test(name));
  state.sort = asked.get("sort") ?? "rank";
  if (VIEWS.includes(asked.get("view"))) state.view = asked.get("view");
  return state;
}

const same = (a, b) => (a === null || b === null ? a === b : a.size === b.size && [...a].every((word) => b.has(word)));

/** The address of a state: "" for the first view, else "?" and what differs from it. */
export function toAddress(state) {
  const asked = new URLSearchParams();
  if (state.q) asked.set("q", state.q);
  for (const line of keepLines(state.lines)) asked.append("list", line);
  if (state.radius !== RADIUS) asked.set("radius", state.radius);
  if (!same(state.verdict, usualVerdict(state))) {
    asked.set("verdict", state.verdict === null ? "all" : [...state.verdict].sort().join(","));
  }
  for (const name of LISTS.slice(1)) {
    for (const word of [...(state[name] ?? [])].sort()) asked.append(name, word);
  }
  // Nothing ticked is not the same as the word that is empty.
  const none = LISTS.slice(1).filter((name) => state[name]?.size === 0);
  if (none.length) asked.set("none", none.join(","));
  for (const name of Object.keys(state.ranges).sort()) {
    asked.set(name, state.ranges[name].map((edge) => edge ?? "").join(".."));
  }
  if (state.region) asked.set("region", formatRegion(state.region));
  if (state.scores.length) asked.set("scores", state.scores.join(","));
  if (state.sort !== "rank") asked.set("sort", state.sort);
  if (state.view !== "table") asked.set("view", state.view);
  const text = asked.toString();
  return text ? `?${text}` : "";
}

/** What an object's page needs to step within this selection; the first view hides artefacts, too. */
export function withinAddress(state) {
  const query = toAddress({ ...state, view: "table", scores: [] }).slice(1);
  return `?in=${encodeURIComponent(query)}`;
}
