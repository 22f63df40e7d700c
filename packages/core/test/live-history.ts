import fc from "fast-check";
import type { AccountId, EpochMilliseconds } from "../src/brand.ts";
import type { Engine } from "../src/engine.ts";
import { OUTCOME_KINDS } from "../src/index.ts";
import type { Message } from "../src/message.ts";
import type { Verdict } from "../src/verdict/verdict.ts";
import { ACCOUNT, messageTo } from "./message-to.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./traffic.ts";
import { ATTACK } from "./warm-engine.ts";

/** Something that happens to an account, `gapMs` after what happened before. */
export type Step = { readonly gapMs: number } & (
  | {
      readonly type: "ask";
      readonly to: string;
      readonly device: string | undefined;
      readonly address: string | undefined;
    }
  /** The newest message that was held is asked for again. */
  | { readonly type: "ask_again" }
  | {
      readonly type: "outcome";
      readonly back: number;
      readonly kind: (typeof OUTCOME_KINDS)[number];
      readonly attempts: number | undefined;
    }
  | { readonly type: "operator"; readonly does: (typeof OPERATOR)[number] }
);

const OPERATOR = [
  "lockdown",
  "bypass",
  "contain",
  "release",
  "false_alarm",
  "undo_false_alarm",
  "close",
  "forget",
] as const;

const gaps = fc.oneof(
  { weight: 12, arbitrary: fc.nat(3 * SECOND) },
  { weight: 4, arbitrary: fc.nat(3 * MINUTE) },
  { weight: 1, arbitrary: fc.nat(5 * HOUR) },
  { weight: 1, arbitrary: fc.nat(2 * DAY) },
);
const numbers = fc.oneof(
  { weight: 6, arbitrary: fc.nat(60).map((offset) => `+9929350010${String(offset).padStart(2, "0")}`) },
  { weight: 2, arbitrary: fc.nat(9_999).map((offset) => `+99293500${String(offset).padStart(4, "0")}`) },
  { weight: 3, arbitrary: fc.nat(999_999).map((offset) => `+31612${String(offset).padStart(6, "0")}`) },
  { weight: 1, arbitrary: fc.nat(3).map((offset) => `+3161234567${offset}`) },
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant("ask" as const),
      gapMs: gaps,
      to: numbers,
      device: fc.constantFrom(undefined, undefined, "a", "b"),
      address: fc.constantFrom(undefined, "192.0.2.1", "192.0.2.1", "2001:db8::1"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("ask_again" as const), gapMs: fc.nat(6 * SECOND) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant("outcome" as const),
      gapMs: fc.nat(8 * SECOND),
      back: fc.nat(6),
      kind: fc.constantFrom("delivered" as const, "verified" as const, "verified" as const, ...OUTCOME_KINDS),
      attempts: fc.constantFrom(undefined, 1, 1, 1, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("operator" as const), gapMs: gaps, does: fc.constantFrom(...OPERATOR) }),
  },
);

export const histories: fc.Arbitrary<readonly Step[]> = fc.array(steps, { minLength: 30, maxLength: 160, size: "max" });

/** Lives through steps one by one, on an engine that may be another one from step to step. */
export class Live {
  readonly #account: AccountId;
  readonly #asked: Message[] = [];
  #held: Message | undefined;
  at: number = ATTACK;

  constructor(account: AccountId = ACCOUNT) {
    this.#account = account;
  }

  /** The verdict, where the step asks for one. */
  step(engine: Engine, step: Step): Verdict | undefined {
    this.at += step.gapMs;
    const at = this.at as EpochMilliseconds;
    const account = this.#account;
    switch (step.type) {
      case "ask": {
        const { to, device, address } = step;
        const known = {
          ...(device === undefined ? {} : { device }),
          ...(address === undefined ? {} : { endUserAddress: address }),
        };
        return this.#ask(engine, messageTo(to, { account, at, ...known }));
      }
      case "ask_again": {
        const held = this.#held;
        if (held === undefined) return undefined;
        return this.#ask(engine, { ...held, at, heldSince: held.heldSince ?? held.at });
      }
      case "outcome": {
        const message = this.#asked.at(-1 - step.back);
        if (message === undefined) return undefined;
        const { kind, attempts } = step;
        const counted = kind === "verified" && attempts !== undefined ? { attempts } : {};
        const { recipient, at: sentAt } = message;
        engine.apply({ type: "outcome", account, to: recipient.e164, kind, sentAt, at, ...counted });
        return undefined;
      }
      case "operator":
        this.#operate(engine, step.does, at);
        return undefined;
    }
  }

  #ask(engine: Engine, message: Message): Verdict {
    const verdict = engine.decide(message, "default");
    this.#held = verdict.action === "hold" ? message : undefined;
    if (verdict.action === "allow") this.#asked.push(message);
    return verdict;
  }

  #operate(engine: Engine, does: (typeof OPERATOR)[number], at: EpochMilliseconds): void {
    const account = this.#account;
    const until = (at + 5 * MINUTE) as EpochMilliseconds;
    if (does === "lockdown") engine.apply({ type: "lockdown_set", account, until, at });
    else if (does === "bypass") engine.apply({ type: "bypass_set", account, until, at });
    else if (does === "contain") {
      const scope = { type: "block", prefix: "+31612345", size: 1_000 } as const;
      engine.apply({ type: "range_contained", account, scope, incident: undefined, until, at });
    } else if (does === "forget") {
      const to = this.#asked.at(-1)?.recipient.e164;
      if (to !== undefined) engine.apply({ type: "verified_forgotten", account, to });
    } else engine.apply({ type: "incident_judged", account, incident: 1, word: does, at });
  }
}
