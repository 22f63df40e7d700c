import {
  type AccountId,
  explainEvidence,
  type Finding,
  type Incident,
  type IncidentPictures,
  lineOf,
  type Message,
  type ReasonCode,
  type ReplayedMessage,
  type Verdict,
  type VerdictAction,
} from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import { AmountTally } from "./amount-tally.ts";
import { attackPictures } from "./attack-pictures.ts";
import type { BacktestDestination, BacktestIncident, BacktestResult } from "./backtest-result.ts";
import { type AttackCount, countAttacks } from "./count-attacks.ts";
import { LOGGED, LOGGED_STOP, MessageLog } from "./message-log.ts";
import { NumberLimitTally } from "./number-limit-tally.ts";
import { OutcomeFlow } from "./outcome-flow.ts";
import { type RejectedMessage, RejectedNumbers } from "./rejected-numbers.ts";
import { type Remark, remarksOn } from "./remarks.ts";
import { plus, stoppedOf } from "./wording.ts";

/** What the tally cannot know: the file, the policy, and the incidents as they stand at the end. */
export interface Replay {
  readonly file: Pick<BacktestResult["file"], "name" | "format" | "rows" | "badRows" | "badRowSamples" | "sorted">;
  readonly policy: BacktestResult["policy"];
  readonly incidents: readonly { readonly incident: Incident; readonly pictures: IncidentPictures }[];
  /** Of the reader: what the file lacks, what was assumed. */
  readonly remarks?: readonly Remark[];
  readonly elapsedMs: number;
}

/** So many messages to one range, which takes most of the new numbers of its destination: hardly people alone. */
const MASS = 100;

/** Counts what a backtest comes to, message by message. Memory: see {@link MessageLog}. */
export class BacktestTally {
  readonly #log = new MessageLog();
  readonly #reasons = new Map<ReasonCode, Map<VerdictAction, Cell>>();
  readonly #destinations = new Map<string, DestinationTally>();
  readonly #rejected = new RejectedNumbers();
  readonly #numberLimit = new NumberLimitTally();
  readonly #verifications = new OutcomeFlow();
  readonly #deliveries = new OutcomeFlow();
  readonly #signs = new Map<string, AttackSigns>();
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #unpriced = 0;

  /** What detection would do counts as done, also where the policy only lets it monitor. */
  add({ recorded, verdict, action, would }: ReplayedMessage): void {
    const { account, recipient, at, price } = recorded.message;
    const { deliveredAt, convertedAt } = recorded;
    const finding = detectionIn(verdict);
    const reason = would === action ? verdict.reason : (finding?.opinion.reason ?? verdict.reason);
    const code = recipient.candidates[0];
    let destination = this.#destinations.get(code);
    if (destination === undefined) {
      destination = new DestinationTally();
      this.#destinations.set(code, destination);
    }
    destination.add(price, convertedAt, would);
    this.#count(price, at, would, reason);
    this.#verifications.add(at, convertedAt);
    this.#deliveries.add(at, deliveredAt);
    let flags = would === action ? ACTION_FLAGS[action] : LOGGED.wouldStop;
    if (deliveredAt !== undefined) flags |= LOGGED.delivered;
    if (convertedAt !== undefined) flags |= LOGGED.converted;
    if (would === "allow" && finding?.opinion.reason === "verified_number") flags |= LOGGED.verifiedNumber;
    const incident = finding?.incident ?? 0;
    const line = lineOf(recipient.e164);
    this.#log.add({ account, destination: code, line, at, flags, incident, price });
    if (would === "allow") return;
    if (reason === "number_unanswered") this.#numberLimit.add(recipient.e164, price, convertedAt !== undefined);
    if (finding !== undefined && incident !== 0) this.#noteSigns(account, incident, finding);
  }

  /** A row that never became a message, because its recipient is no number. */
  addRejected(message: RejectedMessage): void {
    this.#rejected.add(message);
  }

