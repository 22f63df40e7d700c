import { describe, expect, it, test } from "vitest";
import { MASKS, pathOf, qrCodeOf, TextTooLong } from "./qr-code.ts";
import { product, remainderOf } from "./reed-solomon.ts";

/** Reads a code of up to 106 bytes (versions 1 to 5, one block) as a camera's program would, and the words in it. */
function readBack(grid: readonly (readonly boolean[])[]): { readonly text: string; readonly words: readonly number[] } {
  const size = grid.length;
  const isDark = (row: number, column: number): boolean => grid[row]?.[column] === true;
  // Of the format: bits 12, 11 and 10 say the mask, turned over by a fixed pattern.
  const mask = [12, 11, 10].reduce((sum, bit) => sum * 2 + Number(isDark(8, 14 - bit)), 0) ^ 0b101;
  const isTaken = (row: number, column: number): boolean =>
    (row < 9 && (column < 9 || column >= size - 8)) ||
    (row >= size - 8 && column < 9) ||
    row === 6 ||
    column === 6 ||
    (size > 21 && Math.abs(row - size + 7) <= 2 && Math.abs(column - size + 7) <= 2);
  const bits = [...pathOf(size)]
    .filter(([row, column]) => !isTaken(row, column))
    .map(([row, column]) => isDark(row, column) !== MASKS[mask]?.(row, column));
  const words = Array.from({ length: Math.floor(bits.length / 8) }, (_, index) =>
    bits.slice(8 * index, 8 * index + 8).reduce((word, bit) => word * 2 + Number(bit), 0),
  );
  const half = (index: number): number => ((words[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 15;
  const byte = (index: number): number => half(index) * 16 + half(index + 1);
  const bytes = Array.from({ length: byte(1) }, (_, index) => byte(3 + 2 * index));
  return { text: half(0) === 4 ? new TextDecoder().decode(new Uint8Array(bytes)) : "", words };
}

describe("a QR code", () => {
  it("is read back as the text, in whichever size it needs, and its correction fits its words", () => {
    const long =
      "otpauth://totp/Safeguard:é?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Safeguard&digits=6&period=30";
    const corrections = [7, 10, 15, 20, 26];
    for (const length of [1, 17, 18, 32, 33, 53, 54, 78, 79, 100]) {
      const text = long.slice(0, length);
      const grid = qrCodeOf(text);
      const { text: read, words } = readBack(grid);
      expect(read).toBe(text);
      const correction = corrections[(grid.length - 21) / 4] ?? 0;
      expect(remainderOf(words.slice(0, -correction), correction)).toEqual(words.slice(-correction));
    }
  });

  it("grows with the text, and refuses what does not fit", () => {
    const sizeFor = (length: number): number => qrCodeOf("x".repeat(length)).length;
    expect([17, 18, 106, 107, 230, 231, 271, 367].map(sizeFor)).toEqual([21, 25, 37, 41, 53, 57, 57, 65]);
    expect(() => qrCodeOf("x".repeat(368))).toThrow(TextTooLong);
  });
});

test("the words of correction are those of the standard's own example", () => {
  const data = "10 20 0C 56 61 80 EC 11 EC 11 EC 11 EC 11 EC 11".split(" ").map((word) => Number.parseInt(word, 16));
  const correction = remainderOf(data, 10).map((word) => word.toString(16).toUpperCase().padStart(2, "0"));
  expect(correction.join(" ")).toBe("A5 24 D4 C1 ED 36 C7 87 2C 55");
  expect([product(0, 7), product(1, 7), product(2, 0x80)]).toEqual([0, 7, 0x1d]);
});
