import { describe, expect, it } from "vitest";
import type { AccountId, EpochMilliseconds } from "../brand.ts";
import { IncidentLog } from "../incidents/incident-log.ts";
import { blockKey } from "../signals/block-table.ts";
import { scopeOfBlock } from "./scope-key.ts";
import { noEvidence } from "./watch.ts";
import { WatchList } from "./watch-list.ts";

const START = 1_767_225_600_000 as EpochMilliseconds;
const keyOf = (each: number): number => blockKey(992_000_000_000 + each * 100, 0);

describe("what is watched", () => {
  it("is bounded: what was begun first ends, then what detection contained; what an operator contained stays", () => {
    const list = new WatchList(new IncidentLog("acc_1" as AccountId));
    const watch = (each: number) => list.watch(keyOf(each), 1, noEvidence(scopeOfBlock(keyOf(each)), START), START);
    list.containRange(scopeOfBlock(keyOf(0)), undefined, (START + 1) as EpochMilliseconds, START);
    list.contain(watch(1), "unanswered", START, (START + 1) as EpochMilliseconds);
    let most = 0;
    for (let each = 2; each < 80_000; each++) {
      watch(each);
      most = Math.max(most, list.size);
    }
    expect(most).toBe(32_768);
    expect([0, 1, 2, 79_999].map((each) => list.get(keyOf(each)) !== undefined)).toEqual([true, true, false, true]);

    for (let each = 2; each < 160_000; each++) list.contain(watch(each), "unanswered", START, START);
    expect(list.size).toBeLessThanOrEqual(32_768);
    expect([0, 1, 159_999].map((each) => list.get(keyOf(each)) !== undefined)).toEqual([true, false, true]);
  });
});
