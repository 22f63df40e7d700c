import { expect, test } from "vitest";
import { groupsOf, moved, routesOf } from "./route-groups.ts";

const routes = [
  { destination: "NL", providers: ["cm", "twilio"] },
  { destination: "US", providers: ["twilio"] },
  { destination: "BE", providers: ["cm", "twilio"] },
  { destination: "*", providers: ["twilio"] },
];

test("what goes the same way stands together, and what is for all others last", () => {
  expect(groupsOf(routes)).toEqual([
    { destinations: ["NL", "BE"], providers: ["cm", "twilio"] },
    { destinations: ["US"], providers: ["twilio"] },
    { destinations: ["*"], providers: ["twilio"] },
  ]);
});

test("groups are the same routes again, each destination once", () => {
  const again = routesOf(groupsOf(routes));
  expect(new Map(again.map(({ destination, providers }) => [destination, providers]))).toEqual(
    new Map(routes.map(({ destination, providers }) => [destination, providers])),
  );
  expect(again.at(-1)?.destination).toBe("*");
});

test("a group without a provider, or without a destination, is no route", () => {
  expect(
    routesOf([
      { destinations: ["*"], providers: ["cm"] },
      { destinations: ["NL"], providers: [] },
      { destinations: [], providers: ["cm"] },
      { destinations: ["BE"], providers: ["cm"] },
    ]),
  ).toEqual([
    { destination: "BE", providers: ["cm"] },
    { destination: "*", providers: ["cm"] },
  ]);
});

test("an entry changes places with its neighbour, and at the end with nobody", () => {
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
});
