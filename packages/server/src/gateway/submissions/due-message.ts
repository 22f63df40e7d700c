import type { EpochMilliseconds, Verdict } from "@safeguard/core";
import type { Directory } from "../../accounts/directory.ts";
import type { JournalRecord, MessageWaits } from "../../store/journal-record.ts";
import type { Store, WaitingMessage } from "../../store/store.ts";
import type { Connector } from "../outbound/connector.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { optional } from "../screening/optional.ts";
import type { ScreeningParts, Sendable } from "../screening/screening-parts.ts";
import type { SubmissionState } from "./submission-state.ts";
import type { WaitingContent } from "./waiting-content.ts";

export interface DueParts extends ScreeningParts {
  readonly store: {
    readonly waiting: Pick<Store["waiting"], "contents">;
    readonly messages: Pick<Store["messages"], "findById">;
  };
  readonly directory: Pick<Directory, "account" | "key" | "isSuspended">;
  /** Draws the jitter of retries, 0 to 1. */
  random(): number;
}

/** A waiting message whose time has come, with what was kept of it. */
export interface Due {
  readonly waiting: WaitingMessage;
  readonly content: WaitingContent;
  readonly outgoing: OutgoingMessage;
  /** The latest verdict with which detection counted it. */
  readonly counted: Verdict;
  state: SubmissionState;
}

/** One whose intent is being recorded. */
export interface Leaving extends Sendable {
  readonly due: Due;
  readonly connector: Connector;
  /** Of the route, after this one. */
  readonly next: Connector | undefined;
  readonly attempt: number;
}

/** What one append is to hold. */
export interface Batch {
  readonly records: JournalRecord[];
  readonly waits: MessageWaits[];
  notices: number;
}

/** By whom a message is sent, as that stands now; undefined: the account or key is not there. */
export function principalOf(
  directory: DueParts["directory"],
  waiting: WaitingMessage,
  content: Pick<WaitingContent, "key">,
): OutgoingMessage["principal"] | undefined {
  const account = directory.account(waiting.account);
  const key = directory.key(content.key);
  return account === undefined || key === undefined ? undefined : { type: "key", account, key };
}

type WaitChange = Partial<Pick<MessageWaits, "provider" | "attempts" | "tries" | "heldSince" | "inDoubt">>;

/** It waits anew, in the state that it is in; what is not changed stays as it was. */
export function waitOn(
  batch: Batch,
  { waiting, state }: Due,
  at: EpochMilliseconds,
  dueAt: EpochMilliseconds,
  change: WaitChange,
): void {
  const { id, account, expiresAt, provider, attempts, tries, sendAt, heldSince, inDoubt, removedChannels } = waiting;
  if (state.name !== "held" && state.name !== "scheduled" && state.name !== "queued")
    throw new Error(`a message that is ${state.name} cannot wait`);
  const wait: MessageWaits = {
    type: "message_waits",
    message: id,
    at,
    account,
    state: state.name,
    dueAt,
    expiresAt,
    provider,
    attempts,
    tries,
    ...optional("sendAt", sendAt),
    ...optional("heldSince", state.name === "held" ? heldSince : undefined),
    ...optional<"uncounted", true>("uncounted", state.name === "scheduled" ? true : undefined),
    ...optional<"inDoubt", true>("inDoubt", inDoubt ? true : undefined),
    ...optional("removedChannels", removedChannels.length === 0 ? undefined : removedChannels),
    ...change,
  };
  batch.records.push(wait);
  batch.waits.push(wait);
}
