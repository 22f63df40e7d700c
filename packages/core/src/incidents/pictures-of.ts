import type { EpochMilliseconds } from "../brand.ts";
import type { AccountDetection } from "../detection/account-detection.ts";
import type { Scope } from "../detectors/evidence.ts";
import { SESSION } from "../signals/session-log.ts";
import type { Incident } from "./incident.ts";
import type { AttemptMark, IncidentPictures, NumberTick } from "./incident-pictures.ts";

/** Edges of the latency histogram, in milliseconds. */
const LATENCY_EDGES = [0, 2_000, 4_000, 6_000, 8_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 120_000, 300_000];
const LARGEST_LINE = 100_000;
const MOST_EARLIER = 300;

/** What a person looks at to check an incident, from what is still kept of it. Undefined: no such incident. */
export function picturesOf(detection: AccountDetection, number: number): IncidentPictures | undefined {
  const incident = detection.incidents.get(number);
  const trace = detection.incidents.trace(number);
  if (incident === undefined || trace === undefined) return undefined;
  const { signals } = detection;
  const traced = trace.list();
  const before = earlier(detection, incident, traced);
  const attempts = [...before, ...traced];
  const line = lineAround(incident, attempts[0]?.line ?? 0);
  const ticks = attempts
    .filter((attempt) => attempt.line >= line.first && attempt.line < line.first + line.size)
    .map(
      (attempt): NumberTick => ({
        offset: attempt.line - line.first,
        at: attempt.at as EpochMilliseconds,
        mark: attempt.mark,
      }),
    );
  const { sent, delivered, converted, latencies } = outcomes(detection, incident);
  const [allSent, allDelivered] = signals.delivery;
  const { counts } = incident;
  return {
    line: { prefix: `+${line.first / line.size}`, size: line.size, ticks },
    ticksLeftOut: before.length + trace.seen - ticks.length,
    funnel: {
      requested: counts.attempts - counts.verified,
      sent: Math.max(sent, counts.leaked + counts.converted),
      delivered,
      converted: Math.max(converted, counts.converted),
      baseline: {
        delivered: allSent === 0 ? undefined : allDelivered / allSent,
        converted: signals.completion.observed === 0 ? undefined : signals.completionShare,
      },
    },
    latency: LATENCY_EDGES.map((fromMs, place) => {
      const toMs = LATENCY_EDGES[place + 1] ?? Number.POSITIVE_INFINITY;
      return {
        fromMs,
        toMs,
        count: latencies.filter((took) => took >= fromMs && took < toMs).length,
        baselineShare:
          (toMs === Number.POSITIVE_INFINITY ? 1 : signals.latency.share(toMs)) - signals.latency.share(fromMs),
      };
    }),
    rate: {
      bucketMs: trace.bucketMs,
      buckets: withEarlier(trace.buckets(), before, trace.bucketMs),
      usualPerBucket: usualRate(detection, incident, trace.bucketMs),
    },
  };
}

interface Attempt {
  readonly line: number;
  readonly at: number;
  readonly mark: AttemptMark;
}

/** What came before the incident was seen, and went out: the sessions that it was seen by. Oldest first. */
function earlier(
  { signals: { log } }: AccountDetection,
  incident: Incident,
  traced: readonly Attempt[],
): readonly Attempt[] {
  const until = traced[0]?.at ?? Number.POSITIVE_INFINITY;
  // (of one time, some may have come before)
  const first = new Set(traced.filter(({ at }) => at === until).map(({ line }) => line));
  const blocks = blocksOf(incident);
  const attempts: Attempt[] = [];
  for (let session = log.head - 1; session >= log.tail && attempts.length < MOST_EARLIER; session--) {
    const [at, line, state] = [log.at(session), log.line(session), log.state(session)];
    if (at < incident.evidence.since) break;
    if (at > until || (at === until && first.has(line)) || (state & SESSION.sent) === 0) continue;
    if (!blocks.some(({ first, size }) => line >= first && line < first + size)) continue;
    const went = (state & SESSION.converted) === 0 ? "leaked" : "converted";
    attempts.push({ line, at, mark: (state & SESSION.trusted) === 0 ? went : "verified" });
  }
  return attempts.reverse();
}

function withEarlier(
  traced: readonly { readonly at: number; readonly count: number }[],
  before: readonly Attempt[],
  bucketMs: number,
): IncidentPictures["rate"]["buckets"] {
  const counts = new Map(traced.map(({ at, count }) => [at, count]));
  for (const { at } of before) {
    const bucket = Math.floor(at / bucketMs) * bucketMs;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([at, count]) => ({ at: at as EpochMilliseconds, count }));
}

/** The smallest block of up to 100,000 numbers around all ranges; the first range's where they are apart. */
function lineAround({ ranges }: Incident, anyLine: number): { readonly first: number; readonly size: number } {
  const blocks = blocksOf({ ranges });
  const [first] = blocks;
  if (first === undefined) return { first: Math.floor(anyLine / LARGEST_LINE) * LARGEST_LINE, size: LARGEST_LINE };
  for (let size = first.size; size <= LARGEST_LINE; size *= 10) {
    const start = Math.floor(first.first / size) * size;
    if (blocks.every((block) => block.first >= start && block.first + block.size <= start + size))
      return { first: start, size };
  }
  return first;
}

function blocksOf({ ranges }: Pick<Incident, "ranges">): readonly ReturnType<typeof blockOf>[] {
  return ranges.flatMap(({ scope }) => (scope.type === "block" ? [blockOf(scope)] : []));
}

function blockOf({ prefix, size }: Extract<Scope, { readonly type: "block" }>): {
  readonly first: number;
  readonly size: number;
} {
  return { first: Number(prefix.slice(1)) * size, size };
}

/** How the sessions of its ranges ended, as far as they are remembered. */
function outcomes(
  { signals: { log } }: AccountDetection,
  incident: Incident,
): {
  readonly sent: number;
  readonly delivered: number;
  readonly converted: number;
  readonly latencies: readonly number[];
} {
  const blocks = blocksOf(incident);
  let [sent, delivered, converted] = [0, 0, 0];
  const latencies: number[] = [];
  for (let session = log.head - 1; session >= log.tail; session--) {
    const at = log.at(session);
    if (at < incident.evidence.since) break;
    const line = log.line(session);
    const state = log.state(session);
    if ((state & SESSION.sent) === 0 || (state & SESSION.trusted) !== 0 || at > incident.lastSeenAt) continue;
    if (!blocks.some(({ first, size }) => line >= first && line < first + size)) continue;
    sent++;
    if ((state & SESSION.delivered) !== 0) delivered++;
    const took = log.convertedAfter(session);
    if (took === undefined) continue;
    converted++;
    latencies.push(took);
  }
  return { sent, delivered, converted, latencies };
}

/** What is usual in its ranges: their share of the account's new numbers, at the account's own pace. */
function usualRate({ signals }: AccountDetection, incident: Incident, bucketMs: number): number {
  const span = Math.max(incident.lastSeenAt - signals.firstAt, bucketMs);
  return (signals.clock / span) * bucketMs * Math.min(incident.evidence.expectedShare, 1);
}
