import { isDestination } from "@safeguard/core";
import { expect, it } from "vitest";
import { riskMarked, riskSources } from "./risk-marks.ts";

it("marks destinations that published lists name, each with its sources", () => {
  expect(riskSources("PK")?.map(({ url }) => new URL(url).hostname)).toEqual(["developer.vonage.com", "github.com"]);
  expect(riskSources("NL")).toBeUndefined();
});

it("marks nothing but destinations", () => {
  expect(riskMarked().filter((code) => !isDestination(code))).toEqual([]);
});
