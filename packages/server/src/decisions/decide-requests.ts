import { type Channel, type Engine, type Message, parseRecipient } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import type { TrialTraffic } from "../detection/trial-traffic.ts";
import { drawOf } from "../gateway/draw-of.ts";
import { limitFacts } from "../limits/limit-facts.ts";
import type { PriceList } from "../prices/price-list.ts";
import type { Journal } from "../store/journal.ts";
import type { DecisionRequest } from "./decision-body.ts";
import type { HeldDecisions } from "./held-decisions.ts";
import type { DecisionRecord } from "./view-decision.ts";

export interface DecisionParts {
  readonly journal: Journal;
  readonly engine: Pick<Engine, "decide" | "limitNeeds" | "preview">;
  /** Which decisions count in detection; absent: all. */
  readonly trial?: Pick<TrialTraffic, "counts">;
  readonly prices: PriceList;
  readonly heldDecisions: HeldDecisions;
}

/** Who decided, where the operator asked and not a key. */
export const OPERATOR_KEY = "operator";

/**
 * Decides without sending, each under the policy at its index, and records: resolves when the records are durable.
 */
export async function decideRequests(
  parts: DecisionParts,
  context: AccountContext,
  requests: readonly DecisionRequest[],
  policies: readonly string[],
): Promise<readonly DecisionRecord[]> {
  // Up to `append` nothing may wait: the order of decisions is the order of the journal.
  const records = requests.map((request, index) => {
    const policy = policies[index];
    if (policy === undefined) throw new Error("a request has no policy");
    return decideOne(parts, context, request, policy, index);
  });
  await parts.journal.append(records);
  return records;
}

const UNCOUNTED = { uncounted: true } as const;
const NOBODY: NonNullable<DecisionRequest["endUser"]> = {};

function decideOne(
  parts: DecisionParts,
  { principal, account, at }: AccountContext,
  request: DecisionRequest,
  policy: string,
  index: number,
): DecisionRecord {
  const id = parts.journal.upcomingId(index);
  const key = principal.type === "key" ? principal.key.id : OPERATOR_KEY;
  const parsed = parseRecipient(request.to, "native");
  if (!parsed.ok) {
    return {
      type: "message_rejected",
      id,
      at,
      account: account.id,
      key,
      dialect: "native",
      text: request.to.slice(0, 64),
      rejection: parsed,
    };
  }
  const { recipient } = parsed;
  const originator = request.from ?? "";
  const channel: Channel = request.channel ?? "sms";
  const purpose =
    request.purpose ?? (principal.type === "key" ? principal.key.purpose : undefined) ?? account.defaultPurpose;
  const price = parts.prices.price(recipient, 1, account.currency);
  const { address, device } = request.endUser ?? NOBODY;
  const heldSince = parts.heldDecisions.since(account.id, recipient.e164, at);
  const further = {
    ...(device !== undefined && { device }),
    ...(price !== undefined && { price }),
    ...(heldSince !== undefined && { heldSince }),
    ...(address !== undefined && { endUserAddress: address }),
    ...(request.keys !== undefined && { keys: request.keys }),
    ...limitFacts(parts, account, policy, at, { recipient, segments: 1 }),
  };
  const draw = drawOf(id);
  const message: Message = { account: account.id, recipient, originator, channel, purpose, at, draw, ...further };
  const counts = principal.type !== "key" || (parts.trial?.counts(account.id, principal.key.mode) ?? true);
  const verdict = counts ? parts.engine.decide(message, policy) : parts.engine.preview(message, policy);
  if (counts) parts.heldDecisions.decided(message, verdict);
  return {
    type: "decision_made",
    id,
    at,
    account: account.id,
    key,
    to: recipient.e164,
    candidates: recipient.candidates,
    ...(recipient.twin === undefined ? undefined : { twin: recipient.twin }),
    numberType: recipient.type,
    valid: recipient.valid,
    originator,
    channel,
    purpose,
    riskCheck: "enable",
    ...further,
    ...(counts ? undefined : UNCOUNTED),
    verdict,
  };
}
