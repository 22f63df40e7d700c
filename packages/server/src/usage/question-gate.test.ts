import type { AccountId } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { createQuestionGate } from "./question-gate.ts";

const one = "acc_one" as AccountId;
const other = "acc_other" as AccountId;

/** Questions that are answered when the test says so. */
function openQuestions() {
  const answers: (() => void)[] = [];
  let most = 0;
  let atWork = 0;
  const ask = (): Promise<string> => {
    atWork += 1;
    most = Math.max(most, atWork);
    return new Promise((resolve) =>
      answers.push(() => {
        atWork -= 1;
        resolve("answer");
      }),
    );
  };
  const answerAll = async (): Promise<void> => {
    while (answers.length > 0) {
      answers.shift()?.();
      await new Promise(setImmediate);
    }
  };
  return { ask, answerAll, most: () => most };
}

describe("questions about the past", () => {
  it("are all answered, however many come, and never more than a few at once", async () => {
    const gate = createQuestionGate({ atOnce: 2, ofAccount: 100, waiting: 100 });
    const { ask, answerAll, most } = openQuestions();
    const all = Array.from({ length: 50 }, () => gate.ask(one, ask));
    await new Promise(setImmediate);
    await answerAll();
    expect(await Promise.all(all)).toEqual(Array(50).fill("answer"));
    expect(most()).toBe(2);
  });

  it("of one account are refused beyond its share, and those of another are not", async () => {
    const gate = createQuestionGate({ atOnce: 2, ofAccount: 3, waiting: 100 });
    const { ask, answerAll } = openQuestions();
    const all = [gate.ask(one, ask), gate.ask(one, ask), gate.ask(one, ask)];
    await expect(gate.ask(one, ask)).rejects.toMatchObject({ code: "rate_limited" });
    all.push(gate.ask(other, ask));
    await new Promise(setImmediate);
    await answerAll();
    await Promise.all(all);
    const again = gate.ask(one, ask);
    await new Promise(setImmediate);
    await answerAll();
    expect(await again).toBe("answer");
  });

  it("are refused where too many wait, and one that fails lets the next one in", async () => {
    const gate = createQuestionGate({ atOnce: 1, ofAccount: 100, waiting: 1 });
    const failing = gate.ask(one, () => Promise.reject(new Error("no disk")));
    const next = gate.ask(one, () => Promise.resolve("next"));
    await expect(gate.ask(other, () => Promise.resolve("x"))).rejects.toMatchObject({ code: "unavailable" });
    await expect(failing).rejects.toThrow("no disk");
    expect(await next).toBe("next");
  });
});
