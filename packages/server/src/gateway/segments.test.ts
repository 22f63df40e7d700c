import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSegments } from "./segments.ts";

describe("countSegments", () => {
  it.each([
    ["", 1],
    ["a".repeat(160), 1],
    ["a".repeat(161), 2],
    ["a".repeat(306), 2],
    ["a".repeat(307), 3],
    ["a".repeat(153 * 255), 255],
  ])("takes 160 characters of the GSM alphabet, then 153 in each part (%#)", (text, parts) => {
    expect(countSegments(text)).toBe(parts);
  });

  it("counts a character of the extension table twice", () => {
    expect(countSegments("€".repeat(80))).toBe(1);
    expect(countSegments(`${"€".repeat(80)}a`)).toBe(2);
  });

  it("does not split an escape from its character: a part may end one septet early", () => {
    // 152 + € does not fit into 153: the first part holds 152, and the rest makes exactly one more part too many.
    const text = `${"a".repeat(152)}€${"a".repeat(151)}`;
    expect(countSegments(text)).toBe(2);
    expect(countSegments(`${text}a`)).toBe(3);
  });

  it.each([
    ["ж".repeat(70), 1],
    ["ж".repeat(71), 2],
    ["ж".repeat(134), 2],
    ["ж".repeat(135), 3],
  ])("takes 70 characters of UCS-2, then 67 in each part (%#)", (text, parts) => {
    expect(countSegments(text)).toBe(parts);
  });

  it("does not split a surrogate pair", () => {
    expect(countSegments("😀".repeat(35))).toBe(1);
    expect(countSegments("😀".repeat(36))).toBe(2);
    expect(countSegments("😀".repeat(66))).toBe(2);
    expect(countSegments("😀".repeat(67))).toBe(3);
  });

  it("needs UCS-2 for a small ç, not for a capital one", () => {
    expect(countSegments(`Ç${"a".repeat(100)}`)).toBe(1);
    expect(countSegments(`ç${"a".repeat(100)}`)).toBe(2);
  });

  it("agrees with cutting the text up character by character", () => {
    const alphabet = fc.constantFrom("a", "€", "{", "\n", "Δ", "ж", "😀", "\ud800");
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 400 }), (text) => {
        expect(countSegments(text)).toBe(cutUp(text));
      }),
    );
  });
});

/** The slow way: really makes the parts. */
function cutUp(text: string): number {
  const gsm = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/.test(
    text,
  );
  const size = (character: string) => (gsm ? (/[\f^{}\\[~\]|€]/.test(character) ? 2 : 1) : character.length);
  const characters = [...text];
  const total = characters.reduce((sum, character) => sum + size(character), 0);
  if (total <= (gsm ? 160 : 70)) return 1;
  const parts = [0];
  for (const character of characters) {
    const used = parts.at(-1) ?? 0;
    if (used + size(character) > (gsm ? 153 : 67)) parts.push(size(character));
    else parts[parts.length - 1] = used + size(character);
  }
  return parts.length;
}
