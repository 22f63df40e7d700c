import type { AttemptMark } from "./incident-pictures.ts";

/** Attempts of an incident that are kept for its pictures: the first ones, and then the newest. */
const KEPT_FIRST = 300;
const KEPT_LAST = 300;
const MARKS: readonly AttemptMark[] = ["leaked", "converted", "stopped", "verified"];
const BUCKET_MS = 60_000;
const MOST_BUCKETS = 720;

/** Attempts of one incident, for its pictures. Bounded. */
export class AttemptTrace {
  #lines: number[] = [];
  #times: number[] = [];
  #marks: number[] = [];
  /** Attempts seen in all. */
  seen = 0;
  /** Attempts per bucket of time; buckets are merged in pairs when there are too many. */
  bucketMs: number = BUCKET_MS;
  #buckets: Map<number, number> = new Map();

  add(line: number, at: number, mark: AttemptMark): void {
    this.seen++;
    const bucket = Math.floor(at / this.bucketMs);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    while (this.#buckets.size > MOST_BUCKETS) this.#merge();
    const code = MARKS.indexOf(mark);
    if (this.#lines.length < KEPT_FIRST + KEPT_LAST) {
      this.#lines.push(line);
      this.#times.push(at);
      this.#marks.push(code);
      return;
    }
    const place = placeOf(this.seen - 1);
    this.#lines[place] = line;
    this.#times[place] = at;
    this.#marks[place] = code;
  }

  /** The newest attempt of the number that leaked was completed. */
  convert(line: number): void {
    const kept = this.#lines.length;
    for (let back = 1; back <= kept; back++) {
      const index = back <= kept - KEPT_FIRST ? placeOf(this.seen - back) : kept - back;
      if (this.#lines[index] !== line || this.#marks[index] !== 0) continue;
      this.#marks[index] = 1;
      return;
    }
  }

  /** Attempts for one number are another's from now on. */
  rename(line: number, other: number): void {
    this.#lines = this.#lines.map((kept) => (kept === line ? other : kept));
  }

  /** What is kept, in the order of time. */
  list(): readonly { readonly line: number; readonly at: number; readonly mark: AttemptMark }[] {
    return this.#lines
      .map((line, index) => ({
        line,
        at: this.#times[index] ?? 0,
        mark: MARKS[this.#marks[index] ?? 0] ?? "leaked",
      }))
      .sort((a, b) => a.at - b.at);
  }

  buckets(): readonly { readonly at: number; readonly count: number }[] {
    return [...this.#buckets]
      .sort(([a], [b]) => a - b)
      .map(([bucket, count]) => ({ at: bucket * this.bucketMs, count }));
  }

  snapshot(): AttemptTraceSnapshot {
    return {
      lines: [...this.#lines],
      times: [...this.#times],
      marks: [...this.#marks],
      seen: this.seen,
      bucketMs: this.bucketMs,
      buckets: [...this.#buckets],
    };
  }

  static restore(snapshot: AttemptTraceSnapshot): AttemptTrace {
    const trace = new AttemptTrace();
    trace.#lines = [...snapshot.lines];
    trace.#times = [...snapshot.times];
    trace.#marks = [...snapshot.marks];
    trace.seen = snapshot.seen;
    trace.bucketMs = snapshot.bucketMs;
    trace.#buckets = new Map(snapshot.buckets);
    return trace;
  }

  #merge(): void {
    this.bucketMs *= 2;
    const merged = new Map<number, number>();
    for (const [bucket, count] of this.#buckets) {
      const wider = Math.floor(bucket / 2);
      merged.set(wider, (merged.get(wider) ?? 0) + count);
    }
    this.#buckets = merged;
  }
}

/** Where an attempt is kept: the newest in turns, after the first ones. */
function placeOf(attempt: number): number {
  return attempt < KEPT_FIRST ? attempt : KEPT_FIRST + ((attempt - KEPT_FIRST) % KEPT_LAST);
}

export interface AttemptTraceSnapshot {
  readonly lines: readonly number[];
  readonly times: readonly number[];
  readonly marks: readonly number[];
  readonly seen: number;
  readonly bucketMs: number;
  readonly buckets: readonly (readonly [number, number])[];
}
