import type { EpochMilliseconds } from "@safeguard/core";
import { z } from "zod";
import type { Actor } from "../accounts/principal.ts";
import { instantView, policyDocumentView, viewOfDocument, viewOfInstant } from "./policy-body.ts";
import { holdsAt } from "./policy-book.ts";
import { type PolicyRevision, REVISION_STATES } from "./policy-revision.ts";
import { PROPOSAL_STATES, stateOfProposal } from "./proposals.ts";

export const authorView = z.object({
  type: z.enum(["key", "operator"]),
  name: z.string().describe("The key's id, or who operates."),
  person: z.string().nullable().describe("The person whose key or session it is; see the account's members."),
});

export const revisionView = z
  .object({
    policy: z.string(),
    number: z.int(),
    state: z.enum(REVISION_STATES),
    from: instantView,
    until: instantView.nullable(),
    decides: z.boolean().describe("It is the one that decides now."),
    author: authorView,
    reason: z.string(),
    createdAt: instantView,
    restores: z.int().nullable().describe("The revision whose content it has."),
    managedBy: z.string().nullable().describe("The file (or program) that keeps the policy."),
    proposal: z
      .object({
        state: z.enum(PROPOSAL_STATES),
        first: z.int().describe("The first of the revisions that one change made; they are approved together."),
        expiresAt: instantView,
        decidedBy: authorView.nullable(),
        decidedBecause: z.string().nullable(),
      })
      .nullable()
      .describe("Of a revision that waits, or waited, for approval."),
    approvedBy: authorView.nullable().describe("Who approved what `author` proposed."),
    numberingTable: z.string().describe("Hash of the numbering table that it is read by, besides the present one."),
  })
  .meta({ id: "PolicyRevision" });

export const revisionWithDocumentView = revisionView
  .extend({ document: policyDocumentView })
  .meta({ id: "PolicyRevisionWithDocument" });

const withoutEffectView = z
  .array(z.object({ field: z.string(), message: z.string() }))
  .describe("What the request lets pass and an account above blocks all the same, by its place in the request.");

export const savedPolicyView = revisionWithDocumentView
  .extend({ withoutEffect: withoutEffectView })
  .meta({ id: "SavedPolicy" });

export const policyChangeView = z
  .object({
    revisions: z
      .array(revisionWithDocumentView)
      .describe("What was made: one, or several where others wait for their time. Empty: nothing was to be changed."),
    copiedFrom: z
      .object({ policy: z.string(), revision: z.int() })
      .nullable()
      .describe(
        "The policy had nothing in force, so it starts as a copy of what stood in for it. null: it starts from its own.",
      ),
    withoutEffect: withoutEffectView,
  })
  .meta({ id: "PolicyChange" });

export type RevisionView = z.infer<typeof revisionView>;
export type RevisionWithDocumentView = z.infer<typeof revisionWithDocumentView>;

/** `deciding`: the number of the revision that decides now. `at`: now; a proposal may have expired by then. */
export function viewOfRevision(
  revision: PolicyRevision,
  deciding: number | undefined,
  at: EpochMilliseconds = revision.createdAt,
): RevisionView {
  const { author, until, restores, managedBy, proposal, approvedBy } = revision;
  return {
    policy: revision.policy,
    number: revision.number,
    state: revision.state,
    from: viewOfInstant(revision.from),
    until: until === undefined ? null : viewOfInstant(until),
    decides: revision.number === deciding,
    author: viewOfActor(author),
    reason: revision.reason,
    createdAt: viewOfInstant(revision.createdAt),
    restores: restores ?? null,
    managedBy: managedBy ?? null,
    proposal:
      proposal === undefined
        ? null
        : {
            state: stateOfProposal(proposal, at),
            first: proposal.first,
            expiresAt: viewOfInstant(proposal.expiresAt),
            decidedBy: proposal.decision === undefined ? null : viewOfActor(proposal.decision.by),
            decidedBecause: proposal.decision?.reason ?? null,
          },
    approvedBy: approvedBy === undefined ? null : viewOfActor(approvedBy),
    numberingTable: revision.numberingTable,
  };
}

export function viewOfActor(actor: Actor): z.infer<typeof authorView> {
  if (actor.type === "operator") return { type: actor.type, name: actor.name, person: null };
  return { type: actor.type, name: actor.key, person: actor.person ?? null };
}

export function viewOfWholeRevision(
  revision: PolicyRevision,
  deciding: number | undefined,
  at?: EpochMilliseconds,
): RevisionWithDocumentView {
  return { ...viewOfRevision(revision, deciding, at), document: viewOfDocument(revision.document) };
}

/** Just made: it decides unless it is a draft, waits for its time, or is one of several for later. */
export function viewOfNewRevision(revision: PolicyRevision): RevisionWithDocumentView {
  return viewOfWholeRevision(revision, holdsAt(revision, revision.createdAt) ? revision.number : undefined);
}
