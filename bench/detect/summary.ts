import { clusteredUpper, quantile, sum } from "./statistics.ts";
import { addCounts, type Counts, noCounts, stopped, type WorldResult } from "./world-result.ts";

/** A share with its one-sided 95 % upper bound over worlds. */
export interface Share {
  readonly hits: number;
  readonly total: number;
  readonly share: number;
  readonly upper: number;
}

/** Legitimate messages of one kind: stopped is what a person cannot mend, blocked or held in vain. */
export interface StopShares {
  readonly counts: Counts;
  readonly stopped: Share;
  readonly challenged: Share;
}

export interface Spread {
  readonly median: number;
  readonly p99: number;
  readonly maximum: number;
}

/** All worlds of a scenario for one candidate. `events` is empty where there was an attack. */
export interface Summary {
  readonly scenario: string;
  readonly candidate: string;
  readonly botsSolve: boolean;
  readonly seeds: readonly number[];
  readonly legitimate: StopShares;
  readonly events: Readonly<Record<string, StopShares>>;
  readonly verified: StopShares;
  readonly verifiedLimited: number;
  readonly attacked: StopShares;
  /** Let through after a wait: share of all, and the longest wait in seconds. */
  readonly waited: number;
  readonly longestWait: number;
  readonly falseIncidentsPerWorld: number;
  /** Of each world: the share of its legitimate messages that was stopped. */
  readonly shareByWorld: readonly number[];
  readonly attack: AttackSummary | undefined;
  readonly reopening: ReopeningSummary | undefined;
  /** Minutes until it knew that outcomes are missing, in the worst world; Infinity: never in one of them. */
  readonly outcomesMissedAfter: number;
}

export interface AttackSummary {
  readonly asked: number;
  readonly leaked: Spread;
  /** Were every challenge met by the attackers' bots: what was challenged went out as well. */
  readonly leakedIfSolved: Spread;
  readonly money: Spread;
  readonly moneyIfSolved: Spread;
  /** Divided by the countries attacked, of each world; and in the worst country. */
  readonly leakedPerCountry: Spread;
  readonly leakedInWorstCountry: Spread;
  readonly countries: number;
  readonly preparation: number;
  readonly leakedByWorld: readonly number[];
  /** Of worlds in which anything was stopped. */
  readonly firstStopMessages: Spread;
  readonly firstStopSeconds: Spread;
  readonly neverStopped: number;
}

export interface ReopeningSummary {
  /** Minutes after the attack; Infinity where it never opened before the world ended. */
  readonly firstAfter: Spread;
  readonly openAfter: Spread;
  readonly peopleStopped: Spread;
}

/** One summary for each scenario, candidate and way of the bots, in the order in which they first come. */
export function summarise(results: readonly WorldResult[]): readonly Summary[] {
  const groups = new Map<string, WorldResult[]>();
  for (const result of results) {
    const key = JSON.stringify([result.scenario, result.candidate, result.botsSolve]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  return [...groups.values()].map((worlds) => summaryOf(worlds.sort((a, b) => a.seed - b.seed)));
}

function summaryOf(worlds: readonly WorldResult[]): Summary {
  const [first] = worlds;
  if (first === undefined) throw new RangeError("no world, no summary");
  const eventNames = [...new Set(worlds.flatMap(({ events }) => Object.keys(events)))].sort();
  const legitimate = stopShares(worlds.map((world) => world.legitimate));
  return {
    scenario: first.scenario,
    candidate: first.candidate,
    botsSolve: first.botsSolve,
    seeds: worlds.map(({ seed }) => seed),
    legitimate,
    // Under attack nobody asks for them, and there are many such worlds.
    events: Object.fromEntries(
      (first.attack === undefined ? eventNames : []).map((name) => [
        name,
        stopShares(worlds.flatMap(({ events }) => events[name] ?? [])),
      ]),
    ),
    verified: stopShares(worlds.map((world) => world.verified)),
    verifiedLimited: sum(worlds.map((world) => world.verifiedLimited)),
    attacked: stopShares(worlds.map((world) => world.attacked)),
    waited: sum(worlds.map(({ waited }) => waited)) / Math.max(1, legitimate.counts.total),
    longestWait: Math.max(...worlds.map(({ longestWait }) => longestWait)),
    falseIncidentsPerWorld: sum(worlds.map(({ falseIncidents }) => falseIncidents)) / worlds.length,
    shareByWorld: worlds.map((world) => stopped(world.legitimate) / Math.max(1, world.legitimate.total)),
    attack: attackSummary(worlds),
    reopening: reopeningSummary(worlds),
    outcomesMissedAfter: Math.max(...worlds.map((world) => world.outcomesMissedAfter ?? Number.POSITIVE_INFINITY)),
  };
}

export function stopShares(worlds: readonly Counts[]): StopShares {
  const counts = noCounts();
  for (const world of worlds) addCounts(counts, world);
  const share = (hitsOf: (world: Counts) => number): Share => ({
    hits: hitsOf(counts),
    total: counts.total,
    share: counts.total === 0 ? 0 : hitsOf(counts) / counts.total,
    upper: clusteredUpper(
      worlds.filter(({ total }) => total > 0).map((world) => ({ hits: hitsOf(world), total: world.total })),
    ),
  });
  return { counts, stopped: share(stopped), challenged: share(({ challenge }) => challenge) };
}

function attackSummary(worlds: readonly WorldResult[]): AttackSummary | undefined {
  const attacks = worlds.flatMap(({ attack }) => attack ?? []);
  if (attacks.length === 0) return undefined;
  const leaked = attacks.map(({ counts }) => counts.total - stopped(counts) - counts.challenge);
  const stops = attacks.flatMap(({ firstStop }) => firstStop ?? []);
  return {
    asked: quantile(
      attacks.map(({ counts }) => counts.total),
      0.5,
    ),
    leaked: spread(leaked),
    leakedIfSolved: spread(attacks.map(({ counts }) => counts.total - stopped(counts))),
    money: spread(attacks.map(({ leakedMoney }) => leakedMoney)),
    moneyIfSolved: spread(attacks.map(({ leakedMoney, challengedMoney }) => leakedMoney + challengedMoney)),
    leakedPerCountry: spread(attacks.map(({ countries }, index) => (leaked[index] ?? 0) / Math.max(1, countries))),
    leakedInWorstCountry: spread(attacks.map(({ leakedInWorstCountry }) => leakedInWorstCountry)),
    countries: Math.max(...attacks.map(({ countries }) => countries)),
    preparation: quantile(
      attacks.map(({ preparation }) => preparation),
      0.5,
    ),
    leakedByWorld: leaked,
    firstStopMessages: spread(stops.map(({ messages }) => messages)),
    firstStopSeconds: spread(stops.map(({ seconds }) => seconds)),
    neverStopped: attacks.length - stops.length,
  };
}

function reopeningSummary(worlds: readonly WorldResult[]): ReopeningSummary | undefined {
  const ends = worlds.flatMap(({ reopening }) => reopening ?? []);
  if (ends.length === 0) return undefined;
  return {
    firstAfter: spread(ends.map(({ firstAfter }) => firstAfter ?? Number.POSITIVE_INFINITY)),
    openAfter: spread(ends.map(({ openAfter }) => openAfter ?? Number.POSITIVE_INFINITY)),
    peopleStopped: spread(ends.map((end) => end.stopped)),
  };
}

function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), p99: quantile(values, 0.99), maximum: quantile(values, 1) };
}
