import type { SeenAction } from "./attacks/adversary.ts";
import type { AttackPlan } from "./attacks/attack-plan.ts";
import { ATTACK_PLANS, type AttackName } from "./attacks/attack-plans.ts";
import { AttackSource } from "./attacks/attack-source.ts";
import type { PlacedEvent } from "./events/event-plan.ts";
import { EVENT_NAMES, EVENT_PLANS } from "./events/event-plans.ts";
import { Random } from "./random/random.ts";
import { seedUse } from "./seeds.ts";
import type { SimulatedRow } from "./traffic-row.ts";
import { VARIANTS, type Variant, type VariantName } from "./variants.ts";
import { type AccountProfile, accountProfile, REGION_NAMES, type Region } from "./world/account-profile.ts";
import { DAY, HOUR } from "./world/rhythm.ts";
import { RowQueue } from "./world/row-queue.ts";
import type { PlannedSource, TrafficSource } from "./world/traffic-source.ts";
import { World } from "./world/world.ts";

/** What to simulate. Everything else follows from the seed. */
export interface SimulationOptions {
  readonly seed: number;
  /** Default `standard`. */
  readonly variant?: VariantName;
  /** Days that are measured, after the variant's warm-up. Default 7. */
  readonly days?: number;
  /** In place of the variant's own figures. */
  readonly sessionsPerDay?: number;
  readonly warmUpDays?: number;
  readonly events?: Variant["events"];
  /** Attacks to lay over the world. Default: none. */
  readonly attacks?: readonly AttackName[];
  /** Midnight UTC, epoch milliseconds, at which measuring begins. Default Monday 23 March 2026: Europe's clocks change in that week. */
  readonly measuredFrom?: number;
}

/** An attack that was laid over a world. */
export interface PlacedAttack {
  readonly name: AttackName;
  readonly plan: AttackPlan;
  /** When its preparation and its main phase begin. */
  readonly preparesAt: number;
  readonly startsAt: number;
}

const MEASURED_FROM = Date.UTC(2026, 2, 23);

/** Lays attacks over the world of a seed and a variant. Throws a RangeError for options that make no world. */
export function simulate(options: SimulationOptions): Simulation {
  seedUse(options.seed);
  const variant: Variant = { ...VARIANTS[options.variant ?? "standard"], ...given(options) };
  const days = options.days ?? 7;
  if (!(days > 0)) throw new RangeError(`days ${days}: expected more than 0`);
  if (!(variant.sessionsPerDay >= 1)) {
    throw new RangeError(`sessionsPerDay ${variant.sessionsPerDay}: expected at least 1`);
  }
  return new Simulation(options.seed, variant, days, options.attacks ?? [], options.measuredFrom ?? MEASURED_FROM);
}

/** Made by {@link simulate}. Rows come in time order, one at a time; nothing is kept of those that are gone. */
export class Simulation implements Iterable<SimulatedRow> {
  readonly world: World;
  readonly startsAt: number;
  /** Rows before this are history: a detector may learn from them, but is not judged by them. */
  readonly measuredFrom: number;
  readonly endsAt: number;
  readonly attacks: readonly PlacedAttack[];
  readonly #queue = new RowQueue();
  readonly #planned: PlannedSource[];
  readonly #attackSources: AttackSource[] = [];
  #sources: TrafficSource[];

