/**
 * The first name that stands twice in one object of a text that JSON.parse has taken; undefined: there is none. JSON.parse
 * keeps the last of such values and other readers the first, so nobody knows which was meant.
 *
 * In JSON a colon outside a string comes after a name and nowhere else, so lists need not be followed.
 */
export function repeatedName(json: string): string | undefined {
  const above: Names[] = [];
  let names: Names = new Names();
  for (let index = 0; index < json.length; index++) {
    switch (json.charCodeAt(index)) {
      case OPENING_BRACE:
        above.push(names);
        names = new Names();
        break;
      case CLOSING_BRACE:
        names = above.pop() ?? names;
        break;
      case QUOTE: {
        const start = index;
        index = endOfString(json, start);
        let next = index + 1;
        while (isSpace(json.charCodeAt(next))) next++;
        if (json.charCodeAt(next) !== COLON) break;
        const written = json.slice(start + 1, index);
        const name = written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
        if (names.has(name)) return name;
        names.add(name);
        break;
      }
    }
  }
  return undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Objects with more names than this are looked up by hash. */
const FEW = 16;

/** The names of one object so far. A short list is searched faster than a set is made. */
class Names {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  has(name: string): boolean {
    return this.#many === undefined ? this.#few.includes(name) : this.#many.has(name);
  }

  add(name: string): void {
    if (this.#many !== undefined) this.#many.add(name);
    else if (this.#few.push(name) > FEW) this.#many = new Set(this.#few);
  }
}

/** Index of the quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); quote > 0; quote = json.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (json.charCodeAt(before) === BACKSLASH) before--;
    // An even number of backslashes: they escape each other, and not the quote.
    if ((quote - before) % 2 === 1) return quote;
  }
  return json.length;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
