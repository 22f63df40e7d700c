import { e164Of, type NumberValue } from "../numbers/number-plan.ts";
import { priceOf } from "../prices.ts";
import type { SimulatedRow, TrafficLabel, TrafficRow } from "../traffic-row.ts";

/** What there is to say of one message, before the account's reporting takes its part away. */
export interface MessageFacts {
  readonly id: string;
  readonly account: string;
  readonly time: number;
  readonly number: NumberValue;
  readonly destination: string;
  readonly from: string;
  readonly purpose: TrafficRow["purpose"];
  readonly ip: string | undefined;
  readonly device: string | undefined;
  readonly deliveredAt: number | undefined;
  readonly convertedAt: number | undefined;
  /** Of who completes: codes entered until one was right. */
  readonly attempts: number;
  readonly label: TrafficLabel;
}

/** What an account tells its firewall. */
export interface Reporting {
  /** Outcomes from this moment on never come in. Infinity: they all do; -Infinity: none ever did. */
  readonly outcomesUntil: number;
  /** Delivery reports come in (while outcomes do). */
  readonly deliveryReports: boolean;
  /** With a completion comes how many codes were entered. */
  readonly attempts: boolean;
  /** The end user's address and device are passed on. */
  readonly endUsers: boolean;
}

/** Makes the rows of a world: whole milliseconds, prices, and only what the account reports. */
export class RowMaker {
  readonly #reporting: Reporting;

  constructor(reporting: Reporting) {
    this.#reporting = reporting;
  }

  row(facts: MessageFacts): SimulatedRow {
    const { outcomesUntil, deliveryReports, attempts, endUsers } = this.#reporting;
    const convertedAt = reported(facts.convertedAt, outcomesUntil);
    return {
      id: facts.id,
      account: facts.account,
      time: Math.floor(facts.time),
      to: e164Of(facts.number),
      from: facts.from,
      purpose: facts.purpose,
      ip: endUsers ? facts.ip : undefined,
      device: endUsers ? facts.device : undefined,
      deliveredAt: deliveryReports ? reported(facts.deliveredAt, outcomesUntil) : undefined,
      convertedAt,
      attempts: attempts && convertedAt !== undefined ? facts.attempts : undefined,
      price: priceOf(facts.destination),
      currency: "USD",
      label: facts.label,
    };
  }
}

function reported(at: number | undefined, until: number): number | undefined {
  return at === undefined || at >= until ? undefined : Math.floor(at);
}
