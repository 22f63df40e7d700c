import { withPractice } from "../world/everyday-flow.ts";
import { HOUR, MINUTE, Rhythm } from "../world/rhythm.ts";
import { FlowSource } from "../world/session-flow.ts";
import { daytimeWithin, type EventPlan, type EventSetting, homeMarket } from "./event-plan.ts";

/** A campaign, a television show, a sale: people come `factor` times as often for `hours`, in one market or everywhere. */
export function flashCrowd(factor: number, hours: number, where: "one_market" | "everywhere"): EventPlan {
  return (setting) => {
    const home = homeMarket(setting);
    const markets = where === "everywhere" ? setting.profile.markets : [home];
    const from = daytimeWithin(setting, home.zone);
    return flashCrowdAt(setting, markets, factor, from, from + hours * HOUR);
  };
}

/** Mostly sign-ups; three in ten are verified people who come back. */
const COME_BACK = 0.3;

export function flashCrowdAt(
  setting: Pick<EventSetting, "event" | "profile" | "turn">,
  markets: EventSetting["profile"]["markets"],
  factor: number,
  from: number,
  until: number,
): ReturnType<EventPlan> {
  const { profile, event, turn } = setting;
  const all = profile.markets.reduce((sum, market) => sum + market.weight, 0);
  const here = markets.reduce((sum, market) => sum + market.weight, 0);
  const rhythm = new Rhythm(markets, (profile.sessionsPerDay * (factor - 1) * here) / all);
  return {
    sources: (world) => [
      {
        opensAt: from,
        open: () =>
          new FlowSource(
            {
              from,
              until,
              rate: (time) => rhythm.enter(time) * rise(time - from),
              session(time, random) {
                const market = markets[rhythm.draw(random)];
                if (market === undefined) throw new RangeError(`${event} has no market`);
                const { destination } = market;
                const day = world.dayOf(time);
                const known = random.chance(COME_BACK) ? world.usersOf(profile, destination).any(random) : undefined;
                return {
                  time,
                  day,
                  account: profile.account,
                  from: profile.from,
                  number: known ?? world.population.blocksOf(destination).draw(day, random),
                  destination,
                  returning: known !== undefined,
                  event,
                  purpose: "otp",
                  conversion: withPractice(market.conversion, known !== undefined),
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
}

/** It takes ten minutes to get going. */
function rise(passed: number): number {
  return passed < 10 * MINUTE ? 0.5 : 1;
}
