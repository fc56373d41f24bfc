// Whence a plot is, in lines that fit below it: a plot cuts off what is wider than itself.

// Pixels of a letter of 10 px, on average over words.
const LETTER = 5.6;

function folded(text, most) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export function credit(parts, width) {
  const most = Math.floor(width / LETTER);
  const line = parts.join(" · ");
  return line.length <= most ? line : parts.flatMap((part) => folded(part, most)).join("\n");
}
