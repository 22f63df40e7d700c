import { RollingCounts } from "./rolling-count.ts";
import type { Rule } from "./rule.ts";

const DAY = 24 * 3_600_000;
const WINDOW_WEIGHT = 2;
const UNUSUAL_COUNTRY = 1.25;
const HIGH = 2;
const MOST_PER_ADDRESS = 5;
const MOST_PER_NUMBER = 5;
/** For a number without its last three digits. */
const MOST_PER_PREFIX = 10;

/**
 * The sample that AWS staff published against SMS pumping (achrafsouk/sms-pumping, lambda/edge/index.mjs), were it to
 * block: it only counts by default. Requests of the last 24 hours by address, number and number without its last three
 * digits; each count above its threshold multiplies the score by count / threshold × 2, a destination that is no core
 * country by 1.25; from 2 on the risk is high. Requests count even where they were refused, as there.
 * Its signals about addresses (data centre, anonymiser, bot) are not in a traffic file and left out.
 */
export function awsSample(coreCountries: ReadonlySet<string>): Rule {
  const byAddress = new RollingCounts(DAY);
  const byNumber = new RollingCounts(DAY);
  const byPrefix = new RollingCounts(DAY);
  return {
    decide({ row, recipient }) {
      const { ip, to, time } = row;
      const prefix = to.slice(0, -3);
      let score = coreCountries.has(recipient.candidates[0]) ? 1 : UNUSUAL_COUNTRY;
      if (ip !== undefined) score *= counted(byAddress, ip, time, MOST_PER_ADDRESS);
      score *= counted(byNumber, to, time, MOST_PER_NUMBER);
      score *= counted(byPrefix, prefix, time, MOST_PER_PREFIX);
      return score >= HIGH ? "block" : "allow";
    },
  };
}

function counted(counts: RollingCounts, key: string, time: number, most: number): number {
  counts.add(key, time);
  const count = counts.at(key, time);
  return count > most ? (count / most) * WINDOW_WEIGHT : 1;
}
