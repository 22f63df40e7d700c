import { hash } from "node:crypto";
import { type AccountId, shownNumber } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "../accounts/api-key.ts";
import type { Actor } from "../accounts/principal.ts";
import type { AlertSettings } from "../alerts/alert-settings.ts";
import { wordsOfAct } from "../approvals/act-proposal.ts";
import type { Provider, RouteTable } from "../gateway/outbound/provider.ts";
import type { Member } from "../members/member.ts";
import type { PolicyRevision } from "../policies/policy-revision.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { type RevisionSummary, summaryOfRevision } from "./revision-summary.ts";

/** What a row of the audit trail says. */
export interface AuditedChange {
  /** Who; a client's address stands in `address`. */
  readonly who: Omit<Actor, "address">;
  readonly address?: string;
  readonly what: { readonly type: AuditedSubject; readonly id: string };
  readonly reason?: string;
  /** Absent: it was not there. Never a secret; what stands for one tells only whether it is another one. */
  readonly before?: unknown;
  /** Absent: it is not there any more. */
  readonly after?: unknown;
}

export type AuditedSubject =
  | "account"
  | "key"
  | "member"
  | "policy"
  | "proposal"
  | "rollout"
  | "brand"
  | "provider"
  | "routes"
  | "prices"
  | "detection"
  | "incident"
  | "number"
  | "verified_numbers"
  | "alert_settings"
  | "receiver"
  | "message"
  | "backtest"
  | "audit_trail"
  | "store";

/** What was so until now. */
export interface AuditedState {
  account(id: AccountId): Account | undefined;
  key(id: string): ApiKey | undefined;
  member(id: string): Member | undefined;
  provider(id: string): Provider | undefined;
  routes(account: AccountId): RouteTable | undefined;
  alertSettings(account: AccountId): AlertSettings | undefined;
  /** The revision with this number, where it is saved again; else what decided at that time. */
  revision(of: PolicyRevision): PolicyRevision | undefined;
}

/** What somebody did. A new type of such a record does not compile until it is described below. */
export type ActedRecord = Extract<JournalRecord, { readonly actor: Actor }>;

export interface DescribedChange {
  readonly account?: AccountId;
  readonly change: AuditedChange;
}

