import { Admission, type Whose } from "../admission.ts";
import { FairQueue } from "../fair-queue.ts";

export interface OverloadWorld {
  readonly seed: number;
  /** Of the event loop, for a request that is taken. */
  readonly cpuMs: number;
  /** Until a provider answers; of no matter for the event loop. */
  readonly providerMs: number;
  /** Is the flood's account of the victim's family? */
  readonly siblings: boolean;
  readonly kind: "plain" | "poison" | "blackhole";
  /** What the flood asks, as a multiple of its share: a quarter of what the server can do. 0: there is none. */
  readonly floodFactor: number;
  /** Control: everything is taken. */
  readonly isOpen?: boolean;
}

interface Count {
  readonly answered: number;
  readonly refused: number;
  /** Milliseconds from the request to its answer, of those that came after the first second. */
  readonly p99: number;
}

const SECONDS = 8;
const VICTIM_EVERY_MS = 25;
/** To read a request, and to tell one that it is refused. */
const READING_MS = 0.01;
const REFUSAL_MS = 0.01;
const TIMEOUT_MS = 15_000;
const LOOK_MS = 20;
/** The door needs some looks to see that the loop is behind. */
const SEEN_AFTER_MS = 1000;

/**
 * A server with one event loop, in simulated time: requests arrive by a Poisson process and wait until the loop reads them; what
 * the real door takes waits for its turn in the real queue, costs CPU, waits for its provider, and leaves. The door hears how
 * late the loop is as it does in life.
 */
export function overload(world: OverloadWorld): { readonly victim: Count; readonly flood: Count } {
  const random = generator(world.seed);
  let clock = 0;
  const door = new Admission({ capacity: 400 });
  const turns = new FairQueue({
    now: () => clock,
    atEndOfTurn: (call) =>
      queue.at(freeAt, (now) => {
        clock = now;
        call();
      }),
  });
  const victim: Whose = { account: "victim", family: "platform" };
  const flood: Whose = { account: "flood", family: world.siblings ? "platform" : "another" };
  const latencies: number[] = [];
  const counts = { victim: { answered: 0, refused: 0 }, flood: { answered: 0, refused: 0 } };
  const queue = new EventQueue();
  /** When the loop is free again: what comes waits until then. */
  let freeAt = 0;
  const onLoop = (now: number, cpu: number): number => {
    freeAt = Math.max(freeAt, now) + cpu;
    return freeAt;
  };

  const arrive = (now: number, whose: Whose): void => {
    const isVictim = whose === victim;
    const count = counts[isVictim ? "victim" : "flood"];
    const work = (): void => {
      clock = onLoop(clock, !isVictim && world.kind === "poison" ? world.cpuMs / 2 : world.cpuMs);
      const wait = isVictim || world.kind === "plain" ? world.providerMs : world.kind === "poison" ? 0 : TIMEOUT_MS;
      queue.at(clock + wait, (ended) => {
        if (world.isOpen !== true) door.leave(whose);
        count.answered += 1;
        if (isVictim && now >= SEEN_AFTER_MS) latencies.push(ended - now);
      });
    };
    const refuse = (): void => {
      clock = onLoop(clock, REFUSAL_MS);
      count.refused += 1;
    };
    queue.at(onLoop(now, READING_MS), (turn) => {
      clock = turn;
      if (world.isOpen === true) work();
      else if (!turns.isLong(whose) && door.enter(whose) === "taken") turns.run(whose, work);
      else turns.run({ ...whose, account: "turned away" }, refuse);
    });
  };

  const look = (now: number): void => {
    clock = now;
    door.lag(Math.max(0, freeAt - now));
  };
  for (let at = VICTIM_EVERY_MS; at < SECONDS * 1000; at += VICTIM_EVERY_MS) queue.at(at, (now) => arrive(now, victim));
  const perMs = world.floodFactor / 4 / world.cpuMs;
  const floods = (now: number): void => {
    if (now >= SECONDS * 1000) return;
    arrive(now, flood);
    queue.at(now - Math.log(1 - random()) / perMs, floods);
  };
  if (perMs > 0) queue.at(0, floods);
  for (let at = LOOK_MS; at < SECONDS * 1000; at += LOOK_MS) queue.at(at, look);
  queue.run();
  latencies.sort((a, b) => a - b);
  return {
    victim: { ...counts.victim, p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0 },
    flood: { ...counts.flood, p99: Number.NaN },
  };
}

type Call = (now: number) => void;

/** A binary heap by time; of equal times in the order in which they were put. */
class EventQueue {
  readonly #heap: { readonly at: number; readonly order: number; readonly call: Call }[] = [];
  #order = 0;

  at(at: number, call: Call): void {
    const heap = this.#heap;
    const entry = { at, order: this.#order++, call };
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (other === undefined || !isBefore(entry, other)) break;
      heap[place] = other;
      place = above;
    }
    heap[place] = entry;
  }

  run(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) next.call(next.at);
  }

  #take(): { readonly at: number; readonly call: Call } | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      const [left, right] = [heap[below], heap[below + 1]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const smaller = isRight ? right : left;
      if (smaller === undefined || !isBefore(smaller, last)) break;
      heap[place] = smaller;
      place = isRight ? below + 1 : below;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(a: { readonly at: number; readonly order: number }, b: typeof a): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Mulberry32: 0 to 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
