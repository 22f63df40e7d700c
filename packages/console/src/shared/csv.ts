type Cell = string | number | null | undefined;

/**
 * RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8. A text that a spreadsheet would take for a formula
 * gets an apostrophe before it; numbers in international form stay as they are.
 */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [header, ...rows].map((row) => row.map(cellOf).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

function cellOf(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const text = /^[=@\t\r-]|^\+(?![\d x•]+$)/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
