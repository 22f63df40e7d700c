import type { Destination } from "../numbering/e164.ts";
import { CompletionShare } from "./completion-share.ts";
import { ControlGroup } from "./control-group.ts";
import { CountedShare } from "./counted-share.ts";
import { DecayedCount } from "./decayed-count.ts";
import type { SessionNumber } from "./session-log.ts";

/** What is measured of one destination of an account. */
export class DestinationSignals {
  readonly destination: Destination;
  readonly index: number;
  /** Trials so far: the clock that shares are measured on. */
  clock = 0;
  /** Completed verifications of new numbers, and those whose block was new then (10,000 and 100,000 numbers). */
  converted: DecayedCount = new DecayedCount();
  convertedNew10k: DecayedCount = new DecayedCount();
  convertedNew100k: DecayedCount = new DecayedCount();
  completion: CompletionShare = new CompletionShare();
  control: ControlGroup = new ControlGroup();
  /** Sessions that were both completed and delivered, and of these those completed before the delivery report. */
  ordered: [both: number, before: number] = [0, 0];
  /** Its part of the account's count of the same name. */
  undelivered: CountedShare = new CountedShare();
  /** The newest sessions in new blocks. */
  lastNew10k: SessionNumber = 0;
  lastNew100k: SessionNumber = 0;

  constructor(destination: Destination, index: number) {
    this.destination = destination;
    this.index = index;
  }

  /** Chance that a person's completion comes before its delivery report, on the high side. */
  get beforeDelivery(): number {
    const [both, before] = this.ordered;
    return Math.min((2 * before + 5) / (both + 25) + 0.05, 0.9);
  }

  snapshot(): DestinationSnapshot {
    return {
      destination: this.destination,
      numbers: [this.clock, this.lastNew10k, this.lastNew100k, ...this.ordered],
      counts: [this.converted, this.convertedNew10k, this.convertedNew100k].map((count) => count.snapshot()),
      completion: this.completion.snapshot(),
      control: this.control.snapshot(),
      undelivered: this.undelivered.snapshot(),
    };
  }

  static restore(snapshot: DestinationSnapshot, index: number): DestinationSignals {
    const signals = new DestinationSignals(snapshot.destination, index);
    const [clock = 0, lastNew10k = 0, lastNew100k = 0, both = 0, before = 0] = snapshot.numbers;
    Object.assign(signals, { clock, lastNew10k, lastNew100k });
    signals.ordered = [both, before];
    const [converted = [], new10k = [], new100k = []] = snapshot.counts;
    signals.converted = DecayedCount.restore(converted);
    signals.convertedNew10k = DecayedCount.restore(new10k);
    signals.convertedNew100k = DecayedCount.restore(new100k);
    signals.completion = CompletionShare.restore(snapshot.completion);
    signals.control = ControlGroup.restore(snapshot.control);
    signals.undelivered = CountedShare.restore(snapshot.undelivered);
    return signals;
  }
}

export interface DestinationSnapshot {
  readonly destination: Destination;
  readonly numbers: readonly number[];
  readonly counts: readonly (readonly number[])[];
  readonly completion: readonly number[];
  readonly control: readonly number[];
  readonly undelivered: readonly number[];
}
