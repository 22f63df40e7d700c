import { expect, test } from "vitest";
import { outcomesTold } from "./outcomes-told.ts";

const funnel = { requested: 9, sent: 8, delivered: 0, converted: 0 };

test("nothing was told where neither this attack nor anything else of the account had an outcome", () => {
  const none = { delivered: false, converted: false };
  expect(outcomesTold({ ...funnel, baseline: { delivered: null, converted: null } })).toEqual(none);
  expect(outcomesTold({ ...funnel, baseline: { delivered: 0, converted: null } })).toEqual(none);
});

test("a zero is one where others have outcomes, and what has one was told", () => {
  const both = { delivered: true, converted: true };
  expect(outcomesTold({ ...funnel, baseline: { delivered: 0.97, converted: 0.8 } })).toEqual(both);
  expect(outcomesTold({ ...funnel, delivered: 3, converted: 1, baseline: { delivered: 0, converted: null } })).toEqual(
    both,
  );
});
