import {
  type AccountDetection,
  type AccountId,
  type Collateral,
  collateralOf,
  type EffectiveDetection,
  type Engine,
  type EpochMilliseconds,
  effectiveDetection,
  type Incident,
} from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Changes } from "../changes.ts";
import type { DetectionAction, DetectionSwitch, IncidentWord } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import { blocksOf, planOf } from "./incident-detail.ts";
import type { Incidents } from "./incidents.ts";
import { type BlockScope, readRange } from "./read-range.ts";

export interface IncidentServiceDeps {
  readonly store: Pick<Store, "journal" | "incidents" | "alerts" | "switches">;
  readonly engine: Engine;
  readonly changes: Changes;
  readonly incidents: Incidents;
}

/** Until when something holds: an end, or so many seconds from now; with neither, the default. */
export interface Span {
  readonly until?: EpochMilliseconds;
  readonly forSeconds?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const SPANS = {
  containment: { usual: DAY_MS, most: 7 * DAY_MS, mostText: "7 days" },
  lockdown: { usual: 2 * HOUR_MS, most: 7 * DAY_MS, mostText: "7 days" },
  bypass: { usual: HOUR_MS / 2, most: DAY_MS, mostText: "24 hours" },
} as const;

/** As it stands: what the engine has, which is ahead of the store. Throws `not_found`. */
export async function findIncident(
  { engine, store }: Pick<IncidentServiceDeps, "engine" | "store">,
  account: AccountId,
  number: number,
): Promise<Incident> {
  const incident = liveIncident(engine, account, number) ?? (await store.incidents.find(account, number));
  if (incident === undefined) throw new ServiceError("not_found", "There is no such incident.");
  return incident;
}

export function liveIncident(engine: Engine, account: AccountId, number: number): Incident | undefined {
  return engine.findDetection(account)?.incidents.get(number);
}

/** An operator's word on an incident. */
export async function judgeIncident(
  deps: IncidentServiceDeps,
  { account, actor, at }: AccountContext,
  number: number,
  word: IncidentWord,
  reason: string,
): Promise<Incident> {
  const incident = await findIncident(deps, account.id, number);
  const detection = deps.engine.findDetection(account.id);
  const refusal = whyNot(word, incident, detection);
  if (refusal !== undefined) throw new ServiceError("conflict", refusal);
  await commit(deps, { type: "incident_judged", at, actor, account: account.id, reason, incident: number, word });
  return findIncident(deps, account.id, number);
}

function whyNot(word: IncidentWord, incident: Incident, detection: AccountDetection | undefined): string | undefined {
  const { number, state } = incident;
  if (word === "undo_false_alarm") {
    const taught = detection?.lessons.some((lesson) => lesson.incident === number) === true;
    return taught ? undefined : `Incident ${number} has taught nothing that still holds.`;
  }
  if (detection?.incidents.get(number) === undefined) {
    return `Incident ${number} is over and kept as a record only: nothing can be done about it any more.`;
  }
  if (word === "false_alarm") {
    return state === "false_alarm" ? `Incident ${number} is a false alarm already.` : undefined;
  }
  if (incident.closedAt !== undefined) return `Incident ${number} is over (${state.replaceAll("_", " ")}).`;
  if (word === "release" && incident.ranges.every(({ containment }) => containment === undefined)) {
    return `Nothing of incident ${number} is contained.`;
  }
  return undefined;
}

/** Contains the blocks of an incident; with `dryRun` says what that would do, and does nothing. */
export async function containIncident(
  deps: IncidentServiceDeps,
  context: AccountContext,
  number: number,
  { reason, dryRun = false, ...span }: Span & { readonly reason: string; readonly dryRun?: boolean },
) {
  const { account, actor, at } = context;
  const incident = await findIncident(deps, account.id, number);
  const until = endOf("containment", span, at);
  const detection = deps.engine.findDetection(account.id);
  if (detection?.incidents.get(number) === undefined || incident.closedAt !== undefined) {
    throw new ServiceError("conflict", `Incident ${number} is over (${incident.state.replaceAll("_", " ")}).`);
  }
  const plan = planOf(incident, collateralOf(detection, incident));
  if (plan === null) {
    throw new ServiceError(
      "conflict",
      `Incident ${number} is spread over new blocks of a destination, which is no range to contain: use a lockdown, or a rule for the destination.`,
    );
  }
  mustBeOn(deps.engine, context);
  if (!dryRun) {
    const { id } = account;
    const actions = blocksOf(incident).map(
      (scope): DetectionAction => ({
        type: "range_contained",
        at,
        actor,
        account: id,
        reason,
        scope,
        incident: number,
        until,
      }),
    );
    await commit(deps, ...actions);
  }
  return { plan, until, incident: await findIncident(deps, account.id, number) };
}

/** Contains a range, with or without an incident there; with `dryRun` says who else is there, and does nothing. */
export async function containRange(
  deps: IncidentServiceDeps,
  context: AccountContext,
  { range, reason, dryRun = false, ...span }: Span & { range: string; reason: string; dryRun?: boolean },
) {
  const { account, actor, at } = context;
  const scope = scopeIn(range);
  const until = endOf("containment", span, at);
  mustBeOn(deps.engine, context);
  const detection = deps.engine.findDetection(account.id);
  const place = { ranges: [{ scope, foundAt: at, containment: undefined }] };
  const collateral = detection === undefined ? NOBODY : collateralOf(detection, place);
  if (!dryRun) {
    await commit(deps, { type: "range_contained", at, actor, account: account.id, reason, scope, until });
  }
  return { scope, until, collateral };
}

const NOBODY: Collateral = { verifiedNumbers: 0, since: undefined, newNumbers: 0, completed: 0 };

/** Ends what contains a range, whoever contained it. */
export async function releaseRange(
  deps: IncidentServiceDeps,
  { account, actor, at }: AccountContext,
  { range, reason }: { readonly range: string; readonly reason: string },
): Promise<BlockScope> {
  const scope = scopeIn(range);
  const watches = [...(deps.engine.findDetection(account.id)?.watches ?? [])];
  const isContained = watches.some(
    ({ contained, evidence: { scope: other } }) =>
      contained !== undefined && other.type === "block" && other.prefix === scope.prefix && other.size === scope.size,
  );
  if (!isContained) throw new ServiceError("not_found", "This range is not contained.");
  await commit(deps, { type: "range_contained", at, actor, account: account.id, reason, scope, until: at });
  return scope;
}

function scopeIn(range: string): BlockScope {
  const read = readRange(range);
  if (!read.ok) throw refusal("range", read.message);
  return read.scope;
}

/** Lockdown or bypass until then. */
export async function switchOn(
  deps: IncidentServiceDeps,
  context: AccountContext,
  name: "lockdown" | "bypass",
  { reason, ...span }: Span & { readonly reason: string },
): Promise<void> {
  const { account, actor, at } = context;
  const until = endOf(name, span, at);
  // (a lockdown reaches what detection does not judge)
  if (name === "bypass") mustBeOn(deps.engine, context);
  await commit(deps, { type: typeOf(name), at, actor, account: account.id, reason, until });
  await deps.incidents.checkAlerts(at);
}

/** Ends a lockdown or bypass; nothing is recorded where there is none. */
export async function switchOff(
  deps: IncidentServiceDeps,
  { account, actor, at }: AccountContext,
  name: "lockdown" | "bypass",
  reason: string,
): Promise<void> {
  const detection = deps.engine.findDetection(account.id);
  const until = (name === "lockdown" ? detection?.lockdownUntil : detection?.bypassUntil) ?? 0;
  if (until <= at) throw new ServiceError("conflict", `There is no ${name} to end.`);
  await commit(deps, { type: typeOf(name), at, actor, account: account.id, reason, until: at });
  await deps.incidents.checkAlerts(at);
}

/** What detection may do for the account's default policy now. */
export function detectionInForce(engine: Engine, { account, at }: AccountContext): EffectiveDetection {
  const levels = engine.levelsFor(account.id, account.defaultPolicy, at);
  return effectiveDetection(levels.map(({ document }) => document));
}

function mustBeOn(engine: Engine, context: AccountContext): void {
  if (detectionInForce(engine, context).mode !== "off") return;
  throw new ServiceError(
    "conflict",
    "Detection is off for this account, so nothing would look whether this holds: set it to monitor or enforce first.",
  );
}

/** Durable, in force, and seen by whoever reads next. */
async function commit(deps: IncidentServiceDeps, ...actions: readonly DetectionAction[]): Promise<void> {
  await deps.changes.commit(actions);
  deps.incidents.record(deps.engine.takeIncidents());
  await deps.incidents.flush();
}

function typeOf(name: "lockdown" | "bypass"): DetectionSwitch["type"] {
  return name === "lockdown" ? "lockdown_set" : "bypass_set";
}

function endOf(name: keyof typeof SPANS, { until, forSeconds }: Span, at: EpochMilliseconds): EpochMilliseconds {
  const { usual, most, mostText } = SPANS[name];
  const field = until === undefined ? "forSeconds" : "until";
  if (until !== undefined && forSeconds !== undefined) {
    throw refusal("forSeconds", "stands beside until: give one of them");
  }
  const end = until ?? at + (forSeconds === undefined ? usual : forSeconds * 1000);
  if (end <= at) throw refusal(field, `must be in the future; it is ${new Date(at).toISOString()} here`);
  if (end > at + most) throw refusal(field, `must be within ${mostText} from now`);
  return end as EpochMilliseconds;
}

function refusal(field: string, message: string): ServiceError {
  return new ServiceError("invalid_request", `Not valid: ${field}.`, [{ field, message }]);
}
