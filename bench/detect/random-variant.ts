import { EVENT_NAMES, type EventName } from "../traffic/events/event-plans.ts";
import { Random } from "../traffic/random/random.ts";
import { VARIANTS, type Variant } from "../traffic/variants.ts";
import { REGION_NAMES } from "../traffic/world/account-profile.ts";

/** A world whose every figure is drawn: also such as fit no assumption of any detector. */
export function randomVariant(seed: number): Variant {
  const random = Random.of(seed, "random variant");
  const events: Partial<Record<EventName, number>> = {};
  for (const event of EVENT_NAMES) if (random.chance(0.4)) events[event] = 1 + random.integer(2);
  // What is sent as marketing is not judged: an unmarked one stays rare, as it is a mistake of the customer.
  if (random.chance(0.9)) events.unmarked_blast = 0;
  const fate = random.uniform();
  return {
    ...VARIANTS.standard,
    intent: "every figure drawn",
    sessionsPerDay: Math.floor(random.lognormal(6_000, 1)) + 300,
    warmUpDays: random.integer(6),
    regions: [random.pick(REGION_NAMES)],
    events,
    conversion: random.between(0.5, 1.1),
    popularitySigma: random.between(0.8, 2.4),
    slowConversions: random.chance(0.1),
    outcomesEndAfterDays:
      fate < 0.05 ? Number.NEGATIVE_INFINITY : fate < 0.15 ? random.between(0, 3) : Number.POSITIVE_INFINITY,
    deliveryReports: random.chance(0.8),
    endUsers: random.chance(0.75),
    attempts: random.chance(0.6),
  };
}
