import {
  type AccountId,
  type E164,
  type EffectiveDetection,
  type Engine,
  type EpochMilliseconds,
  hashAddress,
  hashText,
  lineOf,
  modeFor,
  type PastStep,
  parseRecipient,
  type Recipient,
} from "@safeguard/core";
import type { z } from "zod";
import type { AccountContext } from "../../api/account-context.ts";
import { ServiceError } from "../../api/service-error.ts";
import type { Changes } from "../../changes.ts";
import { detectionInForce } from "../../incidents/incident-services.ts";
import type { ImportedNumber, JournalRecord } from "../../store/journal-record.ts";
import { usageDestination } from "../../store/usage-contribution.ts";
import type { TrialTraffic } from "../trial-traffic.ts";
import { packSteps } from "./past-steps.ts";
import { MAX_PAST_EVENTS, type PastEvent, type pastTakenView } from "./past-traffic-body.ts";

export interface PastTrafficDeps {
  readonly engine: Engine;
  readonly changes: Changes;
  readonly trial: TrialTraffic;
}

type Taken = z.infer<typeof pastTakenView>;
type Place = "counted" | "blocked" | "notJudged";

const DAY_MS = 86_400_000;

/**
 * Learns from events of the past: in the order of time, none before what is known of the account's traffic, none in the
 * future. What the account's own rules would keep from detection now is left out. Durable when it resolves. Throws
 * ServiceError `conflict` where live messages came after these, `invalid_request` where they are not in order.
 */
export async function learnPastTraffic(
  deps: PastTrafficDeps,
  context: AccountContext,
  events: readonly PastEvent[],
): Promise<Taken> {
  const { account, at, actor } = context;
  // Up to `commit` nothing may wait: a live message must not come between the look and the record.
  const known = deps.engine.findDetection(account.id);
  const trialEnds = deps.trial.ends(context);
  const forgets = trialEnds.length > 0;
  mustBeInOrder(events, forgets ? 0 : (known?.knownTo ?? 0), known?.isLearning === true, at);
  const taken = { messages: 0, outcomes: 0, leftOut: { blocked: 0, notJudged: 0 } };
  const refused: Taken["refused"] = [];
  const placeOf = createPlaceOf(deps.engine, context);
  const steps: PastStep[] = [];
  for (const [index, event] of events.entries()) {
    const parsed = parseRecipient(event.to, "csv");
    if (!parsed.ok) {
      refused.push({ index, field: "to", message: "must be a number in international form, such as +31612345678" });
      continue;
    }
    const { recipient } = parsed;
    const place = placeOf(recipient, event.purpose ?? "otp");
    if (event.type === "message") {
      if (place === "counted") taken.messages++;
      else taken.leftOut[place]++;
    } else if (place === "counted") taken.outcomes++;
    if (place === "counted") steps.push(stepOf(event, recipient));
  }
  const records: JournalRecord[] = [...trialEnds];
  if (steps.length > 0)
    records.push({ type: "past_traffic_learned", at, actor, account: account.id, ...packSteps(steps) });
  if (records.length > 0) await deps.changes.commit(records);
  return { ...taken, refused };
}

/** What was told is complete: who turned out to be verified goes to the verified numbers, and time goes on. */
export async function endPastTraffic({ engine, changes }: PastTrafficDeps, context: AccountContext): Promise<void> {
  const { account, at, actor } = context;
  const learned = [...verifiedIn(engine, account.id)];
  for (let first = 0; first < learned.length; first += MAX_PAST_EVENTS) {
    const numbers = learned.slice(first, first + MAX_PAST_EVENTS).flatMap(importedOf);
    await changes.commit([{ type: "past_numbers_verified", at, actor, account: account.id, numbers }]);
  }
  if (engine.findDetection(account.id)?.isLearning === true) {
    await changes.commit([{ type: "past_learning_ended", at, actor, account: account.id }]);
  }
}

/** Forgets what was measured of the account's traffic. */
export async function beginAnew(
  { changes }: Pick<PastTrafficDeps, "changes">,
  { account, at, actor }: AccountContext,
  reason: string,
): Promise<void> {
  await changes.commit([{ type: "detection_begun_anew", at, actor, account: account.id, wasTrial: false, reason }]);
}

function mustBeInOrder(events: readonly PastEvent[], knownTo: number, isLearning: boolean, now: number): void {
  const [first] = events;
  if (first !== undefined && first.at < knownTo) {
    const until = new Date(knownTo).toISOString();
    throw new ServiceError(
      "conflict",
      isLearning
        ? `Past traffic was learned up to ${until}: go on from there.`
        : `Messages of this account are known up to ${until}, and learning goes forward in time only: what was before them can be learned only after beginning anew.`,
    );
  }
  let before = knownTo;
  for (const [index, { at, ...event }] of events.entries()) {
    if (at < before) throw wrong(index, "at", "must not be before the event before it");
    if (at > now) throw wrong(index, "at", `must not be in the future; it is ${new Date(now).toISOString()} here`);
    if ("sentAt" in event && event.sentAt > at) throw wrong(index, "sentAt", "must not be after `at`");
    before = at;
  }
}

function wrong(index: number, name: string, message: string): ServiceError {
  const field = `events.${index}.${name}`;
  return new ServiceError("invalid_request", `Not valid: ${field}.`, [{ field, message }]);
}

/** Does detection see such messages now, under the account's default policy? */
function createPlaceOf(
  engine: Engine,
  context: AccountContext,
): (to: Recipient, purpose: PastEvent["purpose"] & string) => Place {
  const { account, at } = context;
  const settings: EffectiveDetection = detectionInForce(engine, context);
  return (recipient, purpose) => {
    const message = { account: account.id, recipient, originator: "", channel: "sms", purpose, at } as const;
    const verdict = engine.decideByRules(message, account.defaultPolicy);
    if (verdict.action !== "allow") return "blocked";
    return modeFor(settings, purpose, verdict.detection) === "off" ? "notJudged" : "counted";
  };
}

function stepOf(event: PastEvent, { e164, candidates }: Recipient): PastStep {
  const line = lineOf(e164);
  const at = event.at as EpochMilliseconds;
  if (event.type !== "message") {
    const sentAt = event.sentAt as EpochMilliseconds;
    const { type: kind, attempts } = event;
    const isCounted = kind === "verified" && attempts !== undefined;
    return { type: "outcome", line, kind, sentAt, at, ...(isCounted && { attempts }) };
  }
  const { device, address } = event;
  return {
    type: "message",
    line,
    destination: candidates[0],
    at,
    device: device === undefined ? 0 : hashText(device),
    address: hashAddress(address),
  };
}

/** Numbers with traffic that are verified, as digits with the days of the first and last verification. */
function* verifiedIn(
  engine: Engine,
  account: AccountId,
): Generator<readonly [line: number, first: number, last: number]> {
  for (const { line, firstAt, lastAt, banned, wasSeen } of engine.findDetection(account)?.signals.numbers.known() ??
    []) {
    if (firstAt === undefined || banned || !wasSeen) continue;
    yield [line, Math.floor(firstAt / DAY_MS), Math.floor(lastAt / DAY_MS)];
  }
}

function importedOf([line, firstDay, lastDay]: readonly [number, number, number]): ImportedNumber[] {
  const parsed = parseRecipient(`+${line}`, "native");
  if (!parsed.ok) return [];
  return [{ to: `+${line}` as E164, destination: usageDestination(parsed.recipient.candidates), firstDay, lastDay }];
}
