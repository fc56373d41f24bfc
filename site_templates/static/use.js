// Lines to copy: each gets a button, which says when they are copied.

import { copyText } from "./visit/copy.js";
import { element } from "./catalogue/objects.js";

export async function start() {
  for (const box of document.querySelectorAll(".snippet")) {
    const title = box.dataset.title;
    const button = element("button", { type: "button", textContent: "Copy", ariaLabel: `Copy: ${title}` });
    const status = element("span", { role: "status", className: "small" });
    button.addEventListener("click", () => copyText(box.querySelector("code"), status));
    box.append(element("p", { className: "copy" }, status, button));
  }
}
