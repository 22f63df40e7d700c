import type { Channel, Message } from "../message.ts";
import type { Destination } from "../numbering/e164.ts";
import type { NumberType } from "../numbering/recipient.ts";
import type { Verdict } from "../verdict/verdict.ts";

type Slot = Map<Channel, Verdict>;

/**
 * What steps 3 and 4 come to, for a policy without rules on single numbers or ranges: then destination, type of number and
 * channel tell, and most messages have one of few combinations. Bounded by how many there are.
 */
export class KnownVerdicts {
  readonly #verdicts: Map<Destination, Map<NumberType, Slot>> = new Map();

  /** Undefined: not known yet, or not to be known this way. */
  of({ recipient: { candidates, type }, channel }: Message): Verdict | undefined {
    return candidates.length > 1 ? undefined : this.#verdicts.get(candidates[0])?.get(type)?.get(channel);
  }

  set({ recipient: { candidates, type }, channel }: Message, verdict: Verdict): void {
    if (candidates.length > 1) return;
    const [destination] = candidates;
    const byType: Map<NumberType, Slot> = this.#verdicts.get(destination) ?? new Map();
    this.#verdicts.set(destination, byType);
    const byChannel: Slot = byType.get(type) ?? new Map();
    byType.set(type, byChannel);
    byChannel.set(channel, verdict);
  }
}
