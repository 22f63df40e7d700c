import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import { ControlGroup } from "./control-group.ts";

function observe(group: ControlGroup, draw: () => number, sessions: number, share: number): number {
  let down = 0;
  for (let session = 0; session < sessions; session++) {
    group.observe(draw() < share, session);
    if (group.isDown) down++;
  }
  return down;
}

describe("the control group of verified numbers", () => {
  it("is down after a few failures in a row, and up again after a few answers, however long the outage was", () => {
    for (const outage of [20, 5_000]) {
      const group = new ControlGroup();
      observe(group, seeded(outage), 500, 0.75);
      expect(group.isDown).toBe(false);
      let failures = 0;
      while (!group.isDown) {
        group.observe(false, failures);
        failures++;
      }
      expect(failures).toBeLessThanOrEqual(6);
      const usual = group.usualShare;
      for (let session = 0; session < outage; session++) group.observe(false, session);
      expect(group.usualShare).toBe(usual);
      let answers = 0;
      while (group.isDown) {
        group.observe(true, answers);
        answers++;
      }
      expect(answers).toBeLessThanOrEqual(6);
    }
  });

  it("is hardly ever down while verified numbers answer as usual, whatever is usual", () => {
    for (const share of [0.6, 0.75, 0.9]) {
      const group = new ControlGroup();
      observe(group, seeded(1), 500, share);
      expect(observe(group, seeded(2), 20_000, share)).toBeLessThan(20_000 * 0.05);
      expect(group.usualShare).toBeCloseTo(share, 1);
    }
  });

  it("notices when half of the answers are lost", () => {
    const group = new ControlGroup();
    observe(group, seeded(4), 500, 0.8);
    const down = observe(group, seeded(5), 200, 0.3);
    expect(down).toBeGreaterThan(150);
  });

  it("remembers of which codes it was down, from the first that was missed on, also when it is up again", () => {
    const group = new ControlGroup();
    let time = 0;
    const observeNext = (converted: boolean): void => group.observe(converted, time++);
    for (let session = 0; session < 300; session++) observeNext(true);
    const began = time;
    for (let session = 0; session < 50; session++) observeNext(false);
    const ended = time;
    for (let session = 0; session < 300; session++) observeNext(true);
    expect(group.isDown).toBe(false);
    expect([began - 1, began, ended - 1, time - 1].map((sentAt) => group.wasDown(sentAt))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it("comes back from its snapshot the same", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.array(fc.boolean()), (before, after) => {
        const group = new ControlGroup();
        for (const [time, converted] of before.entries()) group.observe(converted, time);
        const restored = ControlGroup.restore(group.snapshot());
        for (const [time, converted] of after.entries()) {
          group.observe(converted, before.length + time);
          restored.observe(converted, before.length + time);
          expect(restored).toEqual(group);
        }
      }),
    );
  });
});
