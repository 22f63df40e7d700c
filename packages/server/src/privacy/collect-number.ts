import type { AccountId, E164, Engine, EpochMilliseconds, KnownOfNumber } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { SandboxMessage, SandboxNetwork } from "../gateway/outbound/sandbox/sandbox-network.ts";
import type { PolicyBook } from "../policies/policy-book.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { answerPurpose, NumberTrace } from "../store/number-trace.ts";
import type { Seal } from "../store/seal.ts";
import type { Store } from "../store/store.ts";
import { onlyOf } from "./only-of.ts";

export interface CollectParts {
  readonly store: Pick<Store, "journal" | "traceNumber" | "verified" | "waiting">;
  readonly engine: Pick<Engine, "knownOf">;
  readonly book: Pick<PolicyBook, "names" | "revisions">;
  readonly accounts: () => readonly Account[];
  readonly sandbox: Pick<SandboxNetwork, "list">;
  readonly seal: Pick<Seal, "open">;
}

/** One record of the journal, as far as it is about the number. */
export interface CollectedRecord {
  readonly sequence: number;
  readonly record: JournalRecord;
}

/** What one account's state holds of the number, besides records. */
export interface CollectedState {
  readonly account: AccountId;
  readonly verifiedNumber?: { readonly firstDay: string; readonly lastDay: string; readonly banned: boolean };
  readonly memory?: KnownOfNumber;
  readonly waiting: readonly string[];
  readonly rules: readonly CollectedRule[];
}

/** A rule that the account wrote. `names`: this number alone; else a range that it is in. */
export interface CollectedRule {
  readonly policy: string;
  readonly revision: number;
  readonly state: string;
  readonly rule: string;
  readonly kind: string;
  readonly names: boolean;
  readonly until?: EpochMilliseconds;
  readonly note?: string;
}

/** All that is kept of a number. */
export interface CollectedNumber {
  readonly to: E164;
  readonly account: AccountId | undefined;
  /** By the group of their types; see {@link PLACES}. */
  readonly records: ReadonlyMap<Place, readonly CollectedRecord[]>;
  readonly states: readonly CollectedState[];
  readonly sandbox: readonly SandboxMessage[];
}

/** Where records of a number can be, and which. */
export const PLACES = {
  decisions: ["decision_made"],
  messages: ["message_decided", "message_due"],
  rejected: ["message_rejected"],
  submissions: [
    "message_held",
    "message_waits",
    "wait_ended",
    "submission_intended",
    "message_stopped",
    "submission_ended",
    "submission_settled",
  ],
  deliveryReports: ["delivery_reported"],
  outcomes: ["outcome_reported", "verification_reported"],
  verifications: ["verified_imported", "past_numbers_verified", "verified_removed"],
  pastTraffic: ["past_traffic_learned"],
  notices: ["notice_queued", "notice_attempted"],
  idempotencyAnswers: ["request_answered"],
  policyRevisions: ["revision_saved"],
  auditTrail: ["audited"],
} as const satisfies Readonly<Record<string, readonly JournalRecord["type"][]>>;

/** `other`: whatever else names it, such as a reason that somebody wrote. */
export type Place = keyof typeof PLACES | "other";

const PLACE_OF = new Map<JournalRecord["type"], Place>(
  Object.entries(PLACES).flatMap(([place, types]) => types.map((type) => [type, place as Place] as const)),
);

const DAY_MS = 86_400_000;

/** Goes through everything that is kept. `account` undefined: of every account, and of the deployment. */
export async function collectNumber(
  { store, engine, book, accounts, sandbox, seal }: CollectParts,
  to: E164,
  account: AccountId | undefined,
  at: EpochMilliseconds,
): Promise<CollectedNumber> {
  const question = { to, account };
  const trace = new NumberTrace(question, seal, await store.traceNumber(question));
  const records = new Map<Place, CollectedRecord[]>();
  for await (const { sequence, record } of store.journal.read(1)) {
    if (!trace.concerns(record)) continue;
    const place = PLACE_OF.get(record.type) ?? "other";
    const found = records.get(place) ?? [];
    records.set(place, found);
    found.push({ sequence, record: opened(onlyOf(record, to), record, seal) });
  }
  const states: CollectedState[] = [];
  for (const { id } of accounts()) {
    if (account !== undefined && id !== account) continue;
    const verified = await store.verified.find(id, to);
    const memory = engine.knownOf(id, to, at);
    const waiting = await store.waiting.toNumber(id, to);
    const rules = rulesFor(book, id, to);
    const isKnown = memory.sessions.length > 0 || memory.verified !== undefined || memory.limits.length > 0;
    if (verified === undefined && !isKnown && waiting.length === 0 && rules.length === 0) continue;
    states.push({
      account: id,
      ...(verified !== undefined && {
        verifiedNumber: {
          firstDay: dayText(verified.firstDay),
          lastDay: dayText(verified.lastDay),
          banned: verified.banned,
        },
      }),
      ...(isKnown && { memory }),
      waiting: waiting.map(({ id: message }) => `msg_${message}`),
      rules,
    });
  }
  const shown = sandbox.list({ to, ...(account !== undefined && { account }) });
  return { to, account, records, states, sandbox: shown };
}

/** The answer under an idempotency key in the clear: it is the person's to read. */
function opened(shown: JournalRecord, record: JournalRecord, seal: Pick<Seal, "open">): JournalRecord {
  if (shown.type !== "request_answered" || record.type !== "request_answered" || record.body === "") return shown;
  return { ...shown, body: seal.open(record.body, answerPurpose(record.account, record.idempotencyKey)) };
}

/** What the newest revisions of each policy say of the number: in force, planned, proposed or drafted. */
function rulesFor(book: CollectParts["book"], account: AccountId, to: E164): readonly CollectedRule[] {
  const isIn = (range: string): boolean => to.startsWith(range.replace(/x+$/, "")) && isAsLong(range, to);
  return book.names(account).flatMap((policy) =>
    book.revisions(account, policy).flatMap(({ number, state, document }) => {
      const of = { policy, revision: number, state };
      return (document.exceptions ?? [])
        .filter(({ range }) => isIn(range))
        .map(({ range, kind, until, note }) => ({
          ...of,
          rule: range,
          kind,
          names: range === to,
          ...(until !== undefined && { until }),
          ...(note !== undefined && { note }),
        }));
    }),
  );
}

function isAsLong(range: string, to: E164): boolean {
  return range.length === to.length;
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
