/** Attacked blocks make the next likelier: by so many nats for each beyond the first. */
const NATS_PER_ATTACK = 2;
const MOST_ATTACK_NATS = 6;

/** How much likelier one more attack is when so many blocks are attacked (nats). */
export function attackOdds(attacked: number): number {
  return Math.min(NATS_PER_ATTACK * Math.max(attacked - 1, 0), MOST_ATTACK_NATS);
}
