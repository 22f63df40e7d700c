import type { AccountId, Destination } from "@safeguard/core";
import { expect, it } from "vitest";
import { attackPictures } from "./attack-pictures.ts";
import { type AttackCount, countAttacks } from "./count-attacks.ts";
import { LOGGED, MessageLog } from "./message-log.ts";
import { madeUpEvidence, madeUpIncident, noPictures, START } from "./testing/made-up-results.ts";

const ACCOUNT = "acc_00000000000000000000" as AccountId;

function attackOn(numbers: readonly number[], flagsOf: (index: number) => number): [AttackCount, MessageLog] {
  const log = new MessageLog();
  for (const [index, line] of numbers.entries()) {
    const at = START + index * 2_000;
    log.add({
      ...{ account: ACCOUNT, destination: "PK" as Destination, line, at, flags: flagsOf(index) },
      ...{ incident: 1, price: undefined },
    });
  }
  const evidence = madeUpEvidence({ scope: { type: "block", prefix: "+92300123", size: 10_000 } });
  const [count] = countAttacks(log, [madeUpIncident({ account: ACCOUNT, evidence, lastSeenAt: START })], START);
  if (count === undefined) throw new Error("there is an attack");
  return [count, log];
}

const pictures = { ...noPictures(), line: { prefix: "+92300123", size: 10_000, ticks: [] } };

it("draws a long attack evenly over its time, all that went out and the first stop among it", () => {
  const numbers = Array.from({ length: 4_000 }, (_, index) => 923001230000 + index);
  const flagsOf = (index: number): number => (index % 100 === 0 ? 0 : LOGGED.block);
  const { line, ticksLeftOut, rate } = attackPictures(pictures, ...attackOn(numbers, flagsOf));
  expect(line.ticks).toHaveLength(600);
  expect(ticksLeftOut).toBe(3_400);
  expect(line.ticks.filter(({ mark }) => mark === "leaked")).toHaveLength(40);
  expect(line.ticks.find(({ mark }) => mark === "stopped")?.offset).toBe(1);
  const gaps = line.ticks.slice(1).map(({ offset }, index) => offset - (line.ticks[index]?.offset ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(10);
  expect(rate.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(4_000);
});

it("draws an attack on many ranges on a line that has them", () => {
  const numbers = Array.from({ length: 200 }, (_, index) => 923000000000 + index * 1_700_001);
  const { line, ticksLeftOut } = attackPictures(pictures, ...attackOn(numbers, () => LOGGED.challenge));
  expect(line).toMatchObject({ prefix: "+923", size: 1e9 });
  expect(line.ticks).toHaveLength(200);
  expect(ticksLeftOut).toBe(0);
});
