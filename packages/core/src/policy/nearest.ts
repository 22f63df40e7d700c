/** Beyond this a text is not a slip of one of the words, and comparing it is only work. */
const LONGEST_SLIP = 40;

/** The word that a mistyped text most probably meant; undefined when none is near. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  if (text.length > LONGEST_SLIP) return undefined;
  const lower = text.toLowerCase().replaceAll(/[-_ ]/g, "");
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const distance = editDistance(lower, word.toLowerCase().replaceAll("_", ""));
    if (distance >= bestDistance || distance > Math.max(1, Math.floor(word.length / 3))) continue;
    best = word;
    bestDistance = distance;
  }
  return best;
}

/** Levenshtein: how many characters to insert, remove or replace. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}
