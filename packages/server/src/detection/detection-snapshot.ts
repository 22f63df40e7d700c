import { deserialize, serialize } from "node:v8";
import { Engine, type EngineSnapshot } from "@safeguard/core";
import type { HeldDecisions } from "../decisions/held-decisions.ts";
import type { MessageId } from "../gateway/message-id.ts";
import type { Journal } from "../store/journal.ts";
import type { MessageDecided } from "../store/journal-record.ts";
import type { SealedFile } from "../store/sealed-file.ts";
import type { OpenHolds } from "./open-holds.ts";

const FORMAT = 2;

/** The state of detection after a record of the journal. */
interface DetectionSnapshot {
  readonly format: number;
  /** Of the last record that it has in it. */
  readonly sequence: number;
  /** That record's id: tells this journal from any other, and from what another was before it was put back. */
  readonly lastId: MessageId;
  /** Without accounts and policies, which the tables keep. */
  readonly engine: EngineSnapshot;
  readonly held: readonly MessageDecided[];
  readonly heldDecisions: ReturnType<HeldDecisions["list"]>;
}

export interface SnapshotParts {
  readonly journal: Journal;
  readonly engine: Engine;
  readonly holds: OpenHolds;
  readonly heldDecisions: HeldDecisions;
}

/**
 * Writes the state as it is after the last record given to the journal. It is taken at once, and written when those records
 * are durable: a snapshot is never ahead of its journal. Returns its sequence number.
 */
export async function saveSnapshot(file: SealedFile, parts: SnapshotParts): Promise<number> {
  const { journal, engine, holds, heldDecisions } = parts;
  const sequence = journal.lastSequence;
  const snapshot: DetectionSnapshot = {
    format: FORMAT,
    sequence,
    lastId: journal.upcomingId(-1),
    engine: { ...engine.snapshot(), events: [] },
    held: holds.list(),
    heldDecisions: heldDecisions.list(),
  };
  const content = serialize(snapshot);
  await journal.settled();
  await file.write(content);
  return sequence;
}

/** What a start begins with; without a snapshot that fits this journal, with nothing. */
export interface RestoredSnapshot {
  readonly engine: Engine;
  readonly sequence: number;
  readonly held: readonly MessageDecided[];
  readonly heldDecisions: ReturnType<HeldDecisions["list"]>;
}

/** Undefined: there is none, or none of this journal. Throws what cannot be read. */
export async function loadSnapshot(file: SealedFile, journal: Journal): Promise<RestoredSnapshot | undefined> {
  const content = await file.read();
  if (content === undefined) return undefined;
  const snapshot = deserialize(content) as DetectionSnapshot;
  if (snapshot.format !== FORMAT) return undefined;
  const { sequence, lastId, held, heldDecisions } = snapshot;
  if (sequence > journal.lastSequence || journal.upcomingId(sequence - journal.lastSequence - 1) !== lastId)
    return undefined;
  return { engine: Engine.restore(snapshot.engine), sequence, held, heldDecisions };
}
