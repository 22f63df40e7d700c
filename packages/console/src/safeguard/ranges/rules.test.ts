import type { PolicyDocument } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import { exceptionsChange, keyOf, linesOf, numbersOf, type Rule, ruleEdit } from "./rules.ts";

const saved: PolicyDocument = {
  listMode: "block_list",
  ranges: [
    { prefix: "+31", action: "monitor" },
    { prefix: "+31653", action: "block" },
    { prefix: "+31653", action: "filter", channels: ["voice"] },
  ],
  exceptions: [
    { range: "+316531234xx", kind: "barred" },
    { range: "+31653123456", kind: "trusted" },
    { range: "+31653123456", kind: "barred" },
  ],
};
const trusted: Rule = { type: "exception", said: { range: "+31653123456", kind: "trusted", note: "the shop" } };

describe("the rules of ranges", () => {
  it("stand in the order in which they are asked: exceptions first, longer before shorter, stricter before looser", () => {
    expect(
      linesOf(saved, saved).map(
        ({ rule }) => `${numbersOf(rule)} ${rule.type === "range" ? rule.said.action : rule.said.kind}`,
      ),
    ).toEqual([
      "+31653123456 barred",
      "+31653123456 trusted",
      "+316531234xx barred",
      "+31653 block",
      "+31653 filter",
      "+31 monitor",
    ]);
  });

  it("say what is new, changed and removed", () => {
    const after = ruleEdit(keyOf(trusted), trusted)(ruleEdit("range +31 ", undefined)(saved));
    const states = linesOf(saved, after).flatMap(({ key, state }) => (state === "same" ? [] : [[key, state]]));
    expect(states).toEqual([
      ["exception trusted +31653123456 ", "changed"],
      ["range +31 ", "removed"],
    ]);
  });

  it("are taken away to the last, and then nothing is said", () => {
    const one: PolicyDocument = { ranges: [{ prefix: "+31", action: "block" }] };
    expect(ruleEdit("range +31 ", undefined)(one)).toEqual({});
    expect(ruleEdit("range +32 ", undefined)(one)).toEqual(one);
  });

  it("of which exceptions alone change are sent as such, with what stays for the same numbers", () => {
    const after = ruleEdit("exception barred +31653123456 ", undefined)(saved);
    expect(exceptionsChange(saved, after)).toEqual({
      remove: ["+31653123456"],
      add: [{ range: "+31653123456", kind: "trusted" }],
    });
    expect(exceptionsChange(saved, ruleEdit("range +31 ", undefined)(after))).toBeUndefined();
  });
});
