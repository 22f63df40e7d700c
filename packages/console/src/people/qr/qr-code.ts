import { remainderOf } from "./reed-solomon.ts";

/**
 * A QR code (ISO/IEC 18004) of a text as bytes, with the lowest error correction (L), which is enough on a screen. Rows of
 * modules, true where dark, without the quiet zone around it. Throws TextTooLong.
 */
export function qrCodeOf(text: string): readonly (readonly boolean[])[] {
  const bytes = new TextEncoder().encode(text);
  const version = VERSIONS.find((one) => capacityOf(one) >= bytes.length);
  if (version === undefined) throw new TextTooLong(`a QR code here holds at most ${MOST} bytes`);
  const words = interleaved(dataWords(bytes, version), version);
  const best = MASKS.map((_, mask) => drawn(version, words, mask)).reduce((a, b) =>
    penaltyOf(b) < penaltyOf(a) ? b : a,
  );
  return best;
}

export class TextTooLong extends Error {
  override readonly name = "TextTooLong";
  readonly code = "text_too_long";
}

/** Of error correction L: blocks, and words of correction in each. */
interface Version {
  readonly number: number;
  readonly blocks: number;
  readonly correction: number;
}

const VERSIONS: readonly Version[] = [
  [1, 7],
  [1, 10],
  [1, 15],
  [1, 20],
  [1, 26],
  [2, 18],
  [2, 20],
  [2, 24],
  [2, 30],
  [4, 18],
  [4, 20],
  [4, 24],
].map(([blocks = 1, correction = 0], index) => ({ number: index + 1, blocks, correction }));

export function sizeOf({ number }: Version): number {
  return 17 + 4 * number;
}

/** Centres of the small squares by which a reader straightens the picture. */
function alignmentsOf(version: Version): readonly number[] {
  const { number } = version;
  if (number === 1) return [];
  const count = Math.floor(number / 7) + 2;
  const last = sizeOf(version) - 7;
  const step = Math.ceil((last - 6) / (count - 1) / 2) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, index) => last - step * (count - 2 - index))];
}

/** All words that fit, of data and correction. */
function wordsOf(version: Version): number {
  const { number } = version;
  let modules = (16 * number + 128) * number + 64;
  if (number >= 2) {
    const count = Math.floor(number / 7) + 2;
    modules -= (25 * count - 10) * count - 55;
    if (number >= 7) modules -= 36;
  }
  return Math.floor(modules / 8);
}

function dataCountOf(version: Version): number {
  return wordsOf(version) - version.blocks * version.correction;
}

/** Bytes of text: after 4 bits of mode and 8 or 16 of length. */
function capacityOf(version: Version): number {
  return Math.floor((8 * dataCountOf(version) - 4 - (version.number < 10 ? 8 : 16)) / 8);
}

const MOST = Math.max(...VERSIONS.map(capacityOf));

function dataWords(bytes: Uint8Array, version: Version): readonly number[] {
  const bits = [...bitsOf(0b0100, 4), ...bitsOf(bytes.length, version.number < 10 ? 8 : 16)];
  for (const byte of bytes) bits.push(...bitsOf(byte, 8));
  const room = 8 * dataCountOf(version);
  bits.push(...bitsOf(0, Math.min(4, room - bits.length)));
  bits.push(...bitsOf(0, (8 - (bits.length % 8)) % 8));
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8)
    words.push(bits.slice(at, at + 8).reduce((word, bit) => word * 2 + bit, 0));
  for (let pad = 0; words.length < room / 8; pad++) words.push(pad % 2 === 0 ? 0xec : 0x11);
  return words;
}

function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (value >> (count - 1 - index)) & 1);
}

/** Blocks of nearly one length, each with its correction, word by word in turn. */
function interleaved(data: readonly number[], version: Version): readonly number[] {
  const { blocks, correction } = version;
  const short = Math.floor(data.length / blocks);
  const shortBlocks = blocks - (data.length % blocks);
  const parts: (readonly number[])[] = [];
  for (let block = 0, at = 0; block < blocks; block++) {
    const length = short + (block < shortBlocks ? 0 : 1);
    parts.push(data.slice(at, at + length));
    at += length;
  }
  const corrections = parts.map((part) => remainderOf(part, correction));
  const inTurn = (lists: readonly (readonly number[])[], longest: number): readonly number[] =>
    Array.from({ length: longest }, (_, index) => index).flatMap((index) => lists.flatMap((list) => list[index] ?? []));
  return [...inTurn(parts, short + 1), ...inTurn(corrections, correction)];
}

type Mask = (row: number, column: number) => boolean;

