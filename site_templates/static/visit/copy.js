// What stands in an element -> the clipboard; selected where the browser refuses.

export async function copyText(element, status) {
  try {
    await navigator.clipboard.writeText(`${element.textContent}\n`);
    status.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(element);
    status.textContent = "Selected: press the keys that copy.";
  }
}
