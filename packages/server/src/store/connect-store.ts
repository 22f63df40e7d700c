import type { Account } from "../accounts/account.ts";
import type { ApiKey } from "../accounts/api-key.ts";
import type { AlertSettings } from "../alerts/alert-settings.ts";
import type { ActProposal } from "../approvals/act-proposal.ts";
import type { Brand } from "../brand/brand.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { Provider, RouteTable } from "../gateway/outbound/provider.ts";
import type { Member } from "../members/member.ts";
import type { PolicyRevision } from "../policies/policy-revision.ts";
import type { Rollout, RolloutStep } from "../rollouts/rollout.ts";
import type { BackendLink } from "./backend-call.ts";
import type { DataPlace } from "./data-place.ts";
import { GroupJournal } from "./group-journal.ts";
import type { DetectionAction, DetectionSwitch } from "./journal-record.ts";
import { type FoundSubjects, NO_SUBJECTS, type NumberQuestion } from "./number-trace.ts";
import { createRecordIds } from "./record-ids.ts";
import { DEFAULT_RETENTION, nothingRemoved, RETENTION_CLASSES } from "./retention.ts";
import { InvalidCursor, type ReceiverRecord, type Store } from "./store.ts";
import type { StoreBackend } from "./store-backend.ts";
import type { MessagePosition } from "./tables/reads.ts";
import type { DocumentKind } from "./tables/schema.ts";

/** Verified numbers that one question brings: some ten milliseconds of the store's thread. */
const VERIFIED_PAGE = 2000;
const AUDIT_PAGE = 500;
/** So often the data directory is told how far the store has come. */
const NOTE_MS = 30_000;

