// The BibTeX entry of the object: with the page's address, to copy or to keep.

import { save } from "../visit/save.js";

// Addresses are escaped already: what TeX would take for its own is written for the url field.
const url = (address) => address.replace(/[{}\\]/g, encodeURIComponent);

export function offerCitation(content) {
  const code = content.querySelector("#bibtex");
  if (!code) return;
  const deeds = content.querySelector(".bibtex-deeds");
  const status = deeds.querySelector("[role=status]");
  const page = location.href.replace(/[?#].*/, "");
  code.textContent = code.textContent.replace(/\n\}$/, `,\n  url     = {${url(page)}}\n}`);
  deeds.hidden = false;
  deeds.querySelector("[name=copy]").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(`${code.textContent}\n`);
      status.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(code);
      status.textContent = "Selected: press the keys that copy.";
    }
  });
  deeds.querySelector("[name=save]").addEventListener("click", () =>
    save(code.dataset.file, `${code.textContent}\n`, "application/x-bibtex"));
}
