// The nearest of many points.

/**
 * Places of the `k` rows nearest to a point, the nearest first, each with its distance.
 * `at(row)` gives a row's coordinates, or null where it has none.
 */
export function nearest(point, size, at, k) {
  const found = [];
  for (let row = 0; row < size; row += 1) {
    const place = at(row);
    if (!place) continue;
    let sum = 0;
    for (let i = 0; i < point.length; i += 1) sum += (place[i] - point[i]) ** 2;
    if (found.length === k && sum >= found[k - 1].sum) continue;
    const before = found.findIndex((other) => sum < other.sum);
    found.splice(before < 0 ? found.length : before, 0, { row, sum });
    found.length = Math.min(found.length, k);
  }
  return found.map(({ row, sum }) => ({ row, distance: Math.sqrt(sum) }));
}
