// Ratings on their way to those who make the release: an issue that is filled in, or the clipboard.

import { writeCsv } from "./rating_file.js";

const LONGEST = 6000; // servers refuse much longer addresses
const BYTE_ORDER_MARK = /^\ufeff/;

// A fence that nothing in the text can close.
function fenced(text) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}csv\n${text.trimEnd()}\n${fence}`;
}

/** Address of an issue with these labels in it; `whole` is false where they are too long for one,
    and a file must be attached. */
export function issueAddress(repository, release, labels) {
  const title = `Ratings of ${labels.length} object${labels.length === 1 ? "" : "s"} (${release})`;
  const csv = writeCsv(labels).replace(BYTE_ORDER_MARK, "").replaceAll("\r\n", "\n");
  const address = (body) => `${repository}/issues/new?${new URLSearchParams({ title, body })}`;
  const filled = address(`My ratings of ${release}:\n\n${fenced(csv)}\n`);
  if (filled.length <= LONGEST) return { address: filled, whole: true };
  return { address: address(`My ratings of ${release} are in the file attached.\n`), whole: false };
}

/** Copy text; resolves to whether the browser allowed it. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
