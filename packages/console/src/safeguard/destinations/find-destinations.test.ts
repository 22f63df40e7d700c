import type { Destination } from "@safeguard/client";
import { expect, it } from "vitest";
import { answersTo, readList } from "./find-destinations.ts";

const destination = (
  code: string,
  name: string,
  callingCode: string,
  more: Partial<Destination> = {},
): Destination => ({
  code,
  name,
  callingCode,
  kind: "country",
  groups: [],
  mark: null,
  twins: [],
  risk: null,
  ...more,
});
const ALL = [
  destination("CI", "Côte d’Ivoire", "225", { groups: ["africa"] }),
  destination("NO", "Norway", "47", { twins: [{ code: "SJ", name: "Svalbard & Jan Mayen" }] }),
  destination("US", "United States", "1"),
  destination("CA", "Canada", "1"),
  destination("ZA", "South Africa", "27", { groups: ["africa"] }),
];
const found = (typed: string) => ALL.filter((one) => answersTo(one, typed)).map(({ code }) => code);

it("finds by name without marks, by code, by calling code, and twins by theirs", () => {
  expect(found("cote d'iv")).toEqual(["CI"]);
  expect(found("us")).toEqual(["US"]);
  expect(found("+2")).toEqual(["CI", "ZA"]);
  expect(found("47")).toEqual(["NO"]);
  expect(found("svalbard")).toEqual(["NO"]);
  expect(found("  ")).toHaveLength(5);
});

it("reads a pasted list, however it is written, and says what it does not know", () => {
  expect(readList("NO, South Africa\n+225; us ca", ALL)).toEqual({
    codes: ["NO", "ZA", "CI", "US", "CA"],
    unknown: [],
  });
  expect(readList("Africa\nSJ", ALL).codes).toEqual(["CI", "ZA", "NO"]);
  expect(readList("+1\nAtlantis\nNO XX", ALL)).toEqual({ codes: ["NO"], unknown: ["+1", "Atlantis", "XX"] });
});
