import type { DecisionFront } from "../journal-line.ts";
import type { Money } from "../journal-record.ts";
import { type UsageContribution, usageDestination } from "../usage-contribution.ts";
import type { Insert, TableWrite } from "./sql.ts";

const DAY = 86_400_000;

const ADD_DAY: Insert = {
  table: "usage_days",
  columns: {
    account: "text",
    day: "text",
    destination: "text",
    decided: "bigint",
    blocked: "bigint",
    billable: "bigint",
    billable_segments: "bigint",
    delivered: "bigint",
  },
  key: ["account", "day", "destination"],
  conflict: `DO UPDATE SET decided = usage_days.decided + excluded.decided,
    blocked = usage_days.blocked + excluded.blocked, billable = usage_days.billable + excluded.billable,
    billable_segments = usage_days.billable_segments + excluded.billable_segments,
    delivered = usage_days.delivered + excluded.delivered`,
};
const ADD_SPEND: Insert = {
  table: "usage_spend",
  columns: { account: "text", day: "text", destination: "text", currency: "text", micros: "bigint" },
  key: ["account", "day", "destination", "currency"],
  conflict: "DO UPDATE SET micros = usage_spend.micros + excluded.micros",
};

interface Line {
  readonly account: string;
  readonly day: string;
  readonly destination: string;
  decided: number;
  blocked: number;
  billable: number;
  billableSegments: number;
  delivered: number;
  readonly spend: Map<string, number>;
}

/** Gathers what a batch of records adds to usage, and then adds it to the tables line by line. */
export class UsageTally {
  readonly #lines = new Map<string, Line>();
  #dayNumber = Number.NaN;
  #day = "";

  /** Counts the difference that a message's progress made, on the day of its decision. */
  add(account: string, at: number, destination: string, before: UsageContribution, after: UsageContribution): void {
    const line = this.#line(account, at, destination);
    line.decided += after.decided - before.decided;
    line.blocked += after.blocked - before.blocked;
    line.billable += after.billable - before.billable;
    line.billableSegments += after.billableSegments - before.billableSegments;
    line.delivered += after.delivered - before.delivered;
    if (before.spend !== after.spend) {
      addMoney(line.spend, after.spend, 1);
      addMoney(line.spend, before.spend, -1);
    }
  }

  addDecision({ account, at, candidates, action }: DecisionFront): void {
    const line = this.#line(account, at, usageDestination(candidates));
    line.decided++;
    if (action === "block") line.blocked++;
  }

  /** Forgets what was gathered when all of it was taken. */
  *write(): Generator<TableWrite> {
    for (const { account, day, destination, ...counts } of this.#lines.values()) {
      const { decided, blocked, billable, billableSegments, delivered } = counts;
      yield {
        statement: ADD_DAY,
        parameters: [account, day, destination, decided, blocked, billable, billableSegments, delivered],
      };
    }
    for (const { account, day, destination, spend } of this.#lines.values()) {
      for (const [currency, micros] of spend) {
        if (micros !== 0) yield { statement: ADD_SPEND, parameters: [account, day, destination, currency, micros] };
      }
    }
    this.clear();
  }

  clear(): void {
    this.#lines.clear();
  }

  #line(account: string, at: number, destination: string): Line {
    const dayNumber = Math.floor(at / DAY);
    if (dayNumber !== this.#dayNumber) {
      this.#dayNumber = dayNumber;
      this.#day = utcDay(at);
    }
    const key = `${account} ${this.#day} ${destination}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = {
        account,
        day: this.#day,
        destination,
        decided: 0,
        blocked: 0,
        billable: 0,
        billableSegments: 0,
        delivered: 0,
        spend: new Map(),
      };
      this.#lines.set(key, line);
    }
    return line;
  }
}

/** The UTC day of an instant: `2026-11-22`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function addMoney(spend: Map<string, number>, money: Money | undefined, sign: 1 | -1): void {
  if (money !== undefined) spend.set(money.currency, (spend.get(money.currency) ?? 0) + sign * money.micros);
}
