import { expect, test } from "vitest";
import { ACCOUNT } from "../../test/message-to.ts";
import { consecutive, HOUR, SECOND } from "../../test/traffic.ts";
import { ATTACK, story, warmEngine } from "../../test/warm-engine.ts";
import type { EpochMilliseconds } from "../brand.ts";
import { neighboursOf } from "./neighbours-of.ts";

test("the neighbours of a number line are the sessions on both sides, and none of it or of what lies beyond", () => {
  const engine = warmEngine();
  const once = (to: string, from: number) => consecutive(to, { from, count: 1 });
  story(engine, [
    ...once("+992935000899", ATTACK - HOUR),
    ...once("+992935000998", ATTACK - HOUR + SECOND),
    ...once("+992935001107", ATTACK - HOUR + 2 * SECOND),
    ...once("+992935001200", ATTACK - HOUR + 3 * SECOND),
    ...consecutive("+992935001000", { from: ATTACK, count: 5, everyMs: SECOND }),
  ]);
  const ticks = [{ offset: 0, at: ATTACK as EpochMilliseconds, mark: "leaked" }] as const;
  const neighbours = neighboursOf(engine.detectionOf(ACCOUNT), { prefix: "+9929350010", size: 100, ticks });
  expect(neighbours.map(({ offset }) => offset)).toEqual([-2, 107]);
});
