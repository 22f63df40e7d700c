import type { AccountProfile } from "./account-profile.ts";
import { Rhythm } from "./rhythm.ts";
import type { Flow } from "./session-flow.ts";
import type { World } from "./world.ts";

/** Of all sessions: order updates and the like to verified people; of the others, log-ins of verified people. */
const NOTIFICATIONS = 0.05;
const LOG_INS = 0.6;
/** People who have done it before complete more often. */
const PRACTICE = 0.12;

/** What an account's people do on any day: sign up, log in, get notified. */
export function everydayFlow(world: World, profile: AccountProfile): Flow {
  const { account, from, markets } = profile;
  const rhythm = new Rhythm(markets, profile.sessionsPerDay);
  return {
    from: world.settings.startsAt,
    until: world.endsAt,
    rate: (time) => rhythm.enter(time),
    session(time, random) {
      const market = markets[rhythm.draw(random)];
      if (market === undefined) throw new RangeError(`${account} has no market`);
      const { destination } = market;
      const day = world.dayOf(time);
      const kind = random.uniform();
      const known =
        kind < NOTIFICATIONS + (1 - NOTIFICATIONS) * LOG_INS
          ? world.usersOf(profile, destination).draw(random)
          : undefined;
      const notified = known !== undefined && kind < NOTIFICATIONS;
      return {
        time,
        day,
        account,
        from,
        number: known ?? world.population.blocksOf(destination).draw(day, random),
        destination,
        returning: known !== undefined,
        event: undefined,
        purpose: notified ? "notification" : "otp",
        conversion: notified ? 0 : withPractice(market.conversion, known !== undefined),
      };
    },
    ended(session, completes) {
      if (completes && !session.returning) world.usersOf(profile, session.destination).add(session.number);
    },
  };
}

/** The rate of somebody who signs up, or of somebody who comes back. */
export function withPractice(conversion: number, returning: boolean): number {
  return returning ? Math.min(0.95, conversion + PRACTICE) : conversion;
}
