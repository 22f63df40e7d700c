/** Gives the reader a file. */
export function saveFile(name: string, content: Blob | string, type = "text/plain"): void {
  const url = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type }) : content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // (the download has begun by then)
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
