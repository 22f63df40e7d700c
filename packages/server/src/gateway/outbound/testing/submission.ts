import type { AccountId, E164 } from "@safeguard/core";
import type { MessageId } from "../../message-id.ts";
import type { Submission } from "../connector.ts";

export const MESSAGE = "0123456789abcdef0123456789abcdef" as MessageId;

/** The `n`-th message id of a test. */
export function messageId(n: number): MessageId {
  return n.toString(16).padStart(32, "0") as MessageId;
}

/** A plain SMS of a native client, unless `changes` say otherwise. */
export function submission(changes: Partial<Submission> = {}): Submission {
  return {
    id: MESSAGE,
    account: "acc_acme0000000000000000" as AccountId,
    to: "+31612345678" as E164,
    originator: "Acme",
    text: "Your code is 123456",
    channels: ["sms"],
    channelsDeclared: true,
    wire: undefined,
    callbackUrl: undefined,
    ...changes,
  };
}
