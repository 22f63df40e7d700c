import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRecipient, parseRecipientBytes, readCanonicalBytes } from "./parse-recipient.ts";
import { NUMBER_DIALECTS, type NumberDialect, type RecipientResult } from "./recipient.ts";

const utf8 = new TextEncoder();

function fromBytes(text: string, dialect: NumberDialect): RecipientResult {
  const bytes = utf8.encode(`##${text}##`);
  return parseRecipientBytes(bytes, 2, bytes.length - 2, dialect);
}

/** `number destination type`, or `code@position`. */
function summary(result: RecipientResult): string {
  if (!result.ok) return result.position === undefined ? result.code : `${result.code}@${result.position}`;
  const { e164, candidates, twin, type, valid } = result.recipient;
  return [e164, candidates.join("|"), twin && `(${twin})`, type, valid ? "" : "nowhere"].filter(Boolean).join(" ");
}

const read = (text: string, dialect: NumberDialect = "native"): string => summary(parseRecipient(text, dialect));

describe("one number, however it is spelled", () => {
  it.each([
    ["+447400123456", "+447400123456 GB mobile"],
    ["00447400123456", "+447400123456 GB mobile"],
    ["+44 7400 123456", "+447400123456 GB mobile"],
    ["+44(0)7400123456", "+447400123456 GB mobile"],
    ["+44 (0) 7400 123456", "+447400123456 GB mobile"],
    ["+4407400123456", "+447400123456 GB mobile"],
    ["+44.7400.123456", "+447400123456 GB mobile"],
    ["+44/7400-123456", "+447400123456 GB mobile"],
    ["+44 (7400) 123456", "+447400123456 GB mobile"],
    [" + 44 7400 123456 ", "+447400123456 GB mobile"],
    ["+33 06 12 34 56 78", "+33612345678 FR mobile"],
    ["+62 0812 3456 7890", "+6281234567890 ID mobile"],
    ["+54 11 15 2345 6789", "+5491123456789 AR mobile"],
    ["+54 9 11 2345 6789", "+5491123456789 AR mobile"],
    ["+7 8 912 345 67 89", "+79123456789 RU mobile"],
    ["+55 0 41 11 98765 4321", "+5511987654321 BR mobile"],
    ["+36 06 20 123 4567", "+36201234567 HU mobile"],
    ["+1 1 202 555 0123", "+12025550123 US fixed_or_mobile"],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
    expect(summary(fromBytes(text, "native"))).toBe(expected);
  });

  it("keeps a zero that is part of the number", () => {
    expect(read("+39 06 1234567")).toBe("+39061234567 IT fixed");
  });

  it("refuses two national prefixes in a row, which nobody can read", () => {
    expect(read("+44 0 0 7400 123456")).toBe("number_impossible");
  });
});

describe("where a number belongs", () => {
  it.each([
    ["+12423591234", "BS"],
    ["+12045551234", "CA"],
    ["+447781123456", "GG"],
    ["+77011234567", "KZ"],
    ["+262639012345", "YT"],
    ["+59995181234", "CW"],
    ["+2908123", "TA"],
    ["+38344123456", "XK"],
    ["+80012345678", "800"],
    ["+870773111632", "870"],
    ["+883510012345678", "883"],
  ])("%s is %s's, which shares or owns its calling code", (text, destination) => {
    const result = parseRecipient(text, "native");
    expect(result.ok && result.recipient.candidates).toEqual([destination]);
  });

  it.each([
    ["+4779123456", "NO", "SJ"],
    ["+358181234567", "FI", "AX"],
    ["+61891641234", "AU", "CX"],
    ["+61891621234", "AU", "CC"],
    ["+390669812345", "IT", "VA"],
  ])("%s follows %s and says %s", (text, destination, twin) => {
    const result = parseRecipient(text, "native");
    expect(result).toMatchObject({ ok: true, recipient: { candidates: [destination], twin, valid: true } });
  });

  it("names every destination of the calling code when a number is possible but valid nowhere", () => {
    const nowhere = parseRecipient("+15550100000", "native");
    expect(nowhere).toMatchObject({ ok: true, recipient: { type: "unknown", valid: false, twin: undefined } });
    const candidates = nowhere.ok ? nowhere.recipient.candidates : [];
    expect(candidates).toHaveLength(25);
    expect(candidates).toEqual([...candidates].sort());
    expect(candidates).toEqual(expect.arrayContaining(["US", "CA", "JM"]));
  });

  it("names one candidate when the calling code has one destination, twins aside", () => {
    expect(read("+4700000000")).toBe("+4700000000 NO unknown nowhere");
  });
});

