import type { AccountId, EpochMilliseconds } from "../src/brand.ts";
import type { Message } from "../src/message.ts";
import { parseRecipient } from "../src/numbering/parse-recipient.ts";
import { NUMBERING_TABLE } from "../src/numbering/plan.generated.ts";
import type { PolicyDocument, PolicyLevel } from "../src/policy/policy-document.ts";

export const ACCOUNT: AccountId = "acc_00000000000000000000" as AccountId;
export const NOON: EpochMilliseconds = 1_767_268_800_000 as EpochMilliseconds;

/** An SMS to the number at noon; `changes` says what is different. */
export function messageTo(number: string, changes: Partial<Message> = {}): Message {
  const parsed = parseRecipient(number, "native");
  if (!parsed.ok) throw new Error(`${number} is no recipient number: ${parsed.code}`);
  const { recipient } = parsed;
  return { account: ACCOUNT, recipient, originator: "", channel: "sms", purpose: "otp", at: NOON, ...changes };
}

/** A chain of levels, the account's own document first. */
export function chain(...documents: readonly PolicyDocument[]): readonly PolicyLevel[] {
  return documents.map((document, index) => ({
    account: `acc_${String(index).padStart(20, "0")}`,
    policy: "default",
    revision: index + 1,
    document,
    numberingTable: NUMBERING_TABLE,
  }));
}
