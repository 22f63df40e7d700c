import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { KeyPatch } from "../accounts/key-body.ts";
import type { Actor } from "../accounts/principal.ts";
import type { Span } from "../incidents/incident-services.ts";
import type { MemberPatch, NewMember } from "../members/member-body.ts";
import type { ProposalDecision } from "../policies/policy-revision.ts";

/** What loosens protection, besides changes of policies. `reason`: why, where the act itself asks for it. */
export type LooseningAct =
  | {
      readonly type: "judge_incident";
      readonly incident: number;
      readonly word: LooseningWord;
      readonly reason: string;
    }
  | { readonly type: "release_range"; readonly range: string; readonly reason: string }
  | { readonly type: "end_lockdown"; readonly reason: string }
  | ({ readonly type: "bypass"; readonly reason: string } & Span)
  | { readonly type: "add_member"; readonly member: NewMember }
  | { readonly type: "change_member"; readonly member: string; readonly patch: MemberPatch }
  | { readonly type: "widen_key"; readonly key: string; readonly patch: KeyPatch };

/** Words on an incident that let its numbers through again. */
export const LOOSENING_WORDS = ["release", "close", "false_alarm"] as const;
export type LooseningWord = (typeof LOOSENING_WORDS)[number];

/** An act that waits, or waited, for a second person. */
export interface ActProposal {
  /** `prp_` and 20 lower-case letters and digits. */
  readonly id: string;
  readonly account: AccountId;
  readonly act: LooseningAct;
  readonly author: Actor;
  readonly createdAt: EpochMilliseconds;
  readonly expiresAt: EpochMilliseconds;
  /** Absent: nobody has decided yet. */
  readonly decision?: ProposalDecision;
}

/** The act in plain words; without numbers of persons. */
export function wordsOfAct(act: LooseningAct): string {
  switch (act.type) {
    case "judge_incident":
      return `${WORDS[act.word]} incident ${act.incident}`;
    case "release_range":
      return `release the range ${act.range}`;
    case "end_lockdown":
      return "end the lockdown";
    case "bypass":
      return "bypass detection";
    case "add_member":
      return `make ${act.member.name} a member with the role ${act.member.role}`;
    case "change_member":
      return `give the member ${act.member} the role ${act.patch.role ?? ""}`.trimEnd();
    case "widen_key":
      return `let the key ${act.key} do more`;
  }
}

const WORDS: Readonly<Record<LooseningWord, string>> = {
  release: "release",
  close: "close",
  false_alarm: "call a false alarm of",
};
