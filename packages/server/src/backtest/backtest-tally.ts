import {
  type AccountId,
  explainEvidence,
  type Finding,
  type Incident,
  type IncidentPictures,
  type Message,
  type ReasonCode,
  type ReplayedMessage,
  type Verdict,
  type VerdictAction,
} from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import { AmountTally } from "./amount-tally.ts";
import type { BacktestDestination, BacktestIncident, BacktestResult } from "./backtest-result.ts";
import { type Remark, remarksOn } from "./remarks.ts";
import { plus, stoppedOf } from "./wording.ts";

/** A row whose recipient is no number: blocked, and of no destination. */
export interface RejectedMessage {
  readonly at: number;
  readonly price: Message["price"];
  readonly deliveredAt: number | undefined;
  readonly convertedAt: number | undefined;
}

/** What the tally cannot know: the file, the policy, and the incidents as they stand at the end. */
export interface Replay {
  readonly file: Pick<BacktestResult["file"], "name" | "format" | "rows" | "badRows" | "badRowSamples" | "sorted">;
  readonly policy: BacktestResult["policy"];
  readonly incidents: readonly { readonly incident: Incident; readonly pictures: IncidentPictures }[];
  /** Of the reader: what the file lacks, what was assumed. */
  readonly remarks?: readonly Remark[];
  readonly elapsedMs: number;
}

export interface TallyOptions {
  /**
   * The incident as it stands when its first message has been stopped: its counts tell what had gone out before. Without
   * it the pictures tell, which leave out ranges that lie apart.
   */
  readonly incidentNow?: (account: AccountId, incident: number) => Incident | undefined;
}

/**
 * Counts what a backtest comes to, message by message. Memory grows with destinations, reasons, currencies and incidents,
 * not with messages.
 */
export class BacktestTally {
  readonly #incidentNow: NonNullable<TallyOptions["incidentNow"]>;
  readonly #reasons = new Map<ReasonCode, Map<VerdictAction, Cell>>();
  readonly #destinations = new Map<string, DestinationTally>();
  /** Rows that are of no destination. */
  readonly #rejected = new DestinationTally();
  readonly #incidents = new Map<string, IncidentTally>();
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #delivered = 0;
  #unpriced = 0;

  constructor({ incidentNow = () => undefined }: TallyOptions = {}) {
    this.#incidentNow = incidentNow;
  }

  /** What detection would do counts as done, also where the policy only lets it monitor. */
  add({ recorded, verdict, action, would }: ReplayedMessage): void {
    const { account, recipient, at, price } = recorded.message;
    const { deliveredAt, convertedAt } = recorded;
    const finding = would === "allow" ? undefined : detectionIn(verdict);
    const reason = would === action ? verdict.reason : (finding?.opinion.reason ?? verdict.reason);
    const code = recipient.candidates[0];
    let destination = this.#destinations.get(code);
    if (destination === undefined) {
      destination = new DestinationTally();
      this.#destinations.set(code, destination);
    }
    destination.add(price, convertedAt, would);
    this.#count(price, deliveredAt, at, would, reason);
    if (finding?.incident !== undefined) this.#addStop(account, finding.incident, convertedAt);
  }

  /** A row that never became a message, because its recipient is no number. */
  addRejected({ at, price, deliveredAt, convertedAt }: RejectedMessage): void {
    this.#rejected.add(price, convertedAt, "block");
    this.#count(price, deliveredAt, at, "block", "number_rejected");
  }

