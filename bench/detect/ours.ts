import {
  type AccountId,
  DEFAULT_POLICY_NAME,
  type DetectionPreset,
  Engine,
  type EpochMilliseconds,
  type Message,
  NUMBERING_TABLE,
  type PolicyDocument,
  PRESETS,
  type RecordedMessage,
  type ReplayedMessage,
  TrafficReplay,
} from "@safeguard/core";
import type { Attempt, Candidate, CandidatePlan, Hear } from "./candidate.ts";

/** The product's own engine and replay, as `safeguard backtest` runs them, with detection enforced. */
export class OurCandidate<A extends Attempt> implements Candidate<A> {
  readonly engine: Engine;
  readonly #accounts: Map<string, AccountId> = new Map();
  readonly #replay: TrafficReplay;
  readonly #documentFor: (account: string) => PolicyDocument;
  #position = 0;

  constructor(documentFor: (account: string) => PolicyDocument, hear: Hear<A>, engine: Engine = new Engine()) {
    this.engine = engine;
    this.#documentFor = documentFor;
    this.#replay = new TrafficReplay(this.engine, DEFAULT_POLICY_NAME, ({ recorded, verdict, action, decidedAt }) => {
      // What comes out is what went in.
      const { attempt } = recorded as ReplayedMessage["recorded"] & { readonly attempt: A };
      const finding = verdict.findings.find((each) => each.type === "detection");
      const incident = finding?.incident === undefined ? undefined : `${attempt.row.account} ${finding.incident}`;
      hear({ attempt, action, at: decidedAt, verdict, incident });
    });
  }

  add(attempt: A): void {
    const { row } = attempt;
    const recorded: RecordedMessage & { readonly attempt: A } = {
      position: this.#position++,
      message: messageOf(attempt, this.#accountOf(row.account)),
      deliveredAt: row.deliveredAt as EpochMilliseconds | undefined,
      convertedAt: row.convertedAt as EpochMilliseconds | undefined,
      attempts: row.attempts,
      attempt,
    };
    this.#replay.add(recorded);
  }

  finish(): void {
    this.#replay.finish();
  }

  outcomes(account: string): "unknown" | "reported" | "missing" {
    const { signals } = this.engine.detectionOf(account as AccountId);
    if (signals.feedback === "unknown") return "unknown";
    return signals.isHeard ? "reported" : "missing";
  }

  #accountOf(name: string): AccountId {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const account = name as AccountId;
    this.#accounts.set(name, account);
    this.engine.apply({ type: "account_placed", account, parent: undefined });
    this.engine.apply({
      type: "revision_put",
      account,
      policy: DEFAULT_POLICY_NAME,
      number: 1,
      state: "in_force",
      from: 0 as EpochMilliseconds,
      until: undefined,
      document: this.#documentFor(name),
      numberingTable: NUMBERING_TABLE,
    });
    return account;
  }
}

/** A policy that says nothing but what detection may do. */
export function enforced(preset: DetectionPreset): PolicyDocument {
  return { detection: { mode: "enforce", preset } };
}

/** Our detection at a preset, alone. */
export function ours(preset: DetectionPreset): CandidatePlan {
  const document = enforced(preset);
  return {
    name: `ours ${preset}`,
    intent: `Safeguard's detection, preset ${preset}: false-block budget ${PRESETS[preset].falseBlockBudget}`,
    begin: (hear) => new OurCandidate(() => document, hear),
  };
}

/** Our detection behind an allow list of the account's usual countries: the whole product as a careful customer sets it. */
export function oursWithAllowList(preset: DetectionPreset): CandidatePlan {
  return {
    name: `allow list + ours ${preset}`,
    intent: `an allow list of the account's usual countries, and detection at ${preset} behind it`,
    begin: (hear, setting) =>
      new OurCandidate((account) => {
        const usual = [...setting.usualDestinations(account)];
        return {
          listMode: "allow_list",
          destinations: Object.fromEntries(usual.map((destination) => [destination, { action: "filter" }])),
          detection: { mode: "enforce", preset },
        };
      }, hear),
  };
}

function messageOf({ row, recipient }: Attempt, account: AccountId): Message {
  return {
    account,
    recipient,
    originator: row.from,
    channel: "sms",
    purpose: row.purpose,
    at: row.time as EpochMilliseconds,
    ...(row.ip !== undefined && { endUserAddress: row.ip }),
    ...(row.device !== undefined && { device: row.device }),
    price: { micros: Math.round(row.price * 1e6), currency: row.currency },
  };
}
