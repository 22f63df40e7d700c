import type { PlacedEvent } from "../events/event-plan.ts";
import type { Random } from "../random/random.ts";
import type { AccountProfile } from "../world/account-profile.ts";
import type { World } from "../world/world.ts";
import type { Adversary } from "./adversary.ts";

/** Where an attack is put. */
export interface AttackStage {
  readonly world: World;
  /** Of the attack alone. */
  readonly random: Random;
  /** When its main phase begins; preparation lies before. */
  readonly startsAt: number;
  /** The accounts under attack, the main one first. */
  readonly profiles: readonly [AccountProfile, ...AccountProfile[]];
}

/** An attack with its size and pace, to be laid over any world. */
export interface AttackPlan {
  /** What it does, in a sentence. */
  readonly intent: string;
  /** Attempts in all, preparation included. */
  readonly size: number;
  /** Of `size`, those that only prepare. */
  readonly preparation?: number;
  /** From its first main attempt to the last, about. */
  readonly hours: number;
  /** Days before the main phase at which it begins; such worlds get at least as long a warm-up. */
  readonly preparationDays?: number;
  /** It needs as many accounts. */
  readonly accounts?: number;
  /** A legitimate event that it hides in. */
  accompaniedBy?(stage: Omit<AttackStage, "world">): PlacedEvent;
  begin(stage: AttackStage): Adversary;
}
