// From a view of the plane to a window of square cells, and the counts in them.
//
// Cells belong to the plane, not to the screen: level k has 256 * 2^k of them across. Points,
// tiles, WebGL and canvas so all draw the very same picture, and nothing shimmers while it moves.
// A cell has four numbers, by the kind of the colour column: [count, 0, 0, 0] without one;
// [known, sum of values 0..1, unknown, 0] of a number; one count per class.

import { MISSING, QUANTA } from "./data.js";

const CELL_PX = 1.5;

export const cellsAcross = (level) => 256 * 2 ** level;

/** The level whose cells are one and a half to three pixels wide, as far as there are levels. */
export function levelFor(source, pixelsPerUnit) {
  if (source.kind === "grid") return Math.log2(source.cells / 256);
  const wanted = Math.floor(Math.log2(pixelsPerUnit / (256 * CELL_PX)) + 1e-9);
  return Math.max(0, Math.min(wanted, source.peaks.length - 1));
}

/** The cells that a view shows: level, first cell, how many. */
export function windowOf(source, view) {
  const level = levelFor(source, view.scale);
  const n = cellsAcross(level);
  const { left, right, low, high } = view.edges;
  const first = (edge) => Math.max(0, Math.min(n - 1, Math.floor(edge * n)));
  const [x0, y0] = [first(left), first(low)];
  return { level, x0, y0, width: first(right) - x0 + 1, height: first(high) - y0 + 1 };
}

function add(cells, at, kind, count, code) {
  if (kind === "words") cells[at + code] += count;
  else if (kind === "none") cells[at] += count;
  else if (code === MISSING) cells[at + 2] += count;
  else {
    cells[at] += count;
    cells[at + 1] += (count * code) / (MISSING - 1);
  }
}

function countPoints(cells, { x, y }, { level, x0, y0, width, height }, { kind, codes }) {
  const perCell = QUANTA / cellsAcross(level);
  const shift = Math.log2(perCell);
  for (let i = 0; i < x.length; i += 1) {
    const [column, row] = [(x[i] >> shift) - x0, (y[i] >> shift) - y0];
    if (column >= 0 && row >= 0 && column < width && row < height) {
      add(cells, 4 * (row * width + column), kind, 1, codes ? codes[i] : 0);
    }
  }
}

function copyGrid(cells, { counts, cells: side }, { x0, y0, width, height }) {
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      cells[4 * (row * width + column)] = counts[(y0 + row) * side + x0 + column] ?? 0;
    }
  }
}

/** Counts of a window's cells, four numbers each, the lowest row first. */
export function counted(source, window, column) {
  const { x0, y0, width, height } = window;
  const cells = new Float32Array(4 * width * height);
  if (source.kind === "points") countPoints(cells, source, window, column);
  else if (source.kind === "grid") copyGrid(cells, source, window);
  else {
    source.each(window, column, (x, y, count, code) => {
      const [across, up] = [x - x0, y - y0];
      if (across >= 0 && up >= 0 && across < width && up < height) {
        add(cells, 4 * (up * width + across), column.kind, count, code);
      }
    });
  }
  return cells;
}
