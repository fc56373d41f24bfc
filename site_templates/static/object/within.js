// Stepping within the explorer's selection, which the page's address carries as `?in=`: the query
// of the explorer's own address.

import { fromAddress, rowsOf } from "../explorer/filters.js";
import { Objects } from "../catalogue/objects.js";
import { OwnRatings } from "../explorer/own_ratings.js";
import { releaseHere } from "../opinion/ratings.js";

// Kept from object to object: the visitor steps through one selection.
const kept = { objects: null, asked: null, rows: null };

async function rowsFor(folder, asked) {
  kept.objects ??= Objects.load(folder);
  const objects = await kept.objects;
  if (kept.asked !== asked) {
    const state = fromAddress(asked);
    // An order by one's own ratings is worked out once: the way stays as it is while one rates.
    await (await OwnRatings.of(objects, releaseHere()))?.prepare(state.sort);
    kept.rows = await rowsOf(objects, state);
    kept.asked = asked;
  }
  return { objects, rows: kept.rows };
}

function hidden(text) {
  const made = document.createElement("span");
  made.className = "visually-hidden";
  made.textContent = text;
  return made;
}

function arrow(sign) {
  const made = document.createElement("span");
  made.ariaHidden = "true";
  made.textContent = sign;
  return made;
}

function stepLink(rel, place, name, address) {
  const link = document.createElement("a");
  link.rel = rel;
  link.href = address;
  const told = hidden(`${rel === "prev" ? "Before it" : "After it"}: ${name}, number`);
  const number = ` ${(place + 1).toLocaleString("en")} `;
  link.append(...(rel === "prev" ? [arrow("◂"), " ", told, number] : [told, number, arrow("▸")]));
  return link;
}

function link(text, address) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

// Write the way through the selection in place of that by rank.
function write(steps, { objects, rows }, target, root, asked) {
  const place = rows.indexOf(objects.rowOf(target));
  const count = rows.length.toLocaleString("en");
  const here = steps.querySelector(".here");
  const back = link("your selection", `${root}explore/index.html${asked ? `?${asked}` : ""}`);
  const leave = link("leave it", "index.html");
  leave.className = "leave";
  if (place < 0) {
    here.replaceChildren("not in ", back, ` of ${count} · `, leave);
    return;
  }
  here.replaceChildren(`${(place + 1).toLocaleString("en")} of ${count} in `, back, " · ", leave);
  for (const each of steps.querySelectorAll("a[rel]")) each.remove();
  const stepTo = (rel, at) => stepLink(rel, at, objects.name(rows[at]),
    `${root}objects/${objects.slug(rows[at])}/index.html?in=${encodeURIComponent(asked)}`);
  if (place > 0) here.before(stepTo("prev", place - 1));
  if (place < rows.length - 1) here.after(stepTo("next", place + 1));
  steps.setAttribute("aria-label", "Objects in your selection");
}

/**
 * Where the address asks for a selection, step within it. Resolves once that is shown, or at once
 * where nothing is asked; where the objects do not load, the steps by rank stay.
 */
export async function stepWithin(content, signal) {
  const asked = new URLSearchParams(location.search).get("in")?.replace(/^\?/, "");
  const steps = content.querySelector("#steps");
  if (asked === undefined || !steps) return;
  const { root, target } = content.querySelector("#figure").dataset;
  try {
    const found = await rowsFor(`${root}explore/`, asked);
    if (!signal.aborted) write(steps, found, target, root, asked);
  } catch {
    kept.objects = null;
  }
}
