import type { SimulatedRow } from "../traffic/traffic-row.ts";

/** The label of people who sign up from an attacked range once the attack is over. */
export const AFTER_ATTACK = "after_attack";

/** Fewer than what makes a new cluster of numbers stand out by itself. */
export const PEOPLE_AFTER_ATTACK = 30;
const BLOCK = 10_000;

/**
 * Real people of the block that `attacked` (the attack's last message) went to: the first `after` milliseconds later, then
 * one every `every`, 30 in all. Each is a new number that completes within 20 s, as people do.
 */
export function* peopleAfterAttack(attacked: SimulatedRow, after: number, every: number): Generator<SimulatedRow> {
  const number = Number(attacked.to.slice(1));
  const block = number - (number % BLOCK);
  for (let index = 0; index < PEOPLE_AFTER_ATTACK; index += 1) {
    const time = attacked.time + after + index * every;
    // Spread over the block, and off the numbers that were attacked one after the other.
    const own = (((number % BLOCK) + 5_000 + index * 37) % BLOCK) + block;
    yield {
      ...attacked,
      id: `after${index}`,
      time,
      to: `+${own}`,
      ip: `81.2.${index & 255}.7`,
      device: `after${index}`,
      deliveredAt: time + 3_500 + (index % 7) * 300,
      convertedAt: time + 9_000 + ((index * 7_919) % 9_000),
      attempts: index % 11 === 0 ? 2 : 1,
      label: { kind: "legitimate", event: AFTER_ATTACK, returning: false },
    };
  }
}