describe("what each dialect writes", () => {
  const accepted = "+31612345678 NL mobile";
  it.each([
    ["+31612345678", { native: accepted, csv: accepted, twilio: accepted, cm: accepted, smpp: accepted }],
    [
      "0031612345678",
      {
        native: accepted,
        csv: accepted,
        cm: accepted,
        twilio: "number_not_international",
        smpp: "number_not_international",
      },
    ],
    [
      "31612345678",
      {
        native: "number_not_international",
        csv: "number_not_international",
        twilio: accepted,
        cm: accepted,
        smpp: accepted,
      },
    ],
    // A form decoder turns an unescaped plus into a space.
    [" 31612345678", { twilio: accepted, native: "number_not_international" }],
    ["01131612345678", Object.fromEntries(NUMBER_DIALECTS.map((dialect) => [dialect, "number_not_international"]))],
    ["0612345678", Object.fromEntries(NUMBER_DIALECTS.map((dialect) => [dialect, "number_not_international"]))],
    ["+0031612345678", Object.fromEntries(NUMBER_DIALECTS.map((dialect) => [dialect, "number_calling_code"]))],
  ] as const)("%s", (text, expected) => {
    for (const [dialect, summaryExpected] of Object.entries(expected)) {
      expect([dialect, read(text, dialect as NumberDialect)]).toEqual([dialect, summaryExpected]);
      expect([dialect, summary(fromBytes(text, dialect as NumberDialect))]).toEqual([dialect, summaryExpected]);
    }
  });
});

