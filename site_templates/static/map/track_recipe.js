// A track as lines of a recipe, in TOML.

// TOML tells whole numbers from others; a point's numbers are the others.
const number = (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** The section `[[tracks]]` of points in a pair of dimensions, which are counted from 0 here. */
export function recipeOf([across, up], points, radius) {
  const pair = [across + 1, up + 1];
  return [
    "[[tracks]]",
    `name = "latents-${pair.join("-")}"`,
    `title = "Through latents ${pair.join(" and ")}"`,
    `across = ${pair[0]}`,
    `up = ${pair[1]}`,
    `points = [${points.map((point) => `[${point.map(number).join(", ")}]`).join(", ")}]`,
    `radius = ${number(radius)}`,
  ].join("\n");
}