export const MASKS: readonly Mask[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

function drawn(version: Version, words: readonly number[], mask: number): readonly (readonly boolean[])[] {
  const size = sizeOf(version);
  /** Undefined: for data. */
  const grid: (boolean | undefined)[][] = Array.from({ length: size }, () =>
    new Array<undefined>(size).fill(undefined),
  );
  const put = (row: number, column: number, dark: boolean): void => {
    const line = grid[row];
    if (line !== undefined && column >= 0 && column < size) line[column] = dark;
  };
  for (let index = 0; index < size; index++) {
    put(6, index, index % 2 === 0);
    put(index, 6, index % 2 === 0);
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const) {
    for (let y = -4; y <= 4; y++) {
      for (let x = -4; x <= 4; x++) {
        const ring = Math.max(Math.abs(x), Math.abs(y));
        put(row + y, column + x, ring !== 2 && ring !== 4);
      }
    }
  }
  const centres = alignmentsOf(version);
  const last = centres.length - 1;
  for (const [i, row] of centres.entries()) {
    for (const [j, column] of centres.entries()) {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) continue;
      for (let y = -2; y <= 2; y++)
        for (let x = -2; x <= 2; x++) put(row + y, column + x, Math.max(Math.abs(x), Math.abs(y)) !== 1);
    }
  }
  putFormat(put, size, mask);
  if (version.number >= 7) putVersion(put, size, version.number);
  putData(grid, words, MASKS[mask] ?? (() => false));
  return grid.map((row) => row.map((dark) => dark === true));
}

type Put = (row: number, column: number, dark: boolean) => void;

/** Correction and mask, twice, with their own correction (BCH 15, 5). */
function putFormat(put: Put, size: number, mask: number): void {
  const data = (0b01 << 3) | mask;
  let rest = data;
  for (let step = 0; step < 10; step++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (index: number): boolean => ((bits >> index) & 1) === 1;
  for (let index = 0; index <= 5; index++) put(index, 8, bit(index));
  put(7, 8, bit(6));
  put(8, 8, bit(7));
  put(8, 7, bit(8));
  for (let index = 9; index < 15; index++) put(8, 14 - index, bit(index));
  for (let index = 0; index < 8; index++) put(8, size - 1 - index, bit(index));
  for (let index = 8; index < 15; index++) put(size - 15 + index, 8, bit(index));
  put(size - 8, 8, true);
}

/** The version, twice, with its own correction (BCH 18, 6). */
function putVersion(put: Put, size: number, number: number): void {
  let rest = number;
  for (let step = 0; step < 12; step++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (number << 12) | rest;
  for (let index = 0; index < 18; index++) {
    const dark = ((bits >> index) & 1) === 1;
    const [far, near] = [size - 11 + (index % 3), Math.floor(index / 3)];
    put(near, far, dark);
    put(far, near, dark);
  }
}

/** Two columns at a time from the right, up and down in turn, past what stands there already. */
function putData(grid: (boolean | undefined)[][], words: readonly number[], mask: Mask): void {
  let at = 0;
  for (const [row, column] of pathOf(grid.length)) {
    const line = grid[row];
    if (line === undefined || line[column] !== undefined) continue;
    const bit = ((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    line[column] = (bit === 1) !== mask(row, column);
    at++;
  }
}

export function* pathOf(size: number): Generator<readonly [row: number, column: number]> {
  let isUp = true;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const row = isUp ? size - 1 - step : step;
      yield [row, right];
      yield [row, right - 1];
    }
    isUp = !isUp;
  }
}

/** How hard it is to read: long runs, blocks, and too much of one colour. The least is taken. */
function penaltyOf(grid: readonly (readonly boolean[])[]): number {
  let penalty = 0;
  const columns = grid.map((_, column) => grid.map((row) => row[column] === true));
  for (const line of [...grid, ...columns]) {
    const text = line.map((dark) => (dark ? "1" : "0")).join("");
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) penalty += run.length - 2;
    // (like the squares in the corners)
    penalty += 40 * (text.match(/(?=00001011101|10111010000)/g) ?? []).length;
  }
  for (let row = 1; row < grid.length; row++) {
    for (let column = 1; column < grid.length; column++) {
      const dark = grid[row]?.[column];
      const isBlock =
        dark === grid[row - 1]?.[column] && dark === grid[row]?.[column - 1] && dark === grid[row - 1]?.[column - 1];
      if (isBlock) penalty += 3;
    }
  }
  const dark = grid.flat().filter(Boolean).length;
  return penalty + 10 * Math.floor(Math.abs((20 * dark) / grid.length ** 2 - 10));
}