/** What the audit trail says of a record; undefined: nothing, for the reason that is given there. */
export function describeChange(record: ActedRecord, state: AuditedState): DescribedChange | undefined {
  switch (record.type) {
    case "account_saved": {
      const { id } = record.account;
      const before = state.account(id);
      return described(record.actor, { type: "account", id }, id, {
        ...reasonOf(record),
        ...(before !== undefined && { before: shown(before) }),
        after: shown(record.account),
      });
    }
    case "key_saved": {
      const { id, account } = record.key;
      const before = state.key(id);
      return described(record.actor, { type: "key", id }, account, {
        ...reasonOf(record),
        ...(before !== undefined && { before: shown(before) }),
        after: shown(record.key),
      });
    }
    case "member_saved": {
      const { id, account } = record.member;
      const before = state.member(id);
      return described(record.actor, { type: "member", id }, account, {
        ...reasonOf(record),
        ...(before !== undefined && { before }),
        after: record.member,
      });
    }
    case "revision_saved": {
      const { account, policy, number, reason } = record.revision;
      const before = state.revision(record.revision);
      const after: RevisionSummary = summaryOfRevision(record.revision, before);
      return described(record.actor, { type: "policy", id: `${policy}/${number}` }, account, {
        reason,
        ...(before !== undefined && { before: summaryOfRevision(before, before) }),
        after,
      });
    }
    case "provider_saved": {
      const { id, account } = record.provider;
      const before = state.provider(id);
      return described(record.actor, { type: "provider", id }, account, {
        ...(before !== undefined && { before: shown(before) }),
        after: shown(record.provider),
      });
    }
    case "provider_removed": {
      const before = state.provider(record.provider);
      return described(record.actor, { type: "provider", id: record.provider }, before?.account, {
        ...(before !== undefined && { before: shown(before) }),
      });
    }
    case "routes_saved": {
      const { account, routes } = record.routes;
      const before = state.routes(account);
      return described(record.actor, { type: "routes", id: account }, account, {
        ...(before !== undefined && { before: before.routes }),
        after: routes,
      });
    }
    case "prices_replaced": {
      const { entries, sha256 } = record;
      return described(record.actor, { type: "prices", id: "imported" }, undefined, { after: { entries, sha256 } });
    }
    case "lockdown_set":
    case "bypass_set": {
      const { account, reason, until, at } = record;
      const id = record.type === "lockdown_set" ? "lockdown" : "bypass";
      const after = until > at ? { until } : "ended";
      return described(record.actor, { type: "detection", id }, account, { reason, after });
    }
    case "range_contained": {
      const { account, reason, scope, until, incident } = record;
      // (as a range, which belongs to nobody: the digits alone are masked as those of a number)
      const range = scope.type === "block" ? scope.prefix + "x".repeat(String(scope.size).length - 1) : undefined;
      const after = {
        ...(range !== undefined && { range }),
        scope,
        until,
        ...(incident !== undefined && { incident }),
      };
      return described(record.actor, { type: "detection", id: "containment" }, account, { reason, after });
    }
    case "incident_judged": {
      const { account, reason, incident, word } = record;
      return described(record.actor, { type: "incident", id: String(incident) }, account, { reason, after: word });
    }
    case "evidence_revealed": {
      const { account, incident } = record;
      return described(record.actor, { type: "incident", id: String(incident) }, account, { after: "revealed" });
    }
    case "number_revealed": {
      const { account, message } = record;
      return described(record.actor, { type: "message", id: `msg_${message}` }, account, { after: "revealed" });
    }
    case "backtest_run":
    case "backtest_decisions_taken":
    case "backtest_deleted": {
      const { account, backtest, policies } = record;
      const rest = policies === undefined ? {} : { after: { policies } };
      return described(record.actor, { type: "backtest", id: backtest }, account, rest);
    }
    case "act_proposal_saved": {
      const { id, account, act, author, decision } = record.proposal;
      const after = { what: wordsOfAct(act), author, state: decision?.outcome ?? "open" };
      const { reason = "reason" in act ? act.reason : undefined } = decision ?? {};
      return described(record.actor, { type: "proposal", id }, account, {
        ...(reason !== undefined && { reason }),
        after,
      });
    }
    case "brand_saved": {
      const { account, name, colour, logo } = record.brand;
      const after = {
        ...(name !== undefined && { name }),
        ...(colour !== undefined && { colour }),
        ...(logo !== undefined && { logo: `${logo.type}, SHA-256 ${logo.sha256}` }),
      };
      return described(record.actor, { type: "brand", id: account }, account, { after });
    }
    case "rollout_saved": {
      const { id, account, source, parts, policy, targets, stages, begun, stopped, undone, reason } = record.rollout;
      const after = {
        ...{ source, parts, policy, targets: targets.length, stages, begun: begun.length },
        ...(stopped !== undefined && { stopped: stopped.reason }),
        ...(undone !== undefined && { undone: undone.reason }),
      };
      const why = undone?.reason ?? stopped?.reason ?? reason;
      return described(record.actor, { type: "rollout", id }, account, { reason: why, after });
    }
    case "number_erased": {
      const { account, standIn, resumed } = record;
      return described(record.actor, { type: "number", id: shownNumber(standIn) }, account, {
        ...reasonOf(record),
        after: resumed === true ? "erased, after a stop" : "erased",
      });
    }
    case "number_exported": {
      const { account, range } = record;
      return described(record.actor, { type: "number", id: range }, account, {
        ...reasonOf(record),
        after: "exported",
      });
    }
    case "detection_begun_anew": {
      const { account, reason } = record;
      return described(record.actor, { type: "detection", id: "memory" }, account, { reason, after: "forgotten" });
    }
    case "past_learning_ended":
      return described(record.actor, { type: "detection", id: "memory" }, record.account, { after: "learned" });
    case "past_numbers_verified":
    case "verified_imported": {
      const { account, numbers } = record;
      const what = { type: "verified_numbers", id: account } as const;
      return described(record.actor, what, account, { after: { imported: numbers.length } });
    }
    case "verified_removed": {
      const { account, to } = record;
      return described(record.actor, { type: "verified_numbers", id: account }, account, { before: { number: to } });
    }
    case "audit_exported":
      return described(record.actor, { type: "audit_trail", id: "export" }, undefined, {
        after: { rows: record.rows },
      });
    case "sending_resumed":
      return described(record.actor, { type: "store", id: "sending" }, undefined, {
        reason: record.reason,
        before: "held",
        after: "resumed",
      });
    case "alert_settings_saved": {
      const { account } = record.settings;
      const before = state.alertSettings(account);
      return described(record.actor, { type: "alert_settings", id: account }, account, {
        ...(before !== undefined && { before: shown(before) }),
        after: shown(record.settings),
      });
    }
    case "receiver_paused":
    case "receiver_resumed": {
      const { account, receiver } = record;
      const after = record.type === "receiver_paused" ? "paused" : "resumed";
      return described(record.actor, { type: "receiver", id: receiver }, account, { after });
    }
    case "submission_settled": {
      const { account, message, outcome, reason } = record;
      return described(record.actor, { type: "message", id: `msg_${message}` }, account, {
        reason,
        before: "in_doubt",
        after: outcome,
      });
    }
    // One of many parts; the end of all of them has a row.
    case "past_traffic_learned":
      return undefined;
  }
}

function described(
  { address, ...who }: Actor,
  what: AuditedChange["what"],
  account: AccountId | undefined,
  rest: Pick<AuditedChange, "reason" | "before" | "after">,
): DescribedChange {
  const change = { who, ...(address !== undefined && { address }), what, ...rest };
  return account === undefined ? { change } : { account, change };
}

function reasonOf({ reason }: { readonly reason?: string }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** The same without secrets: in their place stands what tells only whether it is another one. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      SECRET.test(name) && typeof field === "string" ? fingerprint(field) : shown(field),
    ]),
  );
}

/** As fields are called that are hashed or sealed, or are themselves what lets somebody in. */
const SECRET = /(?:Hash|Token|[sS]ealed)$/;

/** What it is made from is sealed, hashed or random: it tells nothing of the secret. */
function fingerprint(kept: string): string {
  return `secret ${hash("sha256", kept, "hex").slice(0, 12)}`;
}
