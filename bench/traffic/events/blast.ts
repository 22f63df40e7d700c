import { MINUTE } from "../world/rhythm.ts";
import { BatchSource } from "../world/session-flow.ts";
import { daytimeWithin, type EventPlan, homeMarket } from "./event-plan.ts";

/** Part of a mailing list that was bought or imported, and never verified with this account. */
const IMPORTED = 0.2;

/**
 * A campaign to a quarter of a day's sessions, within half an hour, in which nobody has anything to complete. `marked`:
 * the account says that it is marketing; else it looks like codes that nobody enters.
 */
export function blast(marked: boolean): EventPlan {
  return (setting) => {
    const { profile, event, turn, random } = setting;
    const from = daytimeWithin(setting, homeMarket(setting).zone);
    const markets = [...profile.markets].sort((a, b) => b.weight - a.weight).slice(0, 4);
    const count = Math.max(100, Math.floor(profile.sessionsPerDay / 4));
    const until = from + random.between(15, 40) * MINUTE;
    return {
      sources: (world) => [
        {
          opensAt: from,
          open: () =>
            new BatchSource(
              {
                from,
                until,
                count,
                session(time, each) {
                  const { destination } = each.pick(markets);
                  const day = world.dayOf(time);
                  const known = each.chance(IMPORTED) ? undefined : world.usersOf(profile, destination).any(each);
                  return {
                    time,
                    day,
                    account: profile.account,
                    from: profile.from,
                    number: known ?? world.population.blocksOf(destination).draw(day, each),
                    destination,
                    returning: known !== undefined,
                    event,
                    purpose: marked ? "marketing" : "otp",
                    conversion: 0,
                  };
                },
              },
              world.writer,
              world.settings.seed,
              event,
              turn,
              profile.account,
            ),
        },
      ],
    };
  };
}
