import type { TrafficRow } from "../backtest/traffic-file/traffic-row.ts";
import type { PastEvent } from "../detection/past-traffic/past-traffic-body.ts";

/** What of a row is told: see {@link PastEvents}. */
type Row = Pick<
  TrafficRow,
  "time" | "recipient" | "purpose" | "deliveredAt" | "convertedAt" | "attempts" | "ip" | "device"
>;

/**
 * Makes events of rows that come in the order of time: each message at its time, and what became of it at its own, all in
 * the order of time. What became of them waits here: as much as happens within the longest verification.
 */
export class PastEvents {
  readonly #from: number;
  readonly #until: number;
  readonly #due: Due[] = [];
  #order = 0;

  /** Only what happened after `from` (it is known already) and not after `until` (now). */
  constructor(from: number, until: number) {
    this.#from = from;
    this.#until = until;
  }

  /** How many outcomes wait for their time. */
  get waiting(): number {
    return this.#due.length;
  }

  /** What happened up to this row, and the row. Of a row without a number nothing is told. */
  *add(row: Row): Generator<PastEvent> {
    const { recipient, time, purpose } = row;
    yield* this.#upTo(time);
    if (recipient === undefined) return;
    const to = recipient.e164;
    if (time > this.#from) {
      const { device, ip } = row;
      yield {
        type: "message",
        to,
        at: time,
        purpose,
        ...(device !== undefined && { device: device.slice(0, 256) }),
        ...(ip !== undefined && { address: ip.slice(0, 64) }),
      };
    }
    this.#wait("delivered", row.deliveredAt, to, row);
    this.#wait("verified", row.convertedAt, to, row);
  }

  /** What is left. */
  finish(): Generator<PastEvent> {
    return this.#upTo(Number.POSITIVE_INFINITY);
  }

  #wait(
    type: "delivered" | "verified",
    happenedAt: number | undefined,
    to: string,
    { time, purpose, attempts }: Row,
  ): void {
    if (happenedAt === undefined) return;
    // (clocks differ: nothing happens before its message)
    const at = Math.max(happenedAt, time);
    if (at <= this.#from || at > this.#until) return;
    const isCounted = type === "verified" && attempts !== undefined;
    const due: Due = {
      order: this.#order++,
      event: { type, to, at, sentAt: time, purpose, ...(isCounted && { attempts }) },
    };
    const heap = this.#due;
    let place = heap.length;
    heap.push(due);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (other === undefined || isBefore(other, due)) break;
      heap[place] = other;
      place = above;
    }
    heap[place] = due;
  }

  *#upTo(time: number): Generator<PastEvent> {
    for (let next = this.#due[0]; next !== undefined && next.event.at <= time; next = this.#due[0]) {
      this.#pop();
      yield next.event;
    }
  }

  #pop(): void {
    const heap = this.#due;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let least = heap[below];
      if (least === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, least)) {
        least = right;
        below++;
      }
      if (isBefore(last, least)) break;
      heap[place] = least;
      place = below;
    }
    heap[place] = last;
  }
}

interface Due {
  readonly order: number;
  readonly event: PastEvent;
}

function isBefore(a: Due, b: Due): boolean {
  return a.event.at < b.event.at || (a.event.at === b.event.at && a.order < b.order);
}
