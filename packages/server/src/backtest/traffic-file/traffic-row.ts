import type { AccountId, EpochMilliseconds, NumberRejection, Purpose, Recipient } from "@safeguard/core";

/** Where a row stands in its file. */
export interface RowPlace {
  /** Among the rows of the traffic, in the order of the file, from 0 without a gap; rows left out have none. */
  readonly position: number;
  /** Among all rows of the file, the header not counted, from 1. */
  readonly number: number;
  /** The line on which it begins, from 1. */
  readonly line: number;
}

/** Where the texts of a row stand in its bytes; start and end are equal where it has none. */
export interface TextSpans {
  readonly bytes: Buffer;
  readonly idStart: number;
  readonly idStop: number;
  readonly toStart: number;
  readonly toStop: number;
  readonly ipStart: number;
  readonly ipStop: number;
  readonly deviceStart: number;
  readonly deviceStop: number;
}

/** What was read of a row, its texts that are rarely asked for excepted. */
export interface RowValues {
  readonly time: number;
  readonly account: string;
  readonly recipient: Recipient | undefined;
  readonly rejected: NumberRejection | undefined;
  readonly from: string;
  readonly purpose: Purpose;
  readonly deliveredAt: number | undefined;
  readonly convertedAt: number | undefined;
  readonly priceMicros: number | undefined;
  readonly currency: string;
}

/**
 * One message of past traffic. Rows are never reused or changed: keep as many as you like, but each keeps alive some
 * 256 KiB of the file (shared with the rows around it) as long as it is kept.
 */
export class TrafficRow implements RowPlace {
  declare readonly position: number;
  declare readonly number: number;
  declare readonly line: number;
  /** When the send was requested. */
  declare readonly time: EpochMilliseconds;
  /** `default` where the file names none. */
  declare readonly account: AccountId;
  /** Undefined: `to` is no number that could be sent to, and {@link rejected} says why. */
  declare readonly recipient: Recipient | undefined;
  declare readonly rejected: NumberRejection | undefined;
  /** Originator; empty where the file names none. */
  declare readonly from: string;
  declare readonly purpose: Purpose;
  /** When a delivery report said delivered. Undefined: never, as far as the file knows. */
  declare readonly deliveredAt: EpochMilliseconds | undefined;
  /** When the verification was completed. Undefined: never, as far as the file knows. */
  declare readonly convertedAt: EpochMilliseconds | undefined;
  /** Price of the message in millionths of {@link currency}. Undefined: not known. */
  declare readonly priceMicros: number | undefined;
  /** As the file writes it (`USD`); empty where it names none. */
  declare readonly currency: string;
  /** The texts as bytes, for who copies them. */
  declare readonly texts: TextSpans;

  constructor(place: RowPlace, values: RowValues, texts: TextSpans) {
    this.position = place.position;
    this.number = place.number;
    this.line = place.line;
    this.time = values.time as EpochMilliseconds;
    this.account = values.account as AccountId;
    this.recipient = values.recipient;
    this.rejected = values.rejected;
    this.from = values.from;
    this.purpose = values.purpose;
    this.deliveredAt = values.deliveredAt as EpochMilliseconds | undefined;
    this.convertedAt = values.convertedAt as EpochMilliseconds | undefined;
    this.priceMicros = values.priceMicros;
    this.currency = values.currency;
    this.texts = texts;
  }

  /** As the file has it; the row's number where it has none. Several rows may have the same. */
  get id(): string {
    const { bytes, idStart, idStop } = this.texts;
    return idStart === idStop ? String(this.number) : bytes.toString("utf8", idStart, idStop);
  }

  /** The recipient as the file writes it. */
  get to(): string {
    const { bytes, toStart, toStop } = this.texts;
    return bytes.toString("utf8", toStart, toStop);
  }

  /** End-user address as the file writes it. */
  get ip(): string | undefined {
    const { bytes, ipStart, ipStop } = this.texts;
    return ipStart === ipStop ? undefined : bytes.toString("latin1", ipStart, ipStop);
  }

  /** End-user device. */
  get device(): string | undefined {
    const { bytes, deviceStart, deviceStop } = this.texts;
    return deviceStart === deviceStop ? undefined : bytes.toString("utf8", deviceStart, deviceStop);
  }
}
