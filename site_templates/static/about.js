// The texts that papers need, to copy or to keep.

import { copyText } from "./visit/copy.js";
import { save } from "./visit/save.js";

export function start() {
  for (const deeds of document.querySelectorAll(".deeds")) {
    const text = document.getElementById(deeds.dataset.of);
    const status = deeds.querySelector("[role=status]");
    deeds.hidden = false;
    deeds.querySelector("[name=copy]").addEventListener("click", () => copyText(text, status));
    deeds.querySelector("[name=save]")?.addEventListener("click", () =>
      save(deeds.dataset.file, `${text.textContent}\n`, "application/x-bibtex"));
  }
}
