import type { EpochMilliseconds } from "../brand.ts";
import type { Scope } from "../detectors/evidence.ts";
import type { Containment, IncidentRange } from "./incident.ts";

/** So many ranges are named: an attack on more is one on an operator or a country, and nobody reads on. */
const MOST = 1_000;

interface Range {
  readonly scope: Scope;
  readonly foundAt: EpochMilliseconds;
  containment: Containment | undefined;
}

/** The ranges of an incident, in the order in which they were found; those that were found first and are not contained give way. */
export class IncidentRanges {
  readonly #byScope: Map<string, Range> = new Map();
  /** Of the blocks among them, by size: their first digits. */
  readonly #blocks: Map<number, Set<number>> = new Map();
  /** How many more there were. */
  further = 0;

  constructor(ranges: readonly IncidentRange[] = [], further = 0) {
    for (const range of ranges) this.#put({ ...range });
    this.further = further;
  }

  get size(): number {
    return this.#byScope.size;
  }

  get(scope: Scope): Range | undefined {
    return this.#byScope.get(nameOf(scope));
  }

  get isContained(): boolean {
    for (const { containment } of this.#byScope.values()) if (containment !== undefined) return true;
    return false;
  }

  values(): IterableIterator<Range> {
    return this.#byScope.values();
  }

  list(): readonly IncidentRange[] {
    return [...this.#byScope.values()].map((range) => ({ ...range }));
  }

  add(scope: Scope, foundAt: EpochMilliseconds): Range {
    if (this.#byScope.size >= MOST) this.#makeRoom();
    return this.#put({ scope, foundAt, containment: undefined });
  }

  /** Is the number in one of its blocks? */
  covers(line: number): boolean {
    for (const [size, blocks] of this.#blocks) if (blocks.has(Math.floor(line / size))) return true;
    return false;
  }

  #put(range: Range): Range {
    const { scope } = range;
    this.#byScope.set(nameOf(scope), range);
    if (scope.type === "block") {
      const blocks = this.#blocks.get(scope.size);
      if (blocks === undefined) this.#blocks.set(scope.size, new Set([digitsOf(scope)]));
      else blocks.add(digitsOf(scope));
    }
    return range;
  }

  #makeRoom(): void {
    let oldest: Range | undefined;
    for (const range of this.#byScope.values()) {
      oldest ??= range;
      if (range.containment !== undefined) continue;
      oldest = range;
      break;
    }
    if (oldest === undefined) return;
    this.further++;
    this.#byScope.delete(nameOf(oldest.scope));
    if (oldest.scope.type === "block") this.#blocks.get(oldest.scope.size)?.delete(digitsOf(oldest.scope));
  }
}

function digitsOf({ prefix }: Extract<Scope, { readonly type: "block" }>): number {
  return Number(prefix.slice(1));
}

function nameOf(scope: Scope): string {
  return scope.type === "block" ? scope.prefix : `${scope.destination} ${scope.size}`;
}
