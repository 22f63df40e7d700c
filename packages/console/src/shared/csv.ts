type Cell = string | number | null | undefined;

/** What spreadsheets begin a formula with, in wide letters too, or strip before one. */
const FORMULA = /^\s*[=@\-\uff1d\uff20\uff0b\uff0d]|^[\t\r\n]|^\s*\+(?![\d x\u2022]+$)/;

/**
 * RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8. A text that a spreadsheet would take for a formula
 * gets an apostrophe before it; numbers in international form stay as they are. Quoted is also what would end a cell where
 * semicolons or tabs do.
 */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [header, ...rows].map((row) => row.map(cellOf).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

function cellOf(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
