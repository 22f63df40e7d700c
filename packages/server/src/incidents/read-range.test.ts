import { describe, expect, it } from "vitest";
import { readRange } from "./read-range.ts";

describe("a range as a person writes it", () => {
  it("has an x for each open digit, with or without spaces", () => {
    const scope = { type: "block", prefix: "+99290123", size: 10_000 };
    for (const text of ["+99290123xxxx", "+992 90 123 xxxx", " +992-90-123-XXXX "]) {
      expect(readRange(text)).toEqual({ ok: true, scope });
    }
    expect(readRange("+316123456xx")).toMatchObject({ ok: true, scope: { prefix: "+316123456", size: 100 } });
  });

  it("needs none where the numbering plan says how many digits follow", () => {
    expect(readRange("+99290123")).toEqual({ ok: true, scope: { type: "block", prefix: "+99290123", size: 10_000 } });
    expect(readRange("+3161234")).toMatchObject({ ok: true, scope: { size: 10_000 } });
  });

  it("is refused with what is right where it is none, too small, too large, in no plan, or in doubt", () => {
    const said = (text: string) => {
      const read = readRange(text);
      return read.ok ? "taken" : read.message;
    };
    expect(said("992")).toContain("must be a range such as");
    expect(said("+31612345678")).toContain("begins no numbers");
    expect(said("+3161234567x")).toContain("2 to 5 digits open");
    expect(said("+316xxxxxxxx")).toContain("2 to 5 digits open");
    expect(said("+99990123xxxx")).toContain("numbering plan");
    expect(said("+6281123")).toBe("may be followed by more or fewer digits: write +6281123xxxx or +6281123xxxxx");
  });
});
