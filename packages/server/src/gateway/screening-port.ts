import type { Channel, EpochMilliseconds, Recipient, RejectedRecipient, Verdict } from "@safeguard/core";
import type { BlockAnswer } from "../accounts/account.ts";
import type { WaitState } from "../store/journal-record.ts";
import type { MessageView } from "../store/store.ts";
import type { MessageId } from "./message-id.ts";
import type { SubmissionOutcome } from "./outbound/connector.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";

/** What became of one outgoing message; each dialect has a reply for every case. */
export type ScreeningResult =
  /** The text is no number: nothing is recorded but the refusal, nothing is sent. */
  | { readonly type: "rejected"; readonly id: MessageId; readonly rejection: RejectedRecipient }
  /**
   * Decided against (block, hold or challenge), on every channel it could have taken. With `answer: "report"` the client
   * is told that it was accepted; the failed delivery report is queued already.
   */
  | {
      readonly type: "stopped";
      readonly id: MessageId;
      readonly recipient: Recipient;
      readonly verdict: StoppingVerdict;
      readonly segments: number;
      readonly answer: BlockAnswer;
    }
  /** It waits, and goes on without its client: queued, scheduled, or held by detection. What becomes of it is reported. */
  | {
      readonly type: "waits";
      readonly id: MessageId;
      readonly recipient: Recipient;
      readonly verdict: Verdict;
      readonly removedChannels: readonly Channel[];
      readonly segments: number;
      readonly state: WaitState;
      readonly sendAt: EpochMilliseconds | undefined;
      readonly expiresAt: EpochMilliseconds;
    }
  /** Its reference came before, and its account chose that this has one effect: this is the message of then, as it is now. */
  | {
      readonly type: "repeated";
      readonly id: MessageId;
      readonly message: MessageView;
      /** How its client is told where it was decided against. */
      readonly answer: BlockAnswer;
    }
  /** Allowed, and given to a provider with this outcome. */
  | {
      readonly type: "submitted";
      readonly id: MessageId;
      readonly recipient: Recipient;
      readonly verdict: Verdict;
      /** Channels that were taken off because their decision was to stop. */
      readonly removedChannels: readonly Channel[];
      readonly segments: number;
      readonly outcome: SubmissionOutcome;
    };

export type StoppingVerdict = Exclude<Verdict, { action: "allow" }>;

/** The gateway's heart as the dialects see it: decide, record, submit, record. */
export interface Screening {
  /** Results in the order of the messages. Resolves only when all that it says is durable. */
  send(messages: readonly OutgoingMessage[]): Promise<readonly ScreeningResult[]>;
  /**
   * What `send` would decide now, one entry for each message in order: the verdict of the channel that lets it go out,
   * else the one that stops it. Pure: records nothing, reserves nothing, sends nothing. For dialects whose requests are
   * all-or-nothing (CM.com's XML).
   */
  preview?(messages: readonly OutgoingMessage[]): readonly (Verdict | RejectedRecipient)[];
}
