/** Columns that a terminal surely has. */
export const WIDTH = 80;

/** Breaks text between words so that no line is longer than `width`; a longer word is cut. `indent` goes before each line. */
export function wrapped(text: string, indent = "", width = WIDTH): readonly string[] {
  const room = width - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((part) => cut(part, room))) {
    if (line === "") line = word;
    else if (size(line) + 1 + size(word) <= room) line += ` ${word}`;
    else {
      lines.push(indent + line);
      line = word;
    }
  }
  if (line !== "") lines.push(indent + line);
  return lines;
}

/** A command's words on as few lines as hold them; a shell reads on behind the backslash. A longer word stays whole. */
export function commandLines(words: readonly string[], width = WIDTH): readonly string[] {
  if (size(words.join(" ")) <= width) return [words.join(" ")];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && size(last) + size(word) + 3 <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.map((line, at) => (at === lines.length - 1 ? line : `${line} \\`));
}

/** Columns side by side, two spaces apart: the first on the left and as wide as there is room, the others on the right. */
export function columns(rows: readonly (readonly string[])[], width = WIDTH): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, size(cell));
  const others = widths.slice(1).reduce((sum, each) => sum + each + 2, 0);
  const [first = 0] = widths;
  widths[0] = Math.max(8, Math.min(first, width - others));
  return rows.map((row) =>
    shortened(
      row
        .map((cell, at) =>
          at === 0 ? padEnd(shortened(cell, widths[0] ?? 0), widths[0] ?? 0) : padStart(cell, widths[at] ?? 0),
        )
        .join("  ")
        .trimEnd(),
      width,
    ),
  );
}

/** At most so many characters; what is left out at the end is marked. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join("")}…`;
}

function cut(word: string, room: number): readonly string[] {
  const characters = [...word];
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += room) parts.push(characters.slice(at, at + room).join(""));
  return parts;
}

function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - size(text)));
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - size(text))) + text;
}

function size(text: string): number {
  return [...text].length;
}
