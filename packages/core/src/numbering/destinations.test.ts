import { describe, expect, it } from "vitest";
import { DESTINATION_GROUPS, destinationGroup } from "./destination-groups.ts";
import { DESTINATIONS, destinationInfo, isDestination } from "./destinations.ts";
import { READINGS } from "./plan.ts";
import { mainDestinationOf, TWINS } from "./twins.ts";

describe("destinations", () => {
  it("are exactly those that the plan can name", () => {
    const named = new Set(READINGS.filter((reading) => !reading.rejected).flatMap((reading) => reading.candidates));
    expect(DESTINATIONS.map((info) => info.code)).toEqual([...named].sort());
  });

  it("include the additional ones and the non-geographic networks, but no twin", () => {
    for (const code of ["NL", "XK", "AC", "TA", "800", "808", "870", "878", "881", "882", "883", "888", "979"]) {
      expect(isDestination(code)).toBe(true);
    }
    for (const code of ["SJ", "VA", "ZZ", "nl", "", "001", "constructor", "__proto__"]) {
      expect(isDestination(code)).toBe(false);
    }
  });

  it("say what is known of them", () => {
    expect(destinationInfo("NO")).toEqual({
      code: "NO",
      callingCode: "47",
      kind: "country",
      continent: "europe",
      mark: undefined,
      twins: ["SJ"],
    });
    expect(destinationInfo("JE")).toMatchObject({ callingCode: "44", kind: "territory", twins: [] });
    expect(destinationInfo("881")).toMatchObject({ kind: "non_geographic", continent: undefined, mark: "satellite" });
    expect(destinationInfo("SJ")).toBeUndefined();
  });
});

describe("twins", () => {
  it("follow a destination, which lists them", () => {
    for (const [twin, main] of Object.entries(TWINS)) {
      expect(mainDestinationOf(twin)).toBe(main);
      expect(destinationInfo(main)?.twins).toContain(twin);
    }
  });

  it("are nobody else", () => {
    expect(mainDestinationOf("GG")).toBe("GG");
    expect(mainDestinationOf("constructor")).toBe("constructor");
  });
});

describe("groups", () => {
  it("put every destination on one continent or among the non-geographic ones", () => {
    const parts = DESTINATION_GROUPS.filter((name) => !["european_union", "satellite", "premium"].includes(name));
    const members = parts.flatMap((name) => destinationGroup(name) ?? []);
    expect(members.sort()).toEqual(DESTINATIONS.map((info) => info.code));
  });

  it("have the members that their name says", () => {
    expect(destinationGroup("european_union")).toHaveLength(27);
    expect(destinationGroup("non_geographic")).toEqual(["800", "808", "870", "878", "881", "882", "883", "888", "979"]);
    expect(destinationGroup("satellite")).toEqual(["870", "881", "882", "883"]);
    expect(destinationGroup("premium")).toEqual(["979"]);
    expect(destinationGroup("africa")).toContain("KE");
    expect(destinationGroup("antarctica")).toEqual([]);
    expect(destinationGroup("atlantis")).toBeUndefined();
  });
});
