import {
  type CompiledDocument,
  compileDocument,
  compilePolicy,
  type Destination,
  type EpochMilliseconds,
  type PolicyDocument,
} from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import { sumMoney } from "../customers/ongoing-incidents.ts";
import { type ComparisonView, comparePolicies } from "../policies/compare-revisions.ts";
import { destinationStates } from "../policies/destination-states.ts";
import { managerOf } from "../policies/policy-book.ts";
import type { PolicyReadDeps } from "../policies/policy-services.ts";
import { STAND_IN } from "../policies/timeline.ts";
import type { Money } from "../store/journal-record.ts";
import type { UsageOfDestination } from "../store/store.ts";
import { withBaseline } from "./baseline.ts";
import type { Baseline } from "./plan-rollout.ts";

/** The destinations that change sides in one account, and its own traffic there. */
export interface PreviewedSide {
  readonly destinations: readonly Destination[];
  readonly messages: number;
  readonly verified: number;
  readonly spend: readonly Money[];
}

/** What a baseline would do in one account. */
export interface TargetPreview {
  readonly account: Account;
  readonly latestRevision: number;
  readonly comparison: ComparisonView;
  /** It loosens, and the account wants a second person. */
  readonly waits: boolean;
  /** The file that keeps the account's policy: it would be refused. */
  readonly keptIn: string | undefined;
  /** Undefined: the caller may not read traffic. */
  readonly stopped: PreviewedSide | undefined;
  readonly opened: PreviewedSide | undefined;
}

/** `traffic`: of this account; undefined: not to be read. `compiled`: documents that were compiled before. */
export function previewTarget(
  deps: PolicyReadDeps,
  account: Account,
  { baseline, parts, policy }: Baseline,
  at: EpochMilliseconds,
  traffic: readonly UsageOfDestination[] | undefined,
  compiled: WeakMap<PolicyDocument, CompiledDocument>,
): TargetPreview {
  const { book, directory, engine } = deps;
  const revisions = book.revisions(account.id, policy);
  const before = (book.inForce(account.id, policy, at) ?? book.inForce(account.id, STAND_IN, at))?.document ?? {};
  const after = withBaseline(before, baseline, parts);
  const comparison = comparePolicies(directory, account, before, after);
  const levels = engine.levelsFor(account.id, policy, at);
  const compile = (document: PolicyDocument): CompiledDocument => {
    const known = compiled.get(document) ?? compileDocument(document);
    compiled.set(document, known);
    return known;
  };
  const statesUnder = (document: PolicyDocument) =>
    destinationStates(
      compilePolicy(
        levels.map((level, place) => (place === 0 ? { ...level, document } : level)),
        compile,
      ),
      account.id,
      at,
    );
  const sides = before === after ? { stopped: [], opened: [] } : changedSides(statesUnder(before), statesUnder(after));
  return {
    account,
    latestRevision: revisions[0]?.number ?? 0,
    comparison,
    waits: account.fourEyes !== undefined && comparison.loosens,
    keptIn: managerOf(revisions, at),
    stopped: traffic && sideOf(sides.stopped, traffic, ({ decided, blocked }) => decided - blocked),
    opened: traffic && sideOf(sides.opened, traffic, ({ blocked }) => blocked),
  };
}

type States = ReturnType<typeof destinationStates>;

function changedSides(now: States, then: States) {
  const stopped: Destination[] = [];
  const opened: Destination[] = [];
  for (const [code, { action }] of now) {
    const after = then.get(code)?.action;
    if (action !== "block" && after === "block") stopped.push(code);
    if (action === "block" && after !== "block") opened.push(code);
  }
  return { stopped, opened };
}

function sideOf(
  destinations: readonly Destination[],
  traffic: readonly UsageOfDestination[],
  messagesOf: (line: UsageOfDestination) => number,
): PreviewedSide {
  const its = traffic.filter(({ destination }) => destinations.some((code) => code === destination));
  return {
    destinations,
    messages: its.reduce((sum, line) => sum + messagesOf(line), 0),
    verified: its.reduce((sum, { verified }) => sum + verified, 0),
    spend: sumMoney(its.flatMap(({ spend }) => spend)),
  };
}
