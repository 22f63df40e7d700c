import { detectionFinding, type EpochMilliseconds } from "@safeguard/core";
import type { Incidents } from "../incidents/incidents.ts";
import { settleLimits } from "../limits/settle-limits.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { SealedFile } from "../store/sealed-file.ts";
import { type SnapshotParts, saveSnapshot } from "./detection-snapshot.ts";
import { engineEventsOf } from "./engine-events.ts";

/** Time passes for detection this often, also when nothing happens. */
const ADVANCE_INTERVAL_MS = 60_000;
/** A snapshot is taken so often, and sooner when so many records came since: a start lives through what came after it. */
const SNAPSHOT_INTERVAL_MS = 5 * 60_000;
const SNAPSHOT_RECORDS = 40_000;
/** Is one due? Looked at so often. It holds up all else while it is taken: that is at most one part in so many. */
const SNAPSHOT_LOOK_MS = 2_000;
const SNAPSHOT_SHARE = 50;
/** Incidents are taken so soon after something that may have changed one: many messages of one attack make one taking. */
const TAKE_AFTER_MS = 100;

export interface LiveDetectionParts extends SnapshotParts {
  readonly file: SealedFile;
  /** The last record that a snapshot or the start has seen: without more there is nothing to save. */
  readonly savedSequence: number;
  readonly incidents: Pick<Incidents, "record" | "checkAlerts">;
  now(): EpochMilliseconds;
  onFault(failure: unknown): void;
}

export interface LiveDetection {
  /** What a record that was just given to the journal means to detection. Decisions counted when they were made. */
  hear(record: JournalRecord): void;
  /** Time passes from now on, and snapshots are written. */
  start(): void;
  /** No more time passes; the last incidents are handed on. */
  stop(): void;
  /** Writes a snapshot where there is anything new; `always`: also where only what is remembered has changed. */
  save(always?: boolean): Promise<void>;
}

/** Keeps the engine's detection going while the server runs. */
export function createLiveDetection(parts: LiveDetectionParts): LiveDetection {
  const { engine, holds, incidents, now, onFault } = parts;
  let { savedSequence } = parts;
  let saving: Promise<void> = Promise.resolve();
  /** When the last snapshot was taken, and for how long all else was held up by it. */
  let takenAt = performance.now();
  let heldUp = 0;
  let advancing: NodeJS.Timeout | undefined;
  let snapshots: NodeJS.Timeout | undefined;
  let taking: NodeJS.Timeout | undefined;

  const take = (): void => {
    clearTimeout(taking);
    taking = undefined;
    const changed = engine.takeIncidents();
    if (changed.length > 0) incidents.record(changed);
  };
  const takeSoon = (): void => {
    taking ??= setTimeout(take, TAKE_AFTER_MS).unref();
  };
  const advance = async (): Promise<void> => {
    const at = now();
    engine.advance(at);
    take();
    await incidents.checkAlerts(at);
  };
  const save = (always = false): Promise<void> => {
    saving = saving.then(async () => {
      if (!always && parts.journal.lastSequence <= savedSequence) return;
      const begun = performance.now();
      // (what holds up all else is done when this call returns)
      const saved = saveSnapshot(parts.file, parts);
      takenAt = performance.now();
      heldUp = takenAt - begun;
      savedSequence = await saved;
    });
    return saving;
  };
  const isDue = (): boolean => {
    const since = performance.now() - takenAt;
    if (since >= SNAPSHOT_INTERVAL_MS) return true;
    return parts.journal.lastSequence - savedSequence >= SNAPSHOT_RECORDS && since >= heldUp * SNAPSHOT_SHARE;
  };

  return {
    hear(record) {
      holds.apply(record);
      settleLimits(engine, record);
      if (record.type === "message_decided" || record.type === "message_due" || record.type === "decision_made") {
        if (detectionFinding(record.verdict)?.incident !== undefined) takeSoon();
        return;
      }
      const events = engineEventsOf(record);
      for (const event of events) engine.apply(event);
      if (events.length > 0) takeSoon();
    },
    start() {
      advancing = setInterval(() => void advance().catch(onFault), ADVANCE_INTERVAL_MS).unref();
      snapshots = setInterval(() => {
        if (!isDue()) return;
        save().catch((failure: unknown) => {
          saving = Promise.resolve();
          onFault(failure);
        });
      }, SNAPSHOT_LOOK_MS).unref();
    },
    stop() {
      clearInterval(advancing);
      clearInterval(snapshots);
      take();
    },
    save,
  };
}
