import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Whose } from "./admission.ts";
import { FairQueue } from "./fair-queue.ts";

/** An event loop whose turns end when the test says so, and whose clock goes by what the calls cost. */
class Loop {
  clock = 0;
  #ends: (() => void)[] = [];
  readonly queue = new FairQueue({ now: () => this.clock, atEndOfTurn: (call) => this.#ends.push(call) });
  readonly done: string[] = [];

  ask(whose: Whose, name: string, cost = 1): void {
    this.queue.run(whose, () => {
      this.done.push(name);
      this.clock += cost;
    });
  }

  /** What was called meanwhile. */
  endTurn(): readonly string[] {
    const from = this.done.length;
    for (const call of this.#ends.splice(0)) call();
    return this.done.slice(from);
  }
}

const of = (account: string, family = account): Whose => ({ account, family });

describe("whose request is next", () => {
  test("while the server keeps up, who comes is served at once", () => {
    const loop = new Loop();
    for (let turn = 0; turn < 5; turn++) {
      loop.ask(of("shop"), `${turn}`);
      expect(loop.done.at(-1)).toBe(`${turn}`);
      expect(loop.endTurn()).toEqual([]);
    }
    expect(loop.queue.waiting).toBe(0);
  });

  test("a turn does 8 ms of a flood of hundreds, and who asks once is served in the next, behind one of the flood's", () => {
    const loop = new Loop();
    for (let at = 0; at < 800; at++) loop.ask(of("flood"), `flood ${at}`);
    expect(loop.done).toHaveLength(8);
    loop.ask(of("shop"), "shop");
    expect(loop.endTurn()).toEqual(["flood 8", "shop", ...Array.from({ length: 6 }, (_, at) => `flood ${at + 9}`)]);
    expect(loop.queue.waiting).toBe(785);
  });

  test("accounts of one family share its turns, so splitting into many gains nothing", () => {
    const loop = new Loop();
    loop.ask(of("first"), "first", 8);
    for (const part of ["a", "b", "c", "d"]) {
      loop.ask(of(part, "splitter"), `${part} 1`);
      loop.ask(of(part, "splitter"), `${part} 2`);
    }
    for (const nr of [1, 2, 3, 4]) loop.ask(of("shop"), `shop ${nr}`);
    expect(loop.endTurn()).toEqual(["a 1", "shop 1", "b 1", "shop 2", "c 1", "shop 3", "d 1", "shop 4"]);
    expect(loop.endTurn()).toEqual(["a 2", "b 2", "c 2", "d 2"]);
  });

  test("one that takes long is done alone in its turn, and the next turn goes on with somebody else", () => {
    const loop = new Loop();
    for (const name of ["batch 1", "batch 2", "batch 3"]) loop.ask(of("flood"), name, 50);
    loop.ask(of("shop"), "shop");
    expect(loop.done).toEqual(["batch 1"]);
    expect(loop.endTurn()).toEqual(["batch 2"]);
    expect(loop.endTurn()).toEqual(["shop", "batch 3"]);
  });

  test("while connections come, turns are short: the loop takes but one of them a turn", () => {
    const loop = new Loop();
    for (let at = 0; at < 100; at++) loop.ask(of("flood"), `${at}`, 0.5);
    loop.queue.connected();
    expect(loop.endTurn()).toHaveLength(2);
    loop.queue.connected();
    expect(loop.endTurn()).toHaveLength(2);
    // None came.
    expect(loop.endTurn()).toHaveLength(16);
  });

  test("an account whose first one waits for more than 250 ms has too many, and no other account has", () => {
    const loop = new Loop();
    for (let at = 0; at < 10; at++) loop.ask(of("flood", "platform"), `${at}`, 100);
    loop.ask(of("sibling", "platform"), "sibling");
    expect(loop.queue.isLong(of("flood", "platform"))).toBe(false);
    for (const _ of [1, 2, 3, 4]) loop.endTurn();
    expect(loop.clock).toBeGreaterThan(250);
    expect(loop.queue.isLong(of("flood", "platform"))).toBe(true);
    expect(loop.queue.isLong(of("nobody"))).toBe(false);
    expect(loop.queue.isLong(of("shop", "platform"))).toBe(false);
  });

  test("whatever comes: each is called once, an account's in their order, and nobody twice while another waits", () => {
    const asks = fc.array(
      fc.record({
        family: fc.integer({ min: 0, max: 3 }),
        account: fc.integer({ min: 0, max: 2 }),
        cost: fc.constantFrom(0.1, 1, 3, 20),
        endsTurn: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
      }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(asks, (all) => {
        const loop = new Loop();
        const account = ({ family, account: one }: (typeof all)[number]): string => `${family}/${one}`;
        /** The plainest fair queue: all that wait, and when each family and account had its last turn. */
        const waiting: { readonly index: number; readonly family: string; readonly account: string }[] = [];
        const lastTurn = new Map<string, number>();
        let turns = 0;
        const next = (): number | undefined => {
          const since = (name: string): number => lastTurn.get(name) ?? -1;
          const [best] = [...waiting].sort(
            (a, b) => since(a.family) - since(b.family) || since(a.account) - since(b.account) || a.index - b.index,
          );
          if (best === undefined) return undefined;
          waiting.splice(waiting.indexOf(best), 1);
          turns += 1;
          // Who has nothing left waits for no turn: whoever comes later comes behind those that are there.
          lastTurn.set(best.family, turns);
          lastTurn.set(best.account, turns);
          return best.index;
        };
        const check = (called: readonly string[]): void => {
          for (const name of called) expect(name).toBe(String(next()));
        };
        for (const [index, ask] of all.entries()) {
          const name = account(ask);
          const before = loop.done.length;
          loop.ask(of(name, String(ask.family)), String(index), ask.cost);
          if (loop.done.length > before) expect(waiting).toEqual([]);
          else {
            const isNew = (of: "family" | "account", which: string): boolean =>
              !waiting.some((one) => one[of] === which);
            turns += 1;
            if (isNew("family", String(ask.family))) lastTurn.set(String(ask.family), turns);
            if (isNew("account", name)) lastTurn.set(name, turns);
            waiting.push({ index, family: String(ask.family), account: name });
          }
          expect(loop.queue.waiting).toBe(waiting.length);
          if (ask.endsTurn) check(loop.endTurn());
        }
        for (let turn = 0; waiting.length > 0; turn++) {
          expect(turn).toBeLessThanOrEqual(all.length);
          const began = loop.clock;
          const called = loop.endTurn();
          check(called);
          // No call begins when the turn is over.
          const last = all[Number(called.at(-1) ?? 0)]?.cost ?? 0;
          expect(called.length === 1 || loop.clock - last < began + 8 + 1e-6).toBe(true);
        }
        expect(new Set(loop.done).size).toBe(all.length);
      }),
    );
  });
});
