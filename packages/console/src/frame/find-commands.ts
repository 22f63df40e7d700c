/** Something that the palette can do. */
export interface Command {
  readonly id: string;
  readonly group: "pages" | "destinations" | "look" | "language" | "accounts" | "help";
  readonly label: string;
  /** What it is found by besides its label. */
  readonly keywords?: string;
  /** Only when it is asked for: there are hundreds of its kind. */
  readonly isAskedFor?: true;
}

const MOST_FOUND = 12;
/** Shorter parts of a name would find half of the world. */
const SHORTEST_ASKED = 2;

/**
 * What fits the words that were typed, the best first: every word must begin a word of the label or of the keywords. Words
 * of `skipped` (such as “block”, which is what one does with a destination) need not.
 */
export function findCommands<T extends Command>(
  query: string,
  commands: readonly T[],
  skipped: ReadonlySet<string> = new Set(),
): readonly T[] {
  const words = wordsOf(query);
  const asked = words.filter((word) => !skipped.has(word));
  const isLong = asked.some((word) => word.length >= SHORTEST_ASKED);
  const found = commands.flatMap((command) => {
    const { label, keywords = "", isAskedFor = false } = command;
    if (isAskedFor && !isLong) return [];
    const labelWords = wordsOf(label);
    const all = [...labelWords, ...wordsOf(keywords)];
    const wanted = isAskedFor ? asked : words;
    if (!wanted.every((word) => all.some((one) => one.startsWith(word)))) return [];
    const inLabel = wanted.filter((word) => labelWords.some((one) => one.startsWith(word))).length;
    const whole = wanted.filter((word) => all.includes(word)).length;
    return [{ command, rank: inLabel + whole }];
  });
  return found
    .toSorted((one, other) => other.rank - one.rank)
    .slice(0, MOST_FOUND)
    .map(({ command }) => command);
}

/** In lower case, without accents. */
function wordsOf(text: string): readonly string[] {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}+]+/u)
    .filter((word) => word !== "");
}
