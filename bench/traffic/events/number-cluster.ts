import { BLOCK } from "../numbers/blocks-in-use.ts";
import { isValidRange, type NumberValue } from "../numbers/number-plan.ts";
import { opaqueText } from "../random/opaque-text.ts";
import { hashNumber } from "../random/random.ts";
import { withPractice } from "../world/everyday-flow.ts";
import type { Market } from "../world/markets.ts";
import { DAY, MINUTE } from "../world/rhythm.ts";
import { BatchSource } from "../world/session-flow.ts";
import type { PlannedSource } from "../world/traffic-source.ts";
import type { World } from "../world/world.ts";
import {
  daytimeWithin,
  type EventPlan,
  type EventSetting,
  homeMarket,
  type PlacedEvent,
  sizeOf,
  startWithin,
} from "./event-plan.ts";

/** Legitimate people whose numbers lie close together. */
interface Cluster {
  readonly market: Market;
  readonly from: number;
  readonly until: number;
  readonly count: number;
  /** Whether the first block is one that nobody had before, or a popular one. */
  readonly block: "new" | "popular";
  /** The number of the `index`-th person, given the first number of that block. */
  member(block: NumberValue, index: number): NumberValue;
  /** Part that completes. */
  readonly conversion: number;
  /** The address of the office that all sit in; undefined: people on their own. */
  readonly office: string | undefined;
  /** They have new phones that are switched on, of one model; as it may be, one that fills in codes by itself. */
  readonly phones?: { readonly mistyped?: number; readonly undelivered: number };
}

/** Part of a cluster's people that log in again within the next two days. */
const COME_BACK = 0.3;
/** Part of the messages that do not reach phones which were just handed out. */
const ALWAYS_ON = 0.01;
/** Part of the companies whose phones fill codes in by themselves, and the part that is mistyped then. */
const FILLED_IN = 0.35;
const HARDLY_MISTYPED = 0.005;

/** A company gives its staff phones: 40 to 250 consecutive numbers sign up within 20 to 60 minutes, in the daytime. */
export const rollOut: EventPlan = (setting) => {
  const { random, profile } = setting;
  const most = Math.max(60, Math.min(250, profile.sessionsPerDay / 8));
  const count = Math.floor(random.between(40, most));
  const market = homeMarket(setting);
  const from = daytimeWithin(setting, market.zone);
  const bits = random.bits();
  const start = Math.floor(random.uniform() * (BLOCK - count));
  // The numbers of a business contract are consecutive, but activated in no particular order.
  const step = [7, 11, 13, 17].find((prime) => count % prime !== 0) ?? 1;
  return clusterEvent(setting, {
    market,
    from,
    until: from + random.between(20, 60) * MINUTE,
    count,
    block: random.chance(0.5) ? "new" : "popular",
    member: (block, index) => block + start + ((index * step) % count),
    conversion: 0.9,
    office: `82.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`,
    // (bits that the address leaves)
    phones: { undelivered: ALWAYS_ON, ...(bits >>> 24 < FILLED_IN * 256 && { mistyped: HARDLY_MISTYPED }) },
  });
};

/** A new virtual operator hands out a 10,000-block that nobody had: 300 people a day for three days (of 20,000 sessions). */
export const newOperatorBlock: EventPlan = (setting) => {
  const length = Math.min(3 * DAY, setting.until - setting.from);
  const from = startWithin(setting, length);
  const market = homeMarket(setting);
  const seed = setting.random.bits();
  return clusterEvent(setting, {
    market,
    from,
    until: from + length,
    count: Math.max(12, Math.floor((300 * sizeOf(setting.profile) * length) / DAY)),
    block: "new",
    member: (block, index) => block + ((hashNumber(index, seed) >>> 0) % BLOCK),
    conversion: market.conversion,
    office: undefined,
  });
};

const PARTNER_BLOCKS = 20;

/** An operator bundles the service with its contracts: 1,000 people (of 20,000 sessions) in 20 blocks of a prefix, in a day. */
export const operatorPartnership: EventPlan = (setting) => {
  const length = Math.min(DAY, setting.until - setting.from);
  const from = startWithin(setting, length);
  const market = homeMarket(setting);
  const seed = setting.random.bits();
  let blocks: readonly NumberValue[] | undefined;
  return clusterEvent(setting, {
    market,
    from,
    until: from + length,
    count: Math.max(40, Math.floor(1_000 * sizeOf(setting.profile))),
    block: "popular",
    member(block, index) {
      blocks ??= neighbours(market.destination, block);
      const draw = hashNumber(index, seed) >>> 0;
      return (blocks[draw % blocks.length] ?? block) + (Math.floor(draw / PARTNER_BLOCKS) % BLOCK);
    },
    conversion: market.conversion,
    office: undefined,
  });
};

/** The blocks next to one, within its million numbers. */
function neighbours(destination: string, block: NumberValue): readonly NumberValue[] {
  const million = block - (block % (100 * BLOCK));
  return Array.from({ length: 100 }, (_, index) => million + index * BLOCK)
    .filter((first) => isValidRange(destination, first, BLOCK))
    .sort((a, b) => Math.abs(a - block) - Math.abs(b - block))
    .slice(0, PARTNER_BLOCKS);
}

function clusterEvent(setting: EventSetting, cluster: Cluster): PlacedEvent {
  return {
    sources(world) {
      const backFrom = cluster.until + DAY / 2;
      const backUntil = Math.min(cluster.until + 2 * DAY, world.endsAt);
      const comeBack = backFrom < backUntil ? Math.floor(cluster.count * COME_BACK) : 0;
      const block = blockOf(world, setting, cluster);
      return [
        visits(world, setting, cluster, block, { from: cluster.from, until: cluster.until, count: cluster.count }),
        visits(world, setting, cluster, block, { from: backFrom, until: backUntil, count: comeBack, returning: true }),
      ];
    },
  };
}

function blockOf(world: World, { random }: EventSetting, { block, market }: Cluster): () => NumberValue {
  let first: NumberValue | undefined;
  return () => {
    const blocks = world.population.blocksOf(market.destination);
    first ??= block === "new" ? blocks.unused(random) : blocks.popular(random.integer(30));
    return first;
  };
}

function visits(
  world: World,
  { profile, event, turn }: EventSetting,
  cluster: Cluster,
  block: () => NumberValue,
  when: { readonly from: number; readonly until: number; readonly count: number; readonly returning?: boolean },
): PlannedSource {
  const { account, from } = profile;
  const returning = when.returning ?? false;
  const batch = {
    ...when,
    session(time: number, _: unknown, index: number) {
      // Those who come back are the first of the cluster.
      const number = cluster.member(block(), index);
      return {
        time,
        day: world.dayOf(time),
        account,
        from,
        number,
        destination: cluster.market.destination,
        returning,
        event,
        purpose: "otp" as const,
        conversion: withPractice(cluster.conversion, returning),
        ...cluster.phones,
        ...(cluster.office && { endUser: { ip: cluster.office, device: opaqueText(hashNumber(number, 11)) } }),
      };
    },
  };
  return {
    opensAt: when.from,
    open: () =>
      new BatchSource(batch, world.writer, world.settings.seed, event, turn, account, returning ? "back" : "first"),
  };
}
