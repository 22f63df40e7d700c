import { describe, expect, it } from "vitest";
import { readFields, withoutFields } from "./cm-fields.ts";

describe("readFields", () => {
  it("finds a field in any casing", () => {
    expect(readFields({ productTOKEN: "t" })?.get("producttoken")).toBe("t");
  });

  it("refuses an object that has one name in two casings", () => {
    expect(readFields({ to: 1, To: 2 })).toBeUndefined();
  });

  it("refuses names that are not ASCII: the Kelvin sign would fold to k", () => {
    expect(readFields({ "product\u212aey": 1 })).toBeUndefined();
  });

  it("takes __proto__ as a name like any other", () => {
    const fields = readFields(JSON.parse('{"__proto__": {"number": "1"}}'));
    expect(fields?.get("__proto__")).toEqual({ number: "1" });
    expect(fields?.get("number")).toBeUndefined();
  });
});

describe("withoutFields", () => {
  it("leaves out the named fields in every casing, and keeps the rest as it was spelled", () => {
    expect(withoutFields({ TO: 1, to: 2, richContent: 3 }, new Set(["to"]))).toEqual({ richContent: 3 });
  });

  it("does not let __proto__ change the copy", () => {
    const copy = withoutFields(JSON.parse('{"__proto__": {"polluted": true}, "from": "a"}'), new Set());
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(JSON.stringify(copy)).toBe('{"from":"a"}');
  });
});
