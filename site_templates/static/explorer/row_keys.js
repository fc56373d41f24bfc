// Arrow keys go from row to row, or card to card; Home and End to the first and the last.

/** Listen on a box whose items `windowed` holds; each item carries its row in `data-row`. */
export function rowKeys(box, windowed) {
  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const item = event.target.closest("[data-row]");
    if (!item && event.target !== box) return;
    const per = windowed.perLine();
    const at = item ? windowed.rows.indexOf(Number(item.dataset.row)) : -1;
    const last = windowed.rows.length - 1;
    const place = {
      ArrowDown: at < 0 ? windowed.firstInSight() : at + per, ArrowUp: at - per, Home: 0, End: last,
      ...(per > 1 ? { ArrowRight: at + 1, ArrowLeft: at - 1 } : {}),
    }[event.key];
    if (place === undefined || last < 0) return;
    event.preventDefault();
    const next = windowed.reveal(Math.min(last, Math.max(0, place)));
    next?.querySelector("a")?.focus();
  });
}
