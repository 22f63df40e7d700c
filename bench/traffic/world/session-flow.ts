import { Random } from "../random/random.ts";
import { SLOT } from "./rhythm.ts";
import type { Session, SessionWriter } from "./session.ts";
import type { RowSink, TrafficSource } from "./traffic-source.ts";

/** Sessions that come by chance, at a rate that changes. */
export interface Flow {
  readonly from: number;
  readonly until: number;
  /** Sessions per millisecond in the ten minutes that begin at `time`; called once for each such slot, in order. */
  rate(time: number): number;
  /** The session that begins at `time`. */
  session(time: number, random: Random): Session;
  /** Told of each session whether the person would complete it in usual conditions. */
  ended?(session: Session, completes: boolean): void;
}

/** A Poisson process whose rate is constant within a slot. */
export class FlowSource implements TrafficSource {
  nextAt: number;
  readonly #flow: Flow;
  readonly #writer: SessionWriter;
  readonly #random: Random;
  readonly #stream: number;
  #turn = 0;
  #slotEnd: number;
  #rate: number;

  /** `purpose`: names the streams of random numbers, and so must be the flow's own. */
  constructor(flow: Flow, writer: SessionWriter, seed: number, ...purpose: readonly (string | number)[]) {
    this.#flow = flow;
    this.#writer = writer;
    this.#random = Random.of(seed, "flow", ...purpose);
    this.#stream = this.#random.bits();
    this.#slotEnd = flow.from + SLOT;
    this.#rate = flow.rate(flow.from);
    this.nextAt = this.#after(flow.from);
  }

  emit(out: RowSink): void {
    const session = this.#flow.session(this.nextAt, this.#random);
    const completes = this.#writer.write(session, this.#stream, this.#turn, out);
    this.#turn += 1;
    this.#flow.ended?.(session, completes);
    this.nextAt = this.#after(this.nextAt);
  }

  #after(time: number): number {
    let from = time;
    let luck = this.#random.exponential(1);
    for (;;) {
      const room = this.#rate * (this.#slotEnd - from);
      if (luck < room) {
        const at = Math.floor(from + luck / this.#rate);
        return at < this.#flow.until ? at : Number.POSITIVE_INFINITY;
      }
      luck -= room;
      from = this.#slotEnd;
      if (from >= this.#flow.until) return Number.POSITIVE_INFINITY;
      this.#slotEnd += SLOT;
      this.#rate = this.#flow.rate(from);
    }
  }
}

/** A known number of sessions, at random times of a window. */
export interface Batch {
  readonly from: number;
  readonly until: number;
  readonly count: number;
  session(time: number, random: Random, index: number): Session;
}

/** The order statistics of uniform times, one after the other: no list of times is kept. */
export class BatchSource implements TrafficSource {
  nextAt: number;
  readonly #batch: Batch;
  readonly #writer: SessionWriter;
  readonly #random: Random;
  readonly #stream: number;
  #exact: number;
  #written = 0;

  constructor(batch: Batch, writer: SessionWriter, seed: number, ...purpose: readonly (string | number)[]) {
    this.#batch = batch;
    this.#writer = writer;
    this.#random = Random.of(seed, "batch", ...purpose);
    this.#stream = this.#random.bits();
    this.#exact = batch.from;
    this.nextAt = this.#following();
  }

  emit(out: RowSink): void {
    const session = this.#batch.session(this.nextAt, this.#random, this.#written);
    this.#writer.write(session, this.#stream, this.#written, out);
    this.#written += 1;
    this.nextAt = this.#following();
  }

  #following(): number {
    const left = this.#batch.count - this.#written;
    if (left <= 0) return Number.POSITIVE_INFINITY;
    this.#exact += (this.#batch.until - this.#exact) * (1 - (1 - this.#random.uniform()) ** (1 / left));
    return Math.floor(this.#exact);
  }
}
