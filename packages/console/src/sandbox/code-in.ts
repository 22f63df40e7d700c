/** The code in a text, as phones offer it: the first 4 to 8 digits that stand alone. */
export function codeIn(text: string): string | undefined {
  return /(?<![\d+.,-])\d{4,8}(?![\d.,-]?\d)/.exec(text)?.[0];
}
