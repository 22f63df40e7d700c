import { basename, isAbsolute } from "node:path";
import {
  type AccountId,
  Engine,
  type EpochMilliseconds,
  type Message,
  NUMBERING_TABLE,
  type PolicyDocument,
  picturesOf,
  type Recipient,
  type RecordedMessage,
  TrafficReplay,
} from "@safeguard/core";
import { type BacktestPolicy, falseBlockBudgetOf } from "./backtest-policy.ts";
import type { BacktestResult } from "./backtest-result.ts";
import { BacktestTally } from "./backtest-tally.ts";
import { fileRemarks } from "./file-remarks.ts";
import { rejectedDecision, rowDecision } from "./row-decision.ts";
import { RowPrices } from "./row-prices.ts";
import type { Traffic } from "./traffic-file/open-traffic.ts";
import type { TrafficRow } from "./traffic-file/traffic-row.ts";
import type { DecisionsWriter } from "./traffic-file/write-decisions.ts";

export interface BacktestOptions {
  /** The file's path as it was given, or `-`. */
  readonly path: string;
  /** Takes the decision on every row. Whoever opened it closes it. */
  readonly decisions?: DecisionsWriter | undefined;
  /** Milliseconds that opening the traffic took: they count as well. */
  readonly openedInMs?: number;
  /** Milliseconds from any beginning. */
  readonly clock: () => number;
  /** Told after each batch how many rows were replayed. */
  readonly rowsDone?: (rows: number) => void;
}

/** The policy's name in the engine. */
const POLICY = "default";
const FROM_THE_BEGINNING = 0 as EpochMilliseconds;

/**
 * Runs past traffic through the engine that decides live, as if it came now, under one policy for all its accounts, and
 * counts what would have become of it. No server, no store; the rows' own times are the only clock of the engine.
 */
export async function runBacktest(
  traffic: Traffic,
  policy: BacktestPolicy,
  { path, decisions, openedInMs = 0, clock, rowsDone }: BacktestOptions,
): Promise<BacktestResult> {
  const started = clock();
  const { recognition, survey } = traffic;
  const engine = new Engine();
  placeAbove(engine, policy);
  const accounts = new Set<AccountId>();
  using tally = new BacktestTally();
  const replay = new TrafficReplay<ReplayedRow>(engine, POLICY, (replayed) => {
    const row = replayed.recorded.takeRow();
    tally.add(replayed);
    decisions?.write(row, rowDecision(replayed));
  });
  const prices = new RowPrices();
  let done = 0;
  for await (const rows of traffic.batches()) {
    for (const row of rows) {
      const { recipient, account } = row;
      const price = prices.of(row);
      if (recipient === undefined) {
        const { to, line, convertedAt, rejected = "number_missing" } = row;
        tally.addRejected({ price, convertedAt, to, line, rejected });
        decisions?.write(row, rejectedDecision(price?.micros));
        continue;
      }
      if (!accounts.has(account)) {
        accounts.add(account);
        placeAccount(engine, account, policy);
      }
      replay.add(new ReplayedRow(row, messageOf(row, recipient, price)));
    }
    done += rows.length;
    rowsDone?.(done);
  }
  replay.finish();
  if (survey.lastTime !== undefined) engine.advance(survey.lastTime as EpochMilliseconds);
  const incidents = [...accounts].flatMap((account) => {
    const detection = engine.detectionOf(account);
    return detection.incidents.list().flatMap((incident) => {
      const pictures = picturesOf(detection, incident.number);
      return pictures === undefined ? [] : [{ incident, pictures }];
    });
  });
  const { dropped, skipped } = survey;
  return tally.result({
    file: {
      name: nameOf(path),
      format: recognition.format.name,
      rows: survey.rows + dropped + skipped.inbound + skipped.other_channel,
      badRows: dropped,
      badRowSamples: badRowSamples(traffic),
      sorted: survey.order.kind === "sorted",
    },
    policy: { name: policy.name, falseBlockBudget: falseBlockBudgetOf(policy), detection: "enforce" },
    incidents,
    remarks: fileRemarks(recognition, survey, prices.listPriced),
    elapsedMs: clock() - started + openedInMs,
  });
}

/** A row on its way through the replay. */
class ReplayedRow implements RecordedMessage {
  readonly position: number;
  readonly message: Message;
  readonly deliveredAt: EpochMilliseconds | undefined;
  readonly convertedAt: EpochMilliseconds | undefined;
  readonly attempts: number | undefined;
  #row: TrafficRow | undefined;

  constructor(row: TrafficRow, message: Message) {
    this.position = row.position;
    this.message = message;
    this.deliveredAt = row.deliveredAt;
    this.convertedAt = row.convertedAt;
    this.attempts = row.attempts;
    this.#row = row;
  }

  /** Once, when it is decided: from then on its bytes are let go, and its outcomes may be days away. */
  takeRow(): TrafficRow {
    const row = this.#row;
    if (row === undefined) throw new RowDecidedTwice(this.position);
    this.#row = undefined;
    return row;
  }
}

/** The replay said a second last word on a row. */
export class RowDecidedTwice extends Error {
  override readonly name = "RowDecidedTwice";
  readonly code = "row_decided_twice";

  constructor(position: number) {
    super(`the row at position ${position} was decided twice`);
  }
}

function messageOf(row: TrafficRow, recipient: Recipient, price: Message["price"]): Message {
  const { device, ip } = row;
  const message: Writable<Message> = {
    account: row.account,
    recipient,
    originator: row.from,
    channel: "sms",
    purpose: row.purpose,
    at: row.time,
  };
  if (price !== undefined) message.price = price;
  if (device !== undefined) message.device = device;
  if (ip !== undefined) message.endUserAddress = ip;
  return message;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Below those whose words hold above it. */
function placeAccount(engine: Engine, account: AccountId, { document, above = [] }: BacktestPolicy): void {
  place(engine, account, above.length > 0 ? levelAbove(0) : undefined, document);
}

function placeAbove(engine: Engine, { above = [] }: BacktestPolicy): void {
  for (const [level, document] of above.entries()) {
    place(engine, levelAbove(level), level + 1 < above.length ? levelAbove(level + 1) : undefined, document);
  }
}

/** No account of a file is called so: a name there has no line end at its beginning. */
function levelAbove(level: number): AccountId {
  return `\nabove ${level + 1}` as AccountId;
}

function place(engine: Engine, account: AccountId, parent: AccountId | undefined, document: PolicyDocument): void {
  engine.apply({ type: "account_placed", account, parent });
  engine.apply({
    type: "revision_put",
    account,
    policy: POLICY,
    number: 1,
    state: "in_force",
    from: FROM_THE_BEGINNING,
    until: undefined,
    document,
    numberingTable: NUMBERING_TABLE,
  });
}

function badRowSamples({ survey }: Traffic): BacktestResult["file"]["badRowSamples"] {
  return survey.problems
    .filter(({ dropped }) => dropped)
    .flatMap(({ examples }) => examples.map(({ line, text }) => ({ line, reason: text })))
    .sort((a, b) => a.line - b.line);
}

/** A path from the root says whose computer it was; a report goes to others. */
function nameOf(path: string): string {
  if (path === "-") return "standard input";
  return isAbsolute(path) ? basename(path) : path;
}
