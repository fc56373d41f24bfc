// A region of the map: a box or a lasso in map coordinates; to and from the address; what is in it.

const DECIMALS = 2;
const fixed = (value) => {
  const text = value.toFixed(DECIMALS);
  return Number(text) === 0 ? (0).toFixed(DECIMALS) : text;
};

// Numbers between commas, or null where one of them is none.
function numbers(text, count) {
  const parts = text.split(",");
  const values = parts.map(Number);
  const good = parts.length === count && parts.every((part) => part.trim() !== "") && values.every(Number.isFinite);
  return good ? values : null;
}

const ordered = (x0, x1, y0, y1) => ({
  kind: "box", x0: Math.min(x0, x1), x1: Math.max(x0, x1), y0: Math.min(y0, y1), y1: Math.max(y0, y1),
});

/** The region that `box:x0,x1,y0,y1` or `lasso:x,y;x,y;...` says; null where it says none. */
export function parseRegion(text) {
  const [kind, rest = ""] = (text ?? "").split(":", 2);
  if (kind === "box") {
    const edges = numbers(rest, 4);
    return edges && ordered(...edges);
  }
  if (kind !== "lasso") return null;
  const points = rest.split(";").map((pair) => numbers(pair, 2));
  return points.length >= 3 && points.every(Boolean) ? { kind: "lasso", points } : null;
}

export function formatRegion(region) {
  if (!region) return "";
  if (region.kind === "box") {
    return `box:${[region.x0, region.x1, region.y0, region.y1].map(fixed).join(",")}`;
  }
  return `lasso:${region.points.map((point) => point.map(fixed).join(",")).join(";")}`;
}

// Even-odd rule: a point is inside where a ray to the right crosses the outline an odd time.
function within(points, x, y) {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
    const [ax, ay] = points[i];
    const [bx, by] = points[j];
    if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** Whether (x, y) lies in the region; a box holds its edges, and nothing holds what has no place. */
export function contains(region, x, y) {
  if (Number.isNaN(x) || Number.isNaN(y)) return false;
  if (region.kind === "box") return x >= region.x0 && x <= region.x1 && y >= region.y0 && y <= region.y1;
  return within(region.points, x, y);
}

/** A hand-drawn outline with only the corners that matter: none is further than `slack` from it. */
export function simplified(points, slack) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let [worst, at] = [slack, -1];
  for (let i = 1; i < points.length - 1; i += 1) {
    const distance = fromSegment(points[i], first, last);
    if (distance > worst) [worst, at] = [distance, i];
  }
  if (at < 0) return [first, last];
  return [...simplified(points.slice(0, at + 1), slack).slice(0, -1), ...simplified(points.slice(at), slack)];
}

function fromSegment([x, y], [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0;
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

/** The region that places drawn by hand enclose; null where a lasso encloses nothing. */
export function drawnRegion(kind, places) {
  if (kind === "lasso") return places.length >= 3 ? { kind, points: places } : null;
  const [[ax, ay], [bx, by]] = [places[0], places.at(-1)];
  return ordered(ax, bx, ay, by);
}

/** Corners of a region, in the order in which its outline runs. */
export function corners({ kind, points, x0, x1, y0, y1 }) {
  return kind === "lasso" ? points : [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}
