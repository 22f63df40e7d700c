import { e164Of } from "../numbers/number-plan.ts";
import { Population } from "../numbers/population.ts";
import { UserPool } from "../people/user-pool.ts";
import { Random } from "../random/random.ts";
import type { AccountProfile } from "./account-profile.ts";
import { type Condition, Conditions } from "./conditions.ts";
import { everydayFlow } from "./everyday-flow.ts";
import { DAY } from "./rhythm.ts";
import { type Reporting, RowMaker } from "./row-maker.ts";
import { SessionWriter } from "./session.ts";
import { FlowSource } from "./session-flow.ts";
import type { TrafficSource } from "./traffic-source.ts";

/** What a world is made from. The same settings, the same world. */
export interface WorldSettings {
  readonly seed: number;
  readonly startsAt: number;
  /** History before what is measured: calm traffic without hard events. */
  readonly warmUpDays: number;
  /** What is measured. */
  readonly days: number;
  readonly accounts: readonly AccountProfile[];
  /** Multiplies every conversion rate. */
  readonly conversion: number;
  /** Standard deviation of the logarithm of a block's popularity. */
  readonly popularitySigma: number;
  /** People complete by a link, in minutes. */
  readonly slowConversions: boolean;
  readonly reporting: Reporting;
}

/** Users that an account has when the world begins: so many for each daily session, at most. */
const USERS_PER_SESSION = 25;
const MOST_USERS = 400_000;

/** People, numbers and accounts that everyday traffic, events and attackers share. */
export class World {
  readonly settings: WorldSettings;
  readonly measuredFrom: number;
  readonly endsAt: number;
  readonly population: Population;
  readonly writer: SessionWriter;
  readonly maker: RowMaker;
  readonly #users = new Map<string, UserPool>();

  constructor(settings: WorldSettings, conditions: readonly Condition[]) {
    this.settings = settings;
    this.measuredFrom = settings.startsAt + settings.warmUpDays * DAY;
    this.endsAt = this.measuredFrom + settings.days * DAY;
    this.population = new Population(settings.seed, settings.popularitySigma);
    this.maker = new RowMaker(settings.reporting);
    this.writer = new SessionWriter(
      this.population,
      new Conditions(conditions),
      this.maker,
      settings.conversion,
      settings.slowConversions,
    );
  }

  /** Day of the world, from 0. */
  dayOf(time: number): number {
    return Math.floor((time - this.settings.startsAt) / DAY);
  }

  everydayTraffic(): readonly TrafficSource[] {
    return this.settings.accounts.map(
      (profile) =>
        new FlowSource(everydayFlow(this, profile), this.writer, this.settings.seed, "everyday", profile.account),
    );
  }

  /** The verified people of an account in a country; those of before the world began are made when first asked for. */
  usersOf(profile: AccountProfile, destination: string): UserPool {
    const key = `${profile.account} ${destination}`;
    let users = this.#users.get(key);
    if (users === undefined) {
      users = this.#firstUsers(profile, destination);
      this.#users.set(key, users);
    }
    return users;
  }

  /** Whom an account had verified before the world began, as E.164: what it could import. Asked before the first row. */
  *verifiedBefore(profile: AccountProfile): Generator<string> {
    for (const { destination } of profile.markets) {
      for (const number of this.usersOf(profile, destination).values()) yield e164Of(number);
    }
  }

  #firstUsers(profile: AccountProfile, destination: string): UserPool {
    const total = profile.markets.reduce((sum, market) => sum + market.weight, 0);
    const weight = profile.markets.find((market) => market.destination === destination)?.weight ?? 0;
    const all = Math.min(MOST_USERS, profile.sessionsPerDay * USERS_PER_SESSION);
    const count = Math.floor((all * weight) / total);
    const users = new UserPool(count * 2 + 200);
    const random = Random.of(this.settings.seed, "users", profile.account, destination);
    const blocks = this.population.blocksOf(destination);
    for (let made = 0; made < count; made += 1) users.add(blocks.drawBefore(random));
    return users;
  }
}
