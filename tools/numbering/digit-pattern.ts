/**
 * The regular expressions of phone number metadata, as nondeterministic automata over the digits 0–9. They use only
 * digits, `\d`, `[…]`, `(…)`, `(?:…)`, `|`, `?`, `{n}`, `{n,m}` and a closing `$`; anything else is refused.
 */

/** What a set of patterns looks like after the digits read so far. */
export interface PatternState {
  /** Patterns that match exactly the digits read so far. */
  readonly matched: ReadonlySet<number>;
  /** Where each next digit leads. */
  next(digit: number): PatternState;
}

interface Node {
  /** Bit `d` set: the digit `d` leads to `to`. */
  readonly mask: number;
  /** Target of the digits in `mask`; a digit node may lead to itself. */
  to: Node | undefined;
  /** Reached without reading a digit. */
  readonly free: readonly Node[];
  /** Pattern that is matched here, or -1. */
  readonly pattern: number;
  readonly id: number;
}

/** Compiles patterns, told apart by a number of the caller's choice, and runs them all at once. */
export class DigitPatterns {
  readonly #starts: Node[] = [];
  #nodes = 0;
  readonly #states = new Map<string, PatternState>();

  /** `pattern` matches when all digits match `source`. */
  addWhole(pattern: number, source: string): void {
    this.#starts.push(this.#compile(source, this.#node({ pattern })));
  }

  /** `pattern` matches when some beginning of the digits, of one digit at least, matches `source`. */
  addPrefix(pattern: number, source: string): void {
    const matched = this.#node({ pattern });
    const rest = this.#node({ mask: ANY_DIGIT });
    const afterRest = this.#node({ free: [matched, rest] });
    rest.to = afterRest;
    for (const start of this.#withoutEmptyMatch(this.#compile(source, afterRest, matched), afterRest)) {
      this.#starts.push(start);
    }
  }

  /** The state before any digit. */
  start(): PatternState {
    return this.#state(this.#starts);
  }

  /** The digit nodes that `start` reaches without passing `end`: what matches no digit at all is left out. */
  #withoutEmptyMatch(start: Node, end: Node): Node[] {
    const found: Node[] = [];
    const seen = new Set<Node>([end]);
    const visit = (node: Node): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (node.mask !== 0) found.push(node);
      node.free.forEach(visit);
    };
    visit(start);
    return found;
  }

  #state(from: readonly Node[]): PatternState {
    const nodes = new Set<Node>();
    const visit = (node: Node): void => {
      if (nodes.has(node)) return;
      nodes.add(node);
      node.free.forEach(visit);
    };
    from.forEach(visit);
    const relevant = [...nodes].filter((node) => node.mask !== 0 || node.pattern >= 0).sort((a, b) => a.id - b.id);
    const key = relevant.map((node) => node.id).join();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const nexts: (PatternState | undefined)[] = [];
    const state: PatternState = {
      matched: new Set(relevant.filter((node) => node.pattern >= 0).map((node) => node.pattern)),
      next: (digit) => {
        const targets = relevant.flatMap((node) => ((node.mask >> digit) & 1 && node.to ? [node.to] : []));
        nexts[digit] ??= this.#state(targets);
        return nexts[digit];
      },
    };
    this.#states.set(key, state);
    return state;
  }

  #node(parts: { mask?: number; to?: Node; free?: readonly Node[]; pattern?: number }): Node {
    this.#nodes += 1;
    return {
      mask: parts.mask ?? 0,
      to: parts.to,
      free: parts.free ?? [],
      pattern: parts.pattern ?? -1,
      id: this.#nodes,
    };
  }

  /** The node where `source` begins, so that a match of it leads to `then` (a match that ends in `$`: to `atEnd`). */
  #compile(source: string, then: Node, atEnd: Node = then): Node {
    const emit = (term: Term, next: Node): Node => {
      switch (term.kind) {
        case "digit":
          return this.#node({ mask: term.mask, to: next });
        case "sequence":
          return term.terms.reduceRight((after, part) => emit(part, after), next);
        case "choice":
          return this.#node({ free: term.terms.map((part) => emit(part, next)) });
        case "repeat": {
          let start = next;
          for (let i = term.most; i > term.least; i -= 1) start = this.#node({ free: [emit(term.term, start), next] });
          for (let i = 0; i < term.least; i += 1) start = emit(term.term, start);
          return start;
        }
        case "end":
          return atEnd;
      }
    };
    return emit(parsePattern(source), then);
  }
}

const ANY_DIGIT = 0x3ff;

/** A pattern, read. A `digit` stands for the digits whose bits are set in `mask`. */
export type Term =
  | { readonly kind: "digit"; readonly mask: number }
  | { readonly kind: "sequence" | "choice"; readonly terms: readonly Term[] }
  | { readonly kind: "repeat"; readonly term: Term; readonly least: number; readonly most: number }
  | { readonly kind: "end" };

/** Reads one pattern; throws where it uses something else than the above. */
export function parsePattern(source: string): Term {
  let at = 0;
  const take = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };
  const refuse = (): never => {
    throw new Error(`cannot read the pattern at ${at}: ${source}`);
  };
  const choice = (): Term => {
    const terms = [sequence()];
    while (take("|")) terms.push(sequence());
    return terms.length === 1 && terms[0] ? terms[0] : { kind: "choice", terms };
  };
  const sequence = (): Term => {
    const terms: Term[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") terms.push(repeated(single()));
    return { kind: "sequence", terms };
  };
  const repeated = (term: Term): Term => {
    if (take("?")) return { kind: "repeat", term, least: 0, most: 1 };
    if (!take("{")) return term;
    const counts = /^(\d+)(?:,(\d+))?\}/.exec(source.slice(at)) ?? refuse();
    at += counts[0].length;
    return { kind: "repeat", term, least: Number(counts[1]), most: Number(counts[2] ?? counts[1]) };
  };
  const single = (): Term => {
    if (take("(?:") || take("(")) {
      const inside = choice();
      return take(")") ? inside : refuse();
    }
    if (take("\\d")) return { kind: "digit", mask: ANY_DIGIT };
    if (take("$")) return { kind: "end" };
    if (take("[")) return { kind: "digit", mask: digitClass() };
    return { kind: "digit", mask: 1 << digit() };
  };
  const digitClass = (): number => {
    let mask = 0;
    while (!take("]")) {
      const first = digit();
      const last = take("-") ? digit() : first;
      for (let d = first; d <= last; d += 1) mask |= 1 << d;
    }
    return mask;
  };
  const digit = (): number => {
    const value = source.charCodeAt(at) - 48;
    if (!(value >= 0 && value <= 9)) refuse();
    at += 1;
    return value;
  };
  const term = choice();
  return at === source.length ? term : refuse();
}
