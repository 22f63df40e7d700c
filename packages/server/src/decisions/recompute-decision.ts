import {
  type AccountId,
  agreesWithEvidence,
  agreesWithLimits,
  compilePolicy,
  type DetectionResult,
  decide,
  detectionFinding,
  type Engine,
  type Message,
  NUMBERING_TABLE,
  type PolicyLevel,
  type PolicyStamp,
  parseRecipient,
  sameVerdict,
  type Verdict,
} from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { PolicyBook } from "../policies/policy-book.ts";
import { messageOfRecord } from "./message-of-record.ts";
import type { DecisionRecord } from "./view-decision.ts";

export interface RecomputeDeps {
  readonly book: PolicyBook;
  readonly directory: Directory;
  readonly engine: Pick<Engine, "levelsFor">;
}

/** What came of deciding once more on what was recorded. */
export type Recomputation =
  | {
      readonly possible: true;
      readonly agrees: boolean;
      /** Undefined: the text is no number now as then, so there is no verdict. */
      readonly verdict: Verdict | undefined;
      readonly levels: readonly PolicyLevel[];
    }
  | { readonly possible: false; readonly why: string };

/** Decides once more: on the recorded message, under the revisions that the recorded verdict names. */
export function recomputeDecision(deps: RecomputeDeps, record: DecisionRecord): Recomputation {
  if (record.type === "message_rejected") {
    const result = parseRecipient(record.text, record.dialect);
    return {
      possible: true,
      agrees: !result.ok && result.code === record.rejection.code,
      verdict: undefined,
      levels: [],
    };
  }
  const { verdict: said, at } = record;
  const levels = levelsOfStamp(deps, record.account, said.policy, at);
  if (typeof levels === "string") return { possible: false, why: levels };
  const detection = record.riskCheck === "disable" ? undefined : () => recorded(said);
  const message = messageOfRecord(record, at);
  const policy = compilePolicy(levels);
  const exceeded = said.findings.filter((finding) => finding.type === "limit");
  const verdict = decide(message, policy, detection, {
    reserve: () => (exceeded.length === 0 ? undefined : exceeded),
    release: () => undefined,
  });
  const found = detectionFinding(said);
  const agrees =
    sameVerdict(said, verdict) &&
    (found === undefined || agreesWithEvidence(found)) &&
    exceeded.every((finding) => agreesWithLimits(finding, policy.limits, message));
  return { possible: true, agrees, verdict, levels };
}

/**
 * What detection said follows from traffic that went before: it is taken as recorded, and held against its own numbers.
 */
function recorded({ findings, score, degraded }: Verdict): DetectionResult {
  if (degraded.includes("detection_failed")) throw new Error("detection failed then");
  const found = findings.find((finding) => finding.type === "detection");
  if (found === undefined) return { opinion: { action: "allow", reason: undefined }, score, incident: undefined };
  return { opinion: found.opinion, score: found.score, incident: found.incident };
}

/** The levels that a stamp names, from the kept revisions; or why they cannot be had. */
export function levelsOfStamp(
  { book, directory, engine }: RecomputeDeps,
  account: AccountId,
  stamp: PolicyStamp,
  at: Message["at"],
): readonly PolicyLevel[] | string {
  // As it was at that time: right unless a change came in the same millisecond.
  const then = engine.levelsFor(account, stamp.policy, at);
  if (then.map(({ revision }) => revision).join() === stamp.revisions.join()) return then;
  const levels: PolicyLevel[] = [];
  let name = stamp.policy;
  let next: AccountId | undefined = account;
  for (const number of stamp.revisions) {
    if (next === undefined) return "the accounts above were more when it was decided";
    if (number === 0) {
      levels.push({ account: next, policy: name, revision: 0, document: {}, numberingTable: NUMBERING_TABLE });
    } else {
      const revision = book.revision(next, name, number) ?? book.revision(next, "default", number);
      if (revision === undefined) return `revision ${number} of the policy ${name} of ${next} is not kept`;
      name = revision.policy;
      const { document, numberingTable } = revision;
      levels.push({ account: next, policy: name, revision: number, document, numberingTable });
    }
    next = directory.account(next)?.parent;
  }
  return next === undefined ? levels : "the accounts above were fewer when it was decided";
}
