import { opaqueId } from "../random/opaque-text.ts";
import type { Random } from "../random/random.ts";
import type { AttackLabel, SimulatedRow } from "../traffic-row.ts";
import type { AccountProfile } from "../world/account-profile.ts";
import type { RowMaker } from "../world/row-maker.ts";
import type { RowSink, TrafficSource } from "../world/traffic-source.ts";
import type { Adversary, AttackAttempt, SeenAction } from "./adversary.ts";

/** Makes rows of an adversary's attempts, asking for the next only when the last has been decided. */
export class AttackSource implements TrafficSource {
  readonly #adversary: Adversary;
  readonly #maker: RowMaker;
  readonly #random: Random;
  readonly #senders: ReadonlyMap<string, string>;
  readonly #labels: Readonly<Record<AttackLabel["phase"], AttackLabel>>;
  readonly #attempts = new WeakMap<SimulatedRow, AttackAttempt>();
  #attempt: AttackAttempt | undefined;
  #asked = false;
  #clock: number;

  constructor(
    name: string,
    adversary: Adversary,
    maker: RowMaker,
    profiles: readonly AccountProfile[],
    from: number,
    random: Random,
  ) {
    this.#adversary = adversary;
    this.#maker = maker;
    this.#random = random;
    this.#senders = new Map(profiles.map((profile) => [profile.account, profile.from]));
    this.#labels = {
      preparation: { kind: "attack", attack: name, phase: "preparation" },
      main: { kind: "attack", attack: name, phase: "main" },
    };
    this.#clock = from;
  }

  get nextAt(): number {
    if (!this.#asked) {
      this.#attempt = this.#adversary.next(this.#clock);
      this.#asked = true;
    }
    // An adversary that is behind its own schedule acts at once.
    return this.#attempt === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(this.#clock, Math.floor(this.#attempt.time));
  }

  emit(out: RowSink): void {
    const time = this.nextAt;
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    const row = this.#maker.row({
      attempts: 1,
      ...attempt,
      id: opaqueId(this.#random),
      time,
      from: this.#senders.get(attempt.account) ?? "",
      purpose: "otp",
      label: this.#labels[attempt.phase],
    });
    this.#attempts.set(row, attempt);
    this.#asked = false;
    this.#clock = time;
    out.push(row);
  }

  /** Tells the adversary what became of a row, where it is one of this source. */
  saw(row: SimulatedRow, action: SeenAction): void {
    const attempt = this.#attempts.get(row);
    if (attempt !== undefined) this.#adversary.saw(attempt, action);
  }
}
