import { expect, test } from "vitest";
import { OutcomesAtWork } from "./outcomes-at-work.ts";

test("an outcome is at work until every look that began before it was durable has ended", async () => {
  const atWork = new OutcomesAtWork();
  const { promise: durable, resolve } = Promise.withResolvers<void>();
  const look = atWork.beginLook();
  atWork.add(["verified a"], durable);
  atWork.endLook(look);
  expect(atWork.find("verified a")).toBe(durable);
  expect(atWork.find("verified b")).toBeUndefined();

  const early = atWork.beginLook();
  resolve();
  await durable;
  const late = atWork.beginLook();
  // `early` may have looked before the outcome was there.
  expect(atWork.find("verified a")).toBe(durable);
  atWork.endLook(early);
  expect(atWork.find("verified a")).toBeUndefined();
  atWork.endLook(late);
});

test("nothing is kept when nobody looks", async () => {
  const atWork = new OutcomesAtWork();
  const durable = Promise.resolve();
  atWork.add(["verified a"], durable);
  await durable;
  await Promise.resolve();
  expect(atWork.find("verified a")).toBeUndefined();
});