  result({ file, policy, incidents, remarks = [], elapsedMs }: Replay): BacktestResult {
    const messages = this.#messagesByAction();
    const { total } = messages;
    const counts = countAttacks(
      this.#log,
      incidents.map(({ incident }) => incident),
      this.#verifications.knownUntil,
    );
    const found = incidents.map(({ incident, pictures }, at) =>
      this.#incidentResult(incident, pictures, counts[at] as AttackCount),
    );
    const inDoubt = this.#inDoubt(found, counts);
    const tallies = [...this.#destinations.values()];
    const reasons = this.#reasonRows();
    const saved = reasons.filter(({ action }) => action !== "allow").map(({ cost }) => cost);
    const sumOf = (action: Stop): number =>
      tallies.reduce((sum, tally) => sum + tally.stoppedThoughVerified[action], 0);
    const rejected = this.#rejected.result();
    const verificationsEnd = this.#verifications.end();
    const counted: Omit<BacktestResult, "remarks"> = {
      version: 1,
      file: {
        ...file,
        from: total === 0 ? undefined : new Date(this.#from).toISOString(),
        until: total === 0 ? undefined : new Date(this.#until).toISOString(),
        delivered: this.#deliveries.count,
        converted: this.#verifications.count,
        convertedUntil: verificationsEnd === undefined ? undefined : new Date(verificationsEnd.at).toISOString(),
      },
      rejected,
      policy,
      messages,
      reasons,
      destinations: [...this.#destinations]
        .map(([code, tally]) => tally.result(code, inDoubt.get(code) ?? 0))
        .sort(mostStoppedFirst),
      spent: reasons.map(({ cost }) => cost).reduce(plus, {}),
      saved: saved.reduce(plus, {}),
      unpriced: this.#unpriced,
      legitimate: {
        block: sumOf("block"),
        hold: sumOf("hold"),
        challenge: sumOf("challenge"),
        inDoubt: [...inDoubt.values()].reduce((sum, each) => sum + each, 0),
        verifiedMessages: this.#verifications.count,
      },
      incidents: found.sort(mostAtRiskFirst),
      numberLimit: this.#numberLimit.result(),
      elapsedMs,
      rowsPerSecond: elapsedMs > 0 ? Math.round((file.rows / elapsedMs) * 1000) : 0,
    };
    const ends = { verifications: verificationsEnd, deliveries: this.#deliveries.end() };
    return { ...counted, remarks: [...remarksOn(counted, ends), ...remarks] };
  }

  /** Gives up what it kept of the messages. */
  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]();
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
  #count(price: Message["price"], at: number, action: VerdictAction, reason: ReasonCode): void {
    if (at < this.#from) this.#from = at;
    if (at > this.#until) this.#until = at;
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

  /** What a stop says of its incident beyond being one of its stops. */
  #noteSigns(account: AccountId, incident: number, { opinion }: DetectionFinding): void {
    const { reason } = opinion;
    if (reason !== "large_cluster" && reason !== "range_faked" && reason !== "range_unanswered") return;
    const key = incidentKey(account, incident);
    const signs = this.#signs.get(key) ?? { mayBeFaked: false, contained: new Map() };
    this.#signs.set(key, signs);
    if (reason !== "range_unanswered") signs.mayBeFaked = true;
    if (reason === "large_cluster" || opinion.evidence.scope.type !== "block") return;
    signs.contained.set(opinion.evidence.scope.prefix, reason === "range_faked" ? "faked" : "unanswered");
  }

  #incidentResult(incident: Incident, pictures: IncidentPictures, counted: AttackCount): BacktestIncident {
    const signs = this.#signs.get(incidentKey(incident.account, incident.number));
    const { evidence } = incident;
    const { attempts } = counted.counts;
    const isMass = attempts >= MASS && evidence.scope.type === "block" && 2 * evidence.hits >= evidence.trials;
    return {
      incident: { ...incident, counts: counted.counts },
      begunAt: counted.begunAt,
      sentence: `${explainEvidence(evidence, { destination: destinationName })}.`,
      pictures: attackPictures(pictures, counted, this.#log),
      leakedBeforeFirstStop: counted.leakedBeforeFirstStop,
      stoppedThoughVerified: counted.stoppedThoughVerified,
      outcomesKnown: counted.begunAt <= this.#verifications.knownUntil,
      completedMicros: counted.completedMicros,
      completionsInDoubt: signs?.mayBeFaked === true || incident.pattern === "faked_completion" || isMass,
      ranges: counted.ranges.map((range) => ({
        ...range,
        contained: range.scope.type === "block" ? signs?.contained.get(range.scope.prefix) : undefined,
      })),
    };
  }

  /** By destination: messages stopped though verified in attacks that may fake their verifications. */
  #inDoubt(found: readonly BacktestIncident[], counts: readonly AttackCount[]): ReadonlyMap<string, number> {
    const log = this.#log;
    const inDoubt = new Map<string, number>();
    for (const [at, { completionsInDoubt }] of found.entries()) {
      if (!completionsInDoubt) continue;
      for (const message of counts[at]?.messages ?? []) {
        const flags = log.flags(message);
        if ((flags & LOGGED.converted) === 0 || (flags & LOGGED_STOP) === 0) continue;
        const destination = log.destination(message);
        inDoubt.set(destination, (inDoubt.get(destination) ?? 0) + 1);
      }
    }
    return inDoubt;
  }
}

interface Cell {
  messages: number;
  readonly cost: AmountTally;
}

/** What the reasons of its stops tell of an incident. */
interface AttackSigns {
  /** Completions may be the attacker's own. */
  mayBeFaked: boolean;
  /** By prefix, what a range was contained for. */
  readonly contained: Map<string, "faked" | "unanswered">;
}

type Stop = Exclude<VerdictAction, "allow">;
type DetectionFinding = Extract<Finding, { readonly type: "detection" }>;

const ACTION_FLAGS: Readonly<Record<VerdictAction, number>> = {
  allow: 0,
  block: LOGGED.block,
  hold: LOGGED.hold,
  challenge: LOGGED.challenge,
};

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

  result(destination: string, inDoubt: number): BacktestDestination {
    const saved = this.#saved.amounts();
    return {
      destination,
      messages: this.messages,
      stopped: { ...this.stopped },
      verifiedMessages: this.verified,
      stoppedThoughVerified: stoppedOf(this.stoppedThoughVerified),
      inDoubt,
      spent: plus(this.#allowed.amounts(), saved),
      saved,
    };
  }
}

/** A loop, because this runs for each of millions. */
function detectionIn({ findings }: Verdict): DetectionFinding | undefined {
  for (const finding of findings) if (finding.type === "detection") return finding;
  return undefined;
}

function incidentKey(account: AccountId, incident: number): string {
  return `${incident} ${account}`;
}

/** Of equal money, or without prices, the most messages first. */
function mostAtRiskFirst({ incident: a }: BacktestIncident, { incident: b }: BacktestIncident): number {
  const riskOf = ({ savedMicros, lostMicros }: Incident["counts"]["money"]): number => savedMicros + lostMicros;
  return (
    riskOf(b.counts.money) - riskOf(a.counts.money) || b.counts.attempts - a.counts.attempts || a.openedAt - b.openedAt
  );
}

function mostStoppedFirst(a: BacktestDestination, b: BacktestDestination): number {
  return (
    stoppedOf(b.stopped) - stoppedOf(a.stopped) || b.messages - a.messages || (a.destination < b.destination ? -1 : 1)
  );
}
