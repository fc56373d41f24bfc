// A pasted list in the address: line by line where it is short; else a mark in the address, and the
// lines in this browser tab only.

const LONGEST = 1500;
const MARK = /^@[0-9a-f]{8}$/;
const key = (mark) => `peculiar-spectra:list:${mark}`;
const memory = new Map();

// FNV-1a: the same lines always get the same mark.
function markOf(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `@${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

export function isShort(lines) {
  return lines.join("\n").length <= LONGEST;
}

/** What stands in the address for these lines; null or none gives nothing. */
export function keepLines(lines) {
  if (!lines?.length) return [];
  if (isShort(lines)) return lines;
  const text = lines.join("\n");
  const mark = markOf(text);
  if (!memory.has(mark)) {
    memory.set(mark, lines);
    try {
      sessionStorage.setItem(key(mark), text);
    } catch {
      // Full or forbidden: the list lives as long as this page.
    }
  }
  return [mark];
}

/** The lines that an address stands for; null where it has none. */
export function linesOf(values) {
  if (values.length !== 1 || !MARK.test(values[0])) return values.length ? values : null;
  if (memory.has(values[0])) return memory.get(values[0]);
  let text = null;
  try {
    text = sessionStorage.getItem(key(values[0]));
  } catch {
    // A browser that keeps nothing has nothing.
  }
  // A list that another tab holds cannot be shown; its mark then matches nothing, and is reported.
  const lines = text === null ? values : text.split("\n");
  if (text !== null) memory.set(values[0], lines);
  return lines;
}

export const isLost = (lines) => lines?.length === 1 && MARK.test(lines[0]);
