// Hand the visitor a text, or parts of bytes, as a file.

export function save(name, content, type) {
  const address = URL.createObjectURL(new Blob([content].flat(), { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
