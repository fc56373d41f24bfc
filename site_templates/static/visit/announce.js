// Says something to whoever does not see the page change: one polite live region per page.

let region = null;

export function announce(text) {
  if (!region?.isConnected) {
    region = document.createElement("p");
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  // A region that gets the same text twice stays silent, and one that is new is not listened to yet.
  setTimeout(() => (region.textContent = text), 50);
}
