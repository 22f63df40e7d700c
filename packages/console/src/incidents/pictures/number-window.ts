/** A part of the number line: offsets from its first number. */
export interface NumberWindow {
  readonly start: number;
  readonly size: number;
}

const SMALLEST = 100;

/** Lengths that the line can be looked at in, the whole of it last. */
export function windowSizes(lineSize: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = SMALLEST; size < lineSize; size *= 10) sizes.push(size);
  return [...sizes, lineSize];
}

/** The window of this size with the most attempts; of those with the same, the first. It begins at a tenth of its size. */
export function fullestWindow(offsets: readonly number[], size: number, lineSize: number): NumberWindow {
  const step = Math.max(1, size / 10);
  const sorted = [...offsets].sort((a, b) => a - b);
  let best: NumberWindow = { start: 0, size };
  let most = -1;
  const starts = new Set(sorted.map((offset) => clamp(Math.floor(offset / step) * step, 0, lineSize - size)));
  for (const start of starts) {
    const count = sorted.filter((offset) => offset >= start && offset < start + size).length;
    if (count > most) [most, best] = [count, { start, size }];
  }
  return best;
}

/** The shortest window that has nearly all attempts: where to look first. */
export function usualWindow(offsets: readonly number[], lineSize: number, share = 0.9): NumberWindow {
  for (const size of windowSizes(lineSize)) {
    const window = fullestWindow(offsets, size, lineSize);
    const inside = offsets.filter((offset) => offset >= window.start && offset < window.start + size).length;
    if (inside >= offsets.length * share) return window;
  }
  return { start: 0, size: lineSize };
}

/** How many numbers a column stands for: 1, 2 or 5 times a power of ten, at least `least`, so that there are at most `columns`. */
export function numbersPerColumn(size: number, columns: number, least: number): number {
  for (let power = 1; ; power *= 10) {
    for (const factor of [1, 2, 5]) {
      const each = factor * power;
      if (each >= least && size / each <= columns) return each;
    }
  }
}

function clamp(value: number, from: number, to: number): number {
  return Math.max(from, Math.min(to, value));
}
