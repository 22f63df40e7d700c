import type { AttemptMark, EpochMilliseconds, IncidentPictures, NumberTick } from "@safeguard/core";
import type { AttackCount } from "./count-attacks.ts";
import { LOGGED, LOGGED_STOP, type MessageLog } from "./message-log.ts";

/** Attempts that are drawn. */
const DRAWN = 600;
/** Of them at most so many that went out: they are few, and matter most. */
const DRAWN_OUT = 300;
/** A line that shows less of the attack is too short for it. */
const LEAST_SHOWN = 0.5;
const ENOUGH_SHOWN = 0.9;
const LONGEST_LINE = 1e9;
const MINUTE_MS = 60_000;
const MOST_BUCKETS = 720;

/** The pictures of an incident, drawn from what was counted: so they show what went out before it was seen, too. */
export function attackPictures(pictures: IncidentPictures, count: AttackCount, log: MessageLog): IncidentPictures {
  const { messages } = count;
  const line = lineOf(pictures.line, messages, log);
  const inLine = messages.filter((message) => isOn(line, log.line(message)));
  const drawn = drawnOf(inLine, log);
  const { attempts, verified, leaked, converted, wouldStop } = count.counts;
  const sent = messages.filter((message) => wentOut(log.flags(message)));
  return {
    ...pictures,
    line: {
      prefix: `+${line.first / line.size}`,
      size: line.size,
      ticks: drawn.map(
        (message): NumberTick => ({
          offset: log.line(message) - line.first,
          at: log.at(message) as EpochMilliseconds,
          mark: markOf(log.flags(message)),
        }),
      ),
    },
    ticksLeftOut: messages.length - drawn.length,
    funnel: {
      ...pictures.funnel,
      requested: attempts - verified,
      sent: leaked + converted + wouldStop,
      delivered: sent.filter((message) => has(log, message, LOGGED.delivered)).length,
      converted: sent.filter((message) => has(log, message, LOGGED.converted)).length,
    },
    rate: rateOf(pictures, count, log),
  };
}

interface Line {
  readonly first: number;
  readonly size: number;
}

/** The line of the pictures; where the attack is mostly elsewhere, the smallest one that has nearly all of it. */
function lineOf({ prefix, size }: IncidentPictures["line"], messages: readonly number[], log: MessageLog): Line {
  const own = { first: Number(prefix.slice(1)) * size, size };
  const numbers = messages.map((message) => log.line(message));
  const shown = ({ first, size: length }: Line): number =>
    numbers.filter((number) => number >= first && number < first + length).length / numbers.length;
  if (numbers.length === 0 || shown(own) >= LEAST_SHOWN) return own;
  const middle = numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? own.first;
  for (let length = size; length <= LONGEST_LINE; length *= 10) {
    const around = { first: Math.floor(middle / length) * length, size: length };
    if (around.first > 0 && shown(around) >= ENOUGH_SHOWN) return around;
  }
  return own;
}

function isOn({ first, size }: Line, number: number): boolean {
  return number >= first && number < first + size;
}

/** As many as can be drawn, evenly over the time of the attack, the first stop among them. */
function drawnOf(messages: readonly number[], log: MessageLog): readonly number[] {
  if (messages.length <= DRAWN) return messages;
  const isStop = (message: number): boolean => has(log, message, LOGGED_STOP);
  const out = evenly(
    messages.filter((message) => !isStop(message)),
    DRAWN_OUT,
  );
  const chosen = new Set([...out, ...evenly(messages.filter(isStop), DRAWN - out.length)]);
  return messages.filter((message) => chosen.has(message));
}

/** The first one, and others at the same distance. */
function evenly(messages: readonly number[], most: number): readonly number[] {
  if (messages.length <= most) return messages;
  return Array.from({ length: most }, (_, at) => messages[Math.floor((at * messages.length) / most)] as number);
}

/** Attempts by time, in as many buckets as can be drawn. */
function rateOf({ rate }: IncidentPictures, { messages }: AttackCount, log: MessageLog): IncidentPictures["rate"] {
  const times = messages.flatMap((message) => (has(log, message, LOGGED.verifiedNumber) ? [] : [log.at(message)]));
  let bucketMs = MINUTE_MS;
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  while (span / bucketMs > MOST_BUCKETS) bucketMs *= 2;
  const buckets = new Map<number, number>();
  for (const at of times) {
    const bucket = Math.floor(at / bucketMs);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
  return {
    bucketMs,
    buckets: [...buckets].map(([bucket, count]) => ({ at: (bucket * bucketMs) as EpochMilliseconds, count })),
    usualPerBucket: (rate.usualPerBucket / rate.bucketMs) * bucketMs,
  };
}

function markOf(flags: number): AttemptMark {
  if ((flags & LOGGED.verifiedNumber) !== 0) return "verified";
  if ((flags & LOGGED_STOP) !== 0) return "stopped";
  return (flags & LOGGED.converted) !== 0 ? "converted" : "leaked";
}

function wentOut(flags: number): boolean {
  return (flags & (LOGGED.block | LOGGED.hold | LOGGED.challenge | LOGGED.verifiedNumber)) === 0;
}

function has(log: MessageLog, message: number, flag: number): boolean {
  return (log.flags(message) & flag) !== 0;
}