/** The store over an opened backend, whatever that keeps it in. `release`: is called when it is closed. */
export function connectStore(
  { opened, call, close, lost }: BackendLink,
  release: () => void,
  place?: DataPlace,
): Store {
  const ids = createRecordIds(opened.rootKey, opened.epoch, opened.laterEpochs);
  const journal = new GroupJournal(
    {
      commit: (group) => call("commit", group),
      groupsFrom: (sequence) => call("groupsFrom", sequence),
    },
    ids,
    opened.lastSequence,
  );
  place?.opened(opened.lastSequence);
  const noting = setInterval(() => place?.note(journal.durableSequence), NOTE_MS).unref();
  // From then on nothing can be written, whether or not anybody tries.
  void lost.then((cause) => journal.fail(cause));
  const documents = async <T>(kind: DocumentKind): Promise<readonly T[]> =>
    (await call("documents", kind)) as readonly T[];
  const findById = async (id: MessageId) => {
    const sequence = ids.sequenceOf(id);
    return sequence === undefined ? undefined : call("message", sequence);
  };
  return {
    journal,
    accounts: { all: () => documents<Account>("account") },
    keys: { all: () => documents<ApiKey>("key") },
    members: { all: () => documents<Member>("member") },
    audit: {
      async list(accounts, filter, limit, cursor) {
        const below = cursor === undefined ? undefined : readNumberCursor(cursor);
        const { items, next } = await call("auditPage", accounts, filter, limit, below);
        return { items, next: next === undefined ? undefined : writeNumberCursor(next) };
      },
      async *all(from = 0) {
        for (let after = from; ; ) {
          const rows = await call("auditRows", after, AUDIT_PAGE);
          yield* rows;
          const last = rows.at(-1);
          if (last === undefined) return;
          after = last.number;
        }
      },
      head: () => call("auditHead"),
    },
    revisions: { all: () => documents<PolicyRevision>("revision") },
    providers: { all: () => documents<Provider>("provider") },
    routes: { all: () => documents<RouteTable>("routes") },
    messages: {
      findById,
      async find(account, id) {
        const view = await findById(id);
        return view?.account === account ? view : undefined;
      },
      async list(account, filter, limit, cursor) {
        const after = cursor === undefined ? undefined : readCursor(cursor);
        const { items, next } = await call("messages", account, filter, limit, after);
        return { items, next: next && writeCursor(next) };
      },
      findByReference: (account, to, reference) => call("messageByReference", account, to, reference),
      findByProviderId: (provider, providerId) => call("messageByProviderId", provider, providerId),
      unresolved: (limit) => call("unresolved", limit),
    },
    waiting: {
      lanes: (above) => call("waitingLanes", above),
      first: (lane, above, limit) => call("waitingFirst", lane, above, limit),
      expired: (now, above, limit) => call("waitingExpired", now, above, limit),
      async find(account, id) {
        const sequence = ids.sequenceOf(id);
        const found = sequence === undefined ? undefined : await call("waitingMessage", sequence);
        return found?.account === account ? found : undefined;
      },
      toNumber: (account, to) => call("waitingToNumber", account, to),
      contents: (messages) =>
        call(
          "waitingContents",
          messages.map((id) => ids.sequenceOf(id) ?? 0),
        ),
    },
    decisions: {
      async find(account, id) {
        const sequence = ids.sequenceOf(id);
        const record = sequence === undefined ? undefined : await call("decision", sequence);
        // Another account's decision is as good as missing.
        return record?.account === account ? record : undefined;
      },
    },
    outcomes: {
      subjects: (account, references, now) =>
        call(
          "outcomeSubjects",
          account,
          references.map((one) => ("id" in one ? { sequence: ids.sequenceOf(one.id) } : one)),
          now,
        ),
    },
    verified: {
      find: (account, to) => call("verifiedNumber", account, to),
      count: async (account) => (await call("verifiedSummary", account)).count,
      summary: (account) => call("verifiedSummary", account),
      async *all(account) {
        for (let after: string | undefined = ""; after !== undefined; ) {
          const page: Awaited<ReturnType<StoreBackend["verifiedPage"]>> = await call(
            "verifiedPage",
            account,
            after,
            VERIFIED_PAGE,
          );
          yield* page.numbers;
          after = page.next;
        }
      },
    },
    incidents: {
      find: (account, number) => call("incident", account, number),
      async list(account, states, limit, cursor) {
        const below = cursor === undefined ? undefined : readNumberCursor(cursor);
        const { items, next } = await call("incidentPage", account, states, limit, below);
        return { items, next: next === undefined ? undefined : writeNumberCursor(next) };
      },
    },
    alerts: {
      async list(account, { openOnly = false }, limit, cursor) {
        const below = cursor === undefined ? undefined : readNumberCursor(cursor);
        const { items, next } = await call("alertPage", account, openOnly, limit, below);
        return { items, next: next === undefined ? undefined : writeNumberCursor(next) };
      },
    },
    switches: { all: () => documents<Extract<DetectionAction, DetectionSwitch>>("switch") },
    usage: {
      days: (accounts, fromDay, untilDay) => call("usageDays", accounts, fromDay, untilDay),
      totals: (accounts, fromDay, untilDay) => call("usageTotals", accounts, fromDay, untilDay),
      byDestination: (accounts, fromDay, untilDay) => call("usageByDestination", accounts, fromDay, untilDay),
    },
    notices: {
      due: (now, limit, after = 0) => call("noticesDue", now, limit, after),
      nextDueAt: (after = 0) => call("nextNoticeAt", after),
      countUpTo: (sequence) => call("noticesUpTo", sequence),
    },
    restored: opened.restored,
    forgetRestored: () => call("forgetRestored"),
    rootKey: opened.rootKey,
    replaceMasterKey: (next) => call("replaceMasterKey", next),
    isUpTo: (id, sequence) => (ids.sequenceOf(id) ?? Number.POSITIVE_INFINITY) <= sequence,
    deliveries: {
      async find(account, id) {
        const sequence = ids.sequenceOf(id);
        return sequence === undefined ? undefined : call("delivery", account, sequence);
      },
      async list(account, { state }, limit, cursor) {
        const below = cursor === undefined ? undefined : readNumberCursor(cursor);
        const { items, next } = await call("deliveryPage", account, state, limit, below);
        return { items, next: next === undefined ? undefined : writeNumberCursor(next) };
      },
      takenSince: (account, receiver, since) => call("receiverTookSince", account, receiver, since),
    },
    actProposals: { all: () => documents<ActProposal>("act_proposal") },
    brands: { all: () => documents<Brand>("brand") },
    rollouts: {
      all: () => documents<Rollout>("rollout"),
      steps: () => documents<RolloutStep>("rollout_step"),
    },
    alertSettings: { all: () => documents<AlertSettings>("alert_settings") },
    pausedReceivers: { all: () => documents<ReceiverRecord>("paused_receiver") },
    requests: { find: (account, idempotencyKey) => call("request", account, idempotencyKey) },
    async retain(now, retention = DEFAULT_RETENTION) {
      const removed = nothingRemoved();
      for (let more = true; more; ) {
        const step = await call("retainStep", now, retention);
        for (const kind of RETENTION_CLASSES) removed[kind] += step.removed[kind];
        more = step.more;
      }
      return removed;
    },
    traceNumber: (question) => traced(call, question),
    async eraseNumber(question) {
      // Twice: what a request was answered is known only after its beginning was recorded.
      let found = await traced(call, question);
      const records: Record<string, number> = {};
      const kept = new Set<string>();
      for (let next: number | undefined = 1; next !== undefined; ) {
        const step: Awaited<ReturnType<StoreBackend["eraseStep"]>> = await call("eraseStep", question, next, found);
        for (const [type, count] of Object.entries(step.records)) records[type] = (records[type] ?? 0) + count;
        for (const one of step.kept) kept.add(one);
        ({ next, found } = step);
      }
      const rows = await call("eraseFromTables", question);
      await call("settleErasure");
      return { records, rows, kept: [...kept] };
    },
    async close() {
      clearInterval(noting);
      await journal.close();
      try {
        await close();
        place?.note(journal.durableSequence);
      } finally {
        release();
      }
    },
  };
}

async function traced(call: BackendLink["call"], question: NumberQuestion): Promise<FoundSubjects> {
  let found = NO_SUBJECTS;
  for (let next: number | undefined = 1; next !== undefined; ) {
    const step: Awaited<ReturnType<StoreBackend["traceStep"]>> = await call("traceStep", question, next, found);
    ({ next, found } = step);
  }
  return found;
}

function writeCursor({ at, sequence }: MessagePosition): string {
  return Buffer.from(`${at}.${sequence}`).toString("base64url");
}

function writeNumberCursor(last: number): string {
  return Buffer.from(String(last)).toString("base64url");
}

/** Of a list from the highest number on: the last one that was given. */
function readNumberCursor(cursor: string): number {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  if (!/^\d{1,16}$/.test(text)) throw foreignCursor(cursor);
  return Number(text);
}

function readCursor(cursor: string): MessagePosition {
  const [, at, sequence] = /^(\d{1,16})\.(\d{1,16})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (at === undefined || sequence === undefined) {
    throw foreignCursor(cursor);
  }
  return { at: Number(at), sequence: Number(sequence) };
}

function foreignCursor(cursor: string): InvalidCursor {
  return new InvalidCursor(`"${cursor.slice(0, 64)}" is no cursor of this list: give back what "next" said.`);
}
