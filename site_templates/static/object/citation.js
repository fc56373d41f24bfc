// The BibTeX entry of the object: with the page's address, to copy or to keep.

import { copyText } from "../visit/copy.js";
import { save } from "../visit/save.js";

// Addresses are escaped already: what TeX would take for its own is written for the url field.
const url = (address) => address.replace(/[{}\\]/g, encodeURIComponent);

export function offerCitation(content) {
  const code = content.querySelector("#bibtex");
  if (!code) return;
  const deeds = content.querySelector(".bibtex-deeds");
  const status = deeds.querySelector("[role=status]");
  if (!/\n {2}url {2,}= \{/.test(code.textContent)) { // the release does not say where it is published
    const page = location.href.replace(/[?#].*/, "");
    code.textContent = code.textContent.replace(/\n\}$/, `,\n  url       = {${url(page)}}\n}`);
  }
  deeds.hidden = false;
  deeds.querySelector("[name=copy]").addEventListener("click", () => copyText(code, status));
  deeds.querySelector("[name=save]").addEventListener("click", () =>
    save(code.dataset.file, `${code.textContent}\n`, "application/x-bibtex"));
}
