// The decoder's state in its address: dimensions that are not at their mean, window, object.

const DIGITS = 6;

/** Values by dimension, window and object of an address; what it does not say is null or empty. */
export function fromAddress(search, dimensions) {
  const asked = new URLSearchParams(search);
  const number = (name) => (asked.get(name)?.trim() && Number.isFinite(Number(asked.get(name))) ? Number(asked.get(name)) : null);
  const values = dimensions.map(({ dimension }) => number(`d${dimension}`));
  return { values, from: number("from"), to: number("to"), object: asked.get("object") ?? "" };
}

export function toAddress({ values, from, to, object }) {
  const asked = new URLSearchParams();
  values.forEach((value, i) => {
    if (value !== null) asked.set(`d${i + 1}`, String(Number(value.toPrecision(DIGITS))));
  });
  if (from !== null) asked.set("from", String(from));
  if (to !== null) asked.set("to", String(to));
  if (object) asked.set("object", object);
  const text = asked.toString();
  return text ? `?${text}` : "";
}
