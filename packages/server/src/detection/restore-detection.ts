import { type AccountId, type CompiledPolicy, Engine, type PolicyStamp } from "@safeguard/core";
import { HeldDecisions } from "../decisions/held-decisions.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { DEFAULT_RETENTION } from "../store/retention.ts";
import type { SealedFile } from "../store/sealed-file.ts";
import type { Store } from "../store/store.ts";
import { loadSnapshot, type RestoredSnapshot } from "./detection-snapshot.ts";
import { verifiedKnown } from "./engine-events.ts";
import { JournalReplay, type JournalReplayParts } from "./journal-replay.ts";
import { OpenHolds } from "./open-holds.ts";

const DAY_MS = 86_400_000;
const REMEMBERED_POLICIES = 1000;

/** What the start begins with: the engine of the snapshot, or a new one, and from where on the journal is to be replayed. */
export interface BegunDetection {
  readonly engine: Engine;
  readonly holds: OpenHolds;
  readonly heldDecisions: HeldDecisions;
  /** The last record that the engine has lived through. */
  readonly sequence: number;
}

/** Reads the snapshot. `onUnreadable`: there is one, and why it cannot be used; the whole journal is replayed then. */
export async function beginDetection(
  file: SealedFile,
  { journal }: Pick<Store, "journal">,
  onUnreadable: (why: unknown) => void,
): Promise<BegunDetection> {
  let snapshot: RestoredSnapshot | undefined;
  try {
    snapshot = await loadSnapshot(file, journal);
  } catch (failure) {
    onUnreadable(failure);
  }
  const holds = new OpenHolds();
  const heldDecisions = new HeldDecisions();
  if (snapshot === undefined) return { engine: new Engine(), holds, heldDecisions, sequence: 0 };
  for (const record of snapshot.held) holds.apply(record);
  heldDecisions.restore(snapshot.heldDecisions);
  return { engine: snapshot.engine, holds, heldDecisions, sequence: snapshot.sequence };
}

export interface ReplayedJournal {
  readonly decisions: number;
  /** So many decisions came out differently from their records, which stand all the same. */
  readonly differing: number;
}

/** Lives through what the journal holds after the snapshot. Accounts and policies are known to the engine already. */
export async function replayJournal(
  begun: BegunDetection,
  store: Pick<Store, "journal" | "verified">,
  accounts: Iterable<AccountId>,
  policyOf: JournalReplayParts["policyOf"],
): Promise<ReplayedJournal> {
  const replay = new JournalReplay({ ...begun, policyOf: remembering(policyOf) });
  let last: JournalRecord | undefined;
  for await (const { record } of store.journal.read(begun.sequence + 1)) {
    replay.apply(record);
    last = record;
  }
  if (begun.sequence === 0 && last !== undefined) {
    // Verified numbers are kept for longer than the records that say so.
    const recorded = Math.floor((last.at - DEFAULT_RETENTION.messages) / DAY_MS);
    for (const account of accounts) {
      for await (const { to, firstDay, lastDay, banned } of store.verified.all(account)) {
        if (lastDay < recorded && !banned) begun.engine.apply(verifiedKnown(account, to, firstDay, lastDay));
      }
    }
  }
  return { decisions: replay.decisions, differing: replay.differing };
}

/** The same few policies decide nearly everything. */
function remembering(policyOf: JournalReplayParts["policyOf"]): JournalReplayParts["policyOf"] {
  const known = new Map<string, CompiledPolicy>();
  return (account, stamp, at) => {
    const key = keyOf(account, stamp);
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const policy = policyOf(account, stamp, at);
    if (known.size >= REMEMBERED_POLICIES) known.clear();
    if (policy !== undefined) known.set(key, policy);
    return policy;
  };
}

function keyOf(account: AccountId, { policy, revisions }: PolicyStamp): string {
  return `${account} ${revisions.join()} ${policy}`;
}