  result({ file, policy, incidents, remarks = [], elapsedMs }: Replay): BacktestResult {
    const messages = this.#messagesByAction();
    const { total } = messages;
    const tallies = [...this.#destinations.values(), this.#rejected];
    const reasons = this.#reasonRows();
    const saved = reasons.filter(({ action }) => action !== "allow").map(({ cost }) => cost);
    const verified = tallies.reduce((sum, tally) => sum + tally.verified, 0);
    const sumOf = (action: Stop): number =>
      tallies.reduce((sum, tally) => sum + tally.stoppedThoughVerified[action], 0);
    const counted: Omit<BacktestResult, "remarks"> = {
      version: 1,
      file: {
        ...file,
        from: total === 0 ? undefined : new Date(this.#from).toISOString(),
        until: total === 0 ? undefined : new Date(this.#until).toISOString(),
        delivered: this.#delivered,
        converted: verified,
      },
      policy,
      messages,
      reasons,
      destinations: [...this.#destinations].map(([code, tally]) => tally.result(code)).sort(mostStoppedFirst),
      spent: reasons.map(({ cost }) => cost).reduce(plus, {}),
      saved: saved.reduce(plus, {}),
      unpriced: this.#unpriced,
      legitimate: {
        block: sumOf("block"),
        hold: sumOf("hold"),
        challenge: sumOf("challenge"),
        verifiedMessages: verified,
      },
      incidents: incidents.map(({ incident, pictures }) => this.#incidentResult(incident, pictures)),
      elapsedMs,
      rowsPerSecond: elapsedMs > 0 ? Math.round((file.rows / elapsedMs) * 1000) : 0,
    };
    return { ...counted, remarks: [...remarksOn(counted), ...remarks] };
  }

  #messagesByAction(): BacktestResult["messages"] {
    const messages = { total: 0, allow: 0, hold: 0, challenge: 0, block: 0 };
    for (const byAction of this.#reasons.values()) {
      for (const [action, cell] of byAction) {
        messages[action] += cell.messages;
        messages.total += cell.messages;
      }
    }
    return messages;
  }

  #reasonRows(): BacktestResult["reasons"] {
    const rows = [...this.#reasons].flatMap(([reason, byAction]) =>
      [...byAction].map(([action, cell]) => ({ reason, action, messages: cell.messages, cost: cell.cost.amounts() })),
    );
    return rows.sort((a, b) => b.messages - a.messages);
  }

  /** Whatever can be summed up from these counts later is not counted here: this runs for each of millions. */
  #count(
    price: Message["price"],
    deliveredAt: number | undefined,
    at: number,
    action: VerdictAction,
    reason: ReasonCode,
  ): void {
    if (at < this.#from) this.#from = at;
    if (at > this.#until) this.#until = at;
    if (deliveredAt !== undefined) this.#delivered += 1;
    const cell = this.#cellOf(reason, action);
    cell.messages += 1;
    if (price === undefined) this.#unpriced += 1;
    else cell.cost.add(price.micros, price.currency);
  }

  #cellOf(reason: ReasonCode, action: VerdictAction): Cell {
    let byAction = this.#reasons.get(reason);
    if (byAction === undefined) {
      byAction = new Map();
      this.#reasons.set(reason, byAction);
    }
    let cell = byAction.get(action);
    if (cell === undefined) {
      cell = { messages: 0, cost: new AmountTally() };
      byAction.set(action, cell);
    }
    return cell;
  }

  #addStop(account: AccountId, incident: number, convertedAt: number | undefined): void {
    const key = incidentKey(account, incident);
    let tally = this.#incidents.get(key);
    if (tally === undefined) {
      const now = this.#incidentNow(account, incident)?.counts;
      tally = { wentOut: now === undefined ? undefined : now.leaked + now.converted, stoppedThoughVerified: 0 };
      this.#incidents.set(key, tally);
    }
    if (convertedAt !== undefined) tally.stoppedThoughVerified += 1;
  }

  #incidentResult(incident: Incident, pictures: IncidentPictures): BacktestIncident {
    const tally = this.#incidents.get(incidentKey(incident.account, incident.number));
    return {
      incident,
      sentence: `${explainEvidence(incident.evidence, { destination: destinationName })}.`,
      pictures,
      leakedBeforeFirstStop: tally?.wentOut ?? wentOutInPictures(pictures),
      stoppedThoughVerified: tally?.stoppedThoughVerified ?? 0,
    };
  }
}

interface Cell {
  messages: number;
  readonly cost: AmountTally;
}

interface IncidentTally {
  /** Messages let through before the first one was stopped; undefined: nobody could tell then. */
  readonly wentOut: number | undefined;
  stoppedThoughVerified: number;
}

type Stop = Exclude<VerdictAction, "allow">;

/** What was stopped of the messages to one destination. */
class DestinationTally {
  messages = 0;
  verified = 0;
  readonly stopped: Record<Stop, number> = { hold: 0, challenge: 0, block: 0 };
  readonly stoppedThoughVerified: Record<Stop, number> = { hold: 0, challenge: 0, block: 0 };
  readonly #allowed = new AmountTally();
  readonly #saved = new AmountTally();

  add(price: Message["price"], convertedAt: number | undefined, action: VerdictAction): void {
    this.messages += 1;
    if (convertedAt !== undefined) this.verified += 1;
    if (price !== undefined) (action === "allow" ? this.#allowed : this.#saved).add(price.micros, price.currency);
    if (action === "allow") return;
    this.stopped[action] += 1;
    if (convertedAt !== undefined) this.stoppedThoughVerified[action] += 1;
  }

  result(destination: string): BacktestDestination {
    const saved = this.#saved.amounts();
    return {
      destination,
      messages: this.messages,
      stopped: { ...this.stopped },
      verifiedMessages: this.verified,
      stoppedThoughVerified: stoppedOf(this.stoppedThoughVerified),
      spent: plus(this.#allowed.amounts(), saved),
      saved,
    };
  }
}

/** A loop, because this runs for each stopped message of millions. */
function detectionIn({ findings }: Verdict): Extract<Finding, { readonly type: "detection" }> | undefined {
  for (const finding of findings) if (finding.type === "detection") return finding;
  return undefined;
}

function incidentKey(account: AccountId, incident: number): string {
  return `${incident} ${account}`;
}

function wentOutInPictures({ line: { ticks } }: IncidentPictures): number {
  const firstStop = ticks.reduce((first, { at, mark }) => (mark === "stopped" && at < first ? at : first), Infinity);
  return ticks.filter(({ at, mark }) => at < firstStop && (mark === "leaked" || mark === "converted")).length;
}

function mostStoppedFirst(a: BacktestDestination, b: BacktestDestination): number {
  return (
    stoppedOf(b.stopped) - stoppedOf(a.stopped) || b.messages - a.messages || (a.destination < b.destination ? -1 : 1)
  );
}