describe("hostile input", () => {
  it.each([
    ["", "number_missing"],
    ["   ", "number_missing"],
    ["+", "number_missing"],
    ["++447400123456", "number_character@1"],
    ["+44740+0123456", "number_character@6"],
    ["-447400123456", "number_character@0"],
    ["(+44)7400123456", "number_character@0"],
    ["\t+447400123456", "number_character@0"],
    ["\uff0b447400123456", "number_character@0"],
    ["+\u0664\u0664\u0667\u0664\u0660\u0660", "number_character@1"],
    ["+44\uff17400123456", "number_character@3"],
    ["+44\u200b7400123456", "number_character@3"],
    ["+44\u00a07400123456", "number_character@3"],
    ["\u202e+447400123456", "number_character@0"],
    ["+447400123456\0", "number_character@13"],
    ["+447400123456\r\nX-Header: 1", "number_character@13"],
    ["+447400123456\n", "number_character@13"],
    ["+447400123456,+2348012345678", "number_character@13"],
    ["+447400123456;phone-context=+44", "number_character@13"],
    ["tel:+447400123456", "number_character@0"],
    ["+1-800-FLOWERS", "number_character@7"],
    ["0x1234567890", "number_character@1"],
    ["4479e9", "number_character@4"],
    ["4.47400123456e11", "number_character@13"],
    ["+447400123456.0", "number_character@13"],
    ["+44 ((7400)) 123456", "number_character@5"],
    ["+44 7400) 123456", "number_character@8"],
    ["+44 (7400 123456", "number_character@4"],
    ["+447400123456-", "number_character@13"],
    ["+44----7400123456", "number_character@6"],
    ["+4-4-7-4-0-0-1-2-3-4-5-6-7-8", "number_character@26"],
    ["+447400123456x9", "number_extension@13"],
    ["+447400123456 ext 9", "number_extension@14"],
    ["+447400123456 EXTN. 9", "number_extension@14"],
    ["+447400123456#9", "number_extension@13"],
    ["+447400123456,9", "number_extension@13"],
    ["+447400123456;ext=9", "number_extension@13"],
    ["+4474001234560000", "number_too_long"],
    ["+44740012345600000000000000000", "number_too_long"],
    ["+4", "number_too_short"],
    ["+44", "number_too_short"],
    ["+1 555 0100", "number_too_short"],
    ["+999123456", "number_calling_code"],
    ["+210123456789", "number_calling_code"],
    ["+0123456789", "number_calling_code"],
    ["+4474001234567", "number_impossible"],
  ])("refuses %j", (text, expected) => {
    expect(read(text)).toBe(expected);
    expect(summary(fromBytes(text, "native"))).toBe(expected);
  });

  it("does not take a decimal fraction for digits", () => {
    // As digits alone this would be +491701234567 and one digit more: another possible number.
    expect(read("491701234567.0", "twilio")).toBe("number_character@12");
    expect(read("49170.1234567", "twilio")).toBe("+491701234567 DE mobile");
  });

  it("refuses megabytes without reading them", () => {
    const digits = `+${"1".repeat(8_000_000)}`;
    const spaces = " ".repeat(8_000_000);
    const started = performance.now();
    for (let i = 0; i < 1_000; i += 1) {
      expect(parseRecipient(digits, "native").ok).toBe(false);
      expect(parseRecipient(spaces, "native").ok).toBe(false);
    }
    const bytes = utf8.encode(digits);
    for (let i = 0; i < 1_000; i += 1) expect(parseRecipientBytes(bytes, 0, bytes.length, "cm").ok).toBe(false);
    // Reading them all would be 24 GB.
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("reads no byte outside its bounds", () => {
    const bytes = utf8.encode("+31612345678+31");
    expect(summary(parseRecipientBytes(bytes, 0, 12, "native"))).toBe("+31612345678 NL mobile");
    expect(summary(parseRecipientBytes(bytes, 12, 40, "native"))).not.toContain("+31");
    expect(summary(parseRecipientBytes(bytes, 5, 5, "native"))).toBe("number_missing");
    expect(parseRecipientBytes(bytes, -4, 8, "native").ok).toBe(false);
    expect(readCanonicalBytes(bytes, 12, 40)).toBeUndefined();
  });
});

describe("for all input", () => {
  const spelled = fc
    .tuple(
      fc.constantFrom("", "+", "00", " +", "+ "),
      fc.array(fc.constantFrom(..."0123456789 ().-/"), { maxLength: 24 }),
    )
    .map(([start, rest]) => start + rest.join(""));
  const numberLike = fc
    .tuple(
      fc.constantFrom("1", "44", "49", "54", "55", "7", "39", "370", "375", "81", "599"),
      fc.constantFrom("", "0", "8", "90"),
    )
    .chain(([code, prefix]) => fc.stringMatching(/^\d{4,13}$/).map((rest) => `+${code}${prefix}${rest}`));
  const anything = fc.oneof(spelled, numberLike, fc.string({ unit: "binary", maxLength: 40 }));
  const dialects = fc.constantFrom(...NUMBER_DIALECTS);

  it("gives a canonical number or a rejection, never an exception, and the same from bytes as from text", () => {
    fc.assert(
      fc.property(anything, dialects, (text, dialect) => {
        const result = parseRecipient(text, dialect);
        if (result.ok) expect(result.recipient.e164).toMatch(/^\+[1-9]\d{6,14}$/);
        // A lone surrogate has no UTF-8 of its own, and a position in bytes ends at the first character beyond ASCII.
        expect(fromBytes(text, dialect)).toEqual(result);
      }),
      { numRuns: 3_000 },
    );
  });

  it("reads what it gave as the same number again, in every dialect", () => {
    fc.assert(
      fc.property(fc.oneof(spelled, numberLike), dialects, dialects, (text, dialect, next) => {
        const result = parseRecipient(text, dialect);
        if (result.ok) expect(parseRecipient(result.recipient.e164, next)).toEqual(result);
      }),
      { numRuns: 3_000 },
    );
  });

  it("never adds or changes a digit but where a national prefix was", () => {
    fc.assert(
      fc.property(numberLike, (text) => {
        const result = parseRecipient(text, "native");
        if (!result.ok || text.startsWith("+54")) return;
        const { e164 } = result.recipient;
        expect(text.length).toBeGreaterThanOrEqual(e164.length);
        expect(text.endsWith(e164.slice(4))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads canonical bytes as it reads the text", () => {
    fc.assert(
      fc.property(numberLike, (text) => {
        const bytes = utf8.encode(text);
        const reading = readCanonicalBytes(bytes, 0, bytes.length);
        const result = parseRecipient(text, "native");
        if (reading === undefined) return;
        const { candidates, twin, type, valid } = reading;
        expect(result).toEqual({ ok: true, recipient: { e164: text, candidates, twin, type, valid } });
      }),
      { numRuns: 2_000 },
    );
  });
});
