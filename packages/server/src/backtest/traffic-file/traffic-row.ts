import {
  type AccountId,
  type EpochMilliseconds,
  type NumberRejection,
  PURPOSES,
  type Purpose,
  type Recipient,
  type RecipientResult,
} from "@safeguard/core";
import { PLACE, PLACES, type RowBlock, VALUE, VALUES } from "./row-block.ts";

/** The texts of a row of which there are few different ones. */
export interface RowTexts {
  readonly account: string;
  readonly from: string;
  readonly currency: string;
}

/**
 * One message of past traffic: a view of its row in a block. Rows are never reused or changed: keep as many as you like,
 * but each keeps alive some 500 KiB (shared with the rows around it) as long as it is kept.
 */
export class TrafficRow {
  /** `default` where the file names none. */
  readonly account: AccountId;
  /** Undefined: `to` is no number that could be sent to, and {@link rejected} says why. */
  readonly recipient: Recipient | undefined;
  readonly rejected: NumberRejection | undefined;
  /** Originator; empty where the file names none. */
  readonly from: string;
  /** As the file writes it (`USD`); empty where it names none. */
  readonly currency: string;
  readonly #block: RowBlock;
  readonly #index: number;

  constructor(block: RowBlock, index: number, number: RecipientResult, { account, from, currency }: RowTexts) {
    this.account = (account || "default") as AccountId;
    this.recipient = number.ok ? number.recipient : undefined;
    this.rejected = number.ok ? undefined : number.code;
    this.from = from;
    this.currency = currency;
    this.#block = block;
    this.#index = index;
  }

  /** Among the rows of the traffic, in the order of the file, from 0 without a gap; rows left out have none. */
  get position(): number {
    return this.placeOf(PLACE.position);
  }

  /** Among all rows of the file, the header not counted, from 1. */
  get number(): number {
    return this.placeOf(PLACE.number);
  }

  /** The line on which it begins, from 1. */
  get line(): number {
    return this.placeOf(PLACE.line);
  }

  /** When the send was requested. */
  get time(): EpochMilliseconds {
    return this.#value(VALUE.time) as EpochMilliseconds;
  }

  get purpose(): Purpose {
    return PURPOSES[this.placeOf(PLACE.purpose)] as Purpose;
  }

  /** When a delivery report said delivered. Undefined: never, as far as the file knows. */
  get deliveredAt(): EpochMilliseconds | undefined {
    return known(this.#value(VALUE.deliveredAt)) as EpochMilliseconds | undefined;
  }

  /** When the verification was completed. Undefined: never, as far as the file knows. */
  get convertedAt(): EpochMilliseconds | undefined {
    return known(this.#value(VALUE.convertedAt)) as EpochMilliseconds | undefined;
  }

  /** Codes entered until one was right, from 1. Undefined: not verified, or not known. */
  get attempts(): number | undefined {
    return known(this.#value(VALUE.attempts));
  }

  /** Price of the message in millionths of {@link currency}. Undefined: not known. */
  get priceMicros(): number | undefined {
    return known(this.#value(VALUE.priceMicros));
  }

  /** As the file has it; the row's number where it has none. Several rows may have the same. */
  get id(): string {
    return this.#text(PLACE.id, "utf8") ?? String(this.number);
  }

  /** The recipient as the file writes it. */
  get to(): string {
    return this.#text(PLACE.to, "utf8") ?? "";
  }

  /** End-user address as the file writes it. */
  get ip(): string | undefined {
    return this.#text(PLACE.ip, "latin1");
  }

  /** End-user device. */
  get device(): string | undefined {
    return this.#text(PLACE.device, "utf8");
  }

  /** The bytes in which its texts stand, for who copies them: from `placeOf(PLACE.id)` to `placeOf(PLACE.id + 1)`. */
  get bytes(): Buffer {
    return this.#block.bytes;
  }

  /** One of {@link PLACE}. */
  placeOf(which: number): number {
    return this.#block.places[this.#index * PLACES + which] as number;
  }

  #value(which: number): number {
    return this.#block.values[this.#index * VALUES + which] as number;
  }

  #text(which: number, encoding: "utf8" | "latin1"): string | undefined {
    const start = this.placeOf(which);
    const stop = this.placeOf(which + 1);
    return start === stop ? undefined : this.#block.bytes.toString(encoding, start, stop);
  }
}

function known(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