  constructor(seed: number, variant: Variant, days: number, attacks: readonly AttackName[], measuredFrom: number) {
    const plans: readonly (readonly [AttackName, AttackPlan])[] = attacks.map((name) => [name, ATTACK_PLANS[name]]);
    const history = plans.map(([, plan]) => Math.ceil(plan.preparationDays ?? 0));
    const warmUpDays = Math.max(variant.warmUpDays, ...history);
    this.measuredFrom = measuredFrom;
    this.startsAt = measuredFrom - warmUpDays * DAY;
    this.endsAt = measuredFrom + days * DAY;
    this.attacks = plans.map(([name, plan]) => this.#place(seed, name, plan));

    const profiles = accountProfiles(variant, Math.max(1, ...plans.map(([, plan]) => plan.accounts ?? 1)));
    const events = [
      ...placeEvents(seed, variant, profiles[0], this.measuredFrom, this.endsAt),
      ...this.attacks.flatMap(({ name, plan, startsAt }) => {
        const stage = { random: Random.of(seed, "attack", name), startsAt, profiles };
        return plan.accompaniedBy === undefined ? [] : [plan.accompaniedBy(stage)];
      }),
    ];
    this.world = new World(
      {
        seed,
        startsAt: this.startsAt,
        warmUpDays,
        days,
        accounts: profiles,
        conversion: variant.conversion,
        popularitySigma: variant.popularitySigma,
        slowConversions: variant.slowConversions,
        reporting: {
          outcomesUntil: measuredFrom + variant.outcomesEndAfterDays * DAY,
          deliveryReports: variant.deliveryReports,
          attempts: variant.attempts,
          endUsers: variant.endUsers,
        },
      },
      events.flatMap((event) => event.conditions ?? []),
    );
    this.#sources = [...this.world.everydayTraffic()];
    this.#planned = [
      ...events.flatMap((event) => event.sources?.(this.world) ?? []),
      ...this.attacks.map((attack) => this.#attackSource(seed, attack, profiles)),
    ].sort((a, b) => b.opensAt - a.opensAt);
  }

  /** The next row; undefined: the world has ended. */
  next(): SimulatedRow | undefined {
    for (;;) {
      const source = this.#earliest();
      if (this.#queue.nextAt <= source.nextAt) break;
      if (source.nextAt >= this.endsAt) break;
      source.emit(this.#queue);
    }
    const row = this.#queue.pop();
    return row === undefined || row.time >= this.endsAt ? undefined : row;
  }

  /** Rows that wait for their time, such as codes that people will ask for again: a few minutes of traffic at most. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Tells the attackers what became of a row. To be called before the next row is asked for; those that learn depend on it. */
  saw(row: SimulatedRow, action: SeenAction): void {
    if (row.label.kind !== "attack") return;
    for (const source of this.#attackSources) source.saw(row, action);
  }

  *[Symbol.iterator](): Generator<SimulatedRow> {
    for (let row = this.next(); row !== undefined; row = this.next()) yield row;
  }

  /** The source that comes first, once those whose time has come are open. */
  #earliest(): TrafficSource {
    for (;;) {
      let first: TrafficSource = OVER;
      let at = Number.POSITIVE_INFINITY;
      let over = false;
      for (const source of this.#sources) {
        const next = source.nextAt;
        if (next < at) {
          first = source;
          at = next;
        }
        if (next === Number.POSITIVE_INFINITY) over = true;
      }
      if (over) this.#sources = this.#sources.filter((source) => source.nextAt !== Number.POSITIVE_INFINITY);
      const planned = this.#planned.at(-1);
      if (planned === undefined || planned.opensAt > Math.min(at, this.#queue.nextAt)) return first;
      this.#planned.pop();
      this.#sources.push(planned.open());
    }
  }

  /** Somewhere in what is measured, so that it ends in time where it can. */
  #place(seed: number, name: AttackName, plan: AttackPlan): PlacedAttack {
    const earliest = this.measuredFrom + Math.min(6 * HOUR, (this.endsAt - this.measuredFrom) / 8);
    const room = Math.max(0, this.endsAt - earliest - (plan.hours + 1) * HOUR);
    const startsAt = Math.floor(earliest + room * Random.of(seed, "attack start", name).uniform());
    return { name, plan, startsAt, preparesAt: startsAt - (plan.preparationDays ?? 0) * DAY };
  }

  #attackSource(
    seed: number,
    { name, plan, startsAt, preparesAt }: PlacedAttack,
    profiles: readonly [AccountProfile, ...AccountProfile[]],
  ): PlannedSource {
    return {
      opensAt: preparesAt,
      open: () => {
        const stage = { world: this.world, random: Random.of(seed, "attack", name), startsAt, profiles };
        const ids = Random.of(seed, "attack ids", name);
        const source = new AttackSource(name, plan.begin(stage), this.world.maker, profiles, preparesAt, ids);
        this.#attackSources.push(source);
        return source;
      },
    };
  }
}

const OVER: TrafficSource = { nextAt: Number.POSITIVE_INFINITY, emit() {} };

/** Only what was given: an option that is absent must not overrule the variant. */
function given({ sessionsPerDay, warmUpDays, events }: SimulationOptions): Partial<Variant> {
  return {
    ...(sessionsPerDay !== undefined && { sessionsPerDay }),
    ...(warmUpDays !== undefined && { warmUpDays }),
    ...(events !== undefined && { events }),
  };
}

function accountProfiles(variant: Variant, least: number): readonly [AccountProfile, ...AccountProfile[]] {
  const [first = "europe", ...others] = variant.regions;
  const rest: readonly Region[] = [...others, ...REGION_NAMES].slice(0, Math.max(others.length, least - 1));
  const profile = (region: Region, index: number): AccountProfile =>
    accountProfile(index === 0 ? "acme" : `${region}${index}`, region, variant.sessionsPerDay);
  return [profile(first, 0), ...rest.map((region, index) => profile(region, index + 1))];
}

/** The events of each measured week. */
function placeEvents(
  seed: number,
  variant: Variant,
  profile: AccountProfile,
  from: number,
  until: number,
): readonly PlacedEvent[] {
  const placed: PlacedEvent[] = [];
  for (let week = from, number = 0; week < until; week += 7 * DAY, number += 1) {
    for (const event of EVENT_NAMES) {
      for (let turn = 0; turn < (variant.events[event] ?? 0); turn += 1) {
        const random = Random.of(seed, "event", event, number, turn);
        const setting = {
          event,
          random,
          from: week,
          until: Math.min(until, week + 7 * DAY),
          profile,
          turn: number * 100 + turn,
        };
        placed.push(EVENT_PLANS[event](setting));
      }
    }
  }
  return placed;
}
