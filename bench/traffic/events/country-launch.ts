import { UNUSED_DESTINATIONS } from "../world/account-profile.ts";
import { marketOf } from "../world/markets.ts";
import { Rhythm } from "../world/rhythm.ts";
import { FlowSource } from "../world/session-flow.ts";
import { type EventPlan, type EventSetting, type PlacedEvent, sizeOf, startWithin } from "./event-plan.ts";

/** The company launches where it had nobody: 1,500 sign-ups a day (of 20,000 sessions) from one day to the next. */
export const countryLaunch: EventPlan = (setting) => {
  const from = startWithin(setting, (setting.until - setting.from) / 2);
  const destination = setting.random.pick(UNUSED_DESTINATIONS);
  const perDay = 1_500 * sizeOf(setting.profile);
  return newcomers(setting, destination, perDay, from, () => 1);
};

/** The company moves its business to another time zone: a small, far market grows day by day to a quarter of all. */
export const marketMove: EventPlan = (setting) => {
  const { profile, random, from, until } = setting;
  const weights = profile.markets.map((market) => market.weight).sort((a, b) => b - a);
  const small = profile.markets.filter((market) => market.weight < (weights[12] ?? 0) && FAR.test(market.zone));
  const { destination } = random.pick(small.length > 0 ? small : profile.markets);
  return newcomers(setting, destination, profile.sessionsPerDay / 4, from, (time) => (time - from) / (until - from));
};

const FAR = /^(?:America|Asia|Australia|Pacific)\//;

/** Sign-ups in one country until the end of the week, `perDay` times `growth`. */
function newcomers(
  { profile, event, turn, until }: EventSetting,
  destination: string,
  perDay: number,
  from: number,
  growth: (time: number) => number,
): PlacedEvent {
  const market = marketOf(destination);
  const rhythm = new Rhythm([{ ...market, weight: 1 }], perDay);
  return {
    sources: (world) => [
      {
        opensAt: from,
        open: () =>
          new FlowSource(
            {
              from,
              until,
              rate: (time) => rhythm.enter(time) * growth(time),
              session(time, random) {
                const day = world.dayOf(time);
                return {
                  time,
                  day,
                  account: profile.account,
                  from: profile.from,
                  number: world.population.blocksOf(destination).draw(day, random),
                  destination,
                  returning: false,
                  event,
                  purpose: "otp",
                  conversion: market.conversion,
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
