import { randomBytes } from "node:crypto";
import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Account, ReportTargets } from "../../../accounts/account.ts";
import { createSeal } from "../../../store/create-seal.ts";
import type { JournalRecord, MessageDecided, Notice } from "../../../store/journal-record.ts";
import { parseMasterKey } from "../../../store/master-key.ts";
import type { Seal } from "../../../store/seal.ts";
import { openSqliteStore } from "../../../store/sqlite/open-sqlite-store.ts";
import type { MessageView, Store } from "../../../store/store.ts";
import { ACME, accepted, messageDecided, NOON, OTHER, sampleAccount } from "../../../store/testing/sample-records.ts";
import type { MessageId } from "../../message-id.ts";
import type { SubmissionOutcome } from "../../outbound/connector.ts";

/** A store in memory with two accounts, and what tests of feedback do with it. */
export interface FeedbackBench {
  readonly store: Store;
  readonly seal: Seal;
  readonly directory: { account(id: AccountId): Account | undefined };
  reports(account: AccountId, targets: ReportTargets): void;
  /** A message that was decided and, unless `outcome` is null, submitted. */
  message(changes?: Partial<MessageDecided>, outcome?: SubmissionOutcome | null): Promise<MessageView>;
  view(id: MessageId): Promise<MessageView>;
  /** All that the journal has of one type. */
  records<T extends JournalRecord["type"]>(type: T): Promise<Extract<JournalRecord, { type: T }>[]>;
  queue(notice: Notice, at: EpochMilliseconds): Promise<MessageId>;
}

export async function feedbackBench(): Promise<FeedbackBench> {
  const masterKey = parseMasterKey(randomBytes(32).toString("hex"), "the test");
  const store = await openSqliteStore({ directory: ":memory:", masterKey });
  const accounts = new Map([ACME, OTHER].map((id) => [id, sampleAccount(id, id)]));
  const view = async (id: MessageId) => {
    const found = await store.messages.findById(id);
    if (found === undefined) throw new Error("no such message");
    return found;
  };
  return {
    store,
    seal: createSeal(masterKey),
    directory: { account: (id) => accounts.get(id) },
    reports(account, targets) {
      accounts.set(account, { ...sampleAccount(account, account), reports: targets });
    },
    async message(changes = {}, outcome = accepted("SM1")) {
      const id = store.journal.upcomingId();
      const record = messageDecided(id, changes);
      await store.journal.append([record]);
      const provider = record.intent?.provider;
      if (outcome !== null && provider !== undefined)
        await store.journal.append([
          { type: "submission_ended", message: id, at: NOON, provider, attempt: 1, outcome },
        ]);
      return view(id);
    },
    view,
    async records(type) {
      const found: JournalRecord[] = [];
      for await (const { record } of store.journal.read(1)) if (record.type === type) found.push(record);
      return found as never;
    },
    async queue(notice, at) {
      const id = store.journal.upcomingId();
      await store.journal.append([{ type: "notice_queued", id, at, notice }]);
      return id;
    },
  };
}
