import type { EpochMilliseconds } from "@safeguard/core";
import { failpoint } from "../../config/failpoint.ts";
import type { MessageWaits } from "../../store/journal-record.ts";
import type { WaitingMessage } from "../../store/store.ts";
import type { MessageId } from "../message-id.ts";
import { callConnectors } from "../screening/call-connectors.ts";
import type { ScreeningParts } from "../screening/screening-parts.ts";
import { waitEnded } from "../screening/wait-ended.ts";
import { decideDue } from "./decide-due.ts";
import type { Batch, DueParts, Leaving } from "./due-message.ts";
import { recordOutcome } from "./record-outcome.ts";
import { readWaitingContent } from "./waiting-content.ts";
import { stateOfWaiting, step } from "./waiting-state.ts";

/**
 * Takes messages whose time has come one step on: each is decided again on the revision of now, and, if it still may go,
 * gets one attempt at one provider; or it waits anew, or ends. Resolves when all of that is durable. `onWaits` hears of
 * those that wait on, when that is durable. `hasEnded`: its number was erased meanwhile, and it goes nowhere any more.
 */
export async function submitDue(
  parts: DueParts,
  waiting: readonly WaitingMessage[],
  onWaits: (waits: readonly MessageWaits[]) => void,
  hasEnded: (message: MessageId) => boolean,
): Promise<void> {
  const contents = await parts.store.waiting.contents(waiting.map(({ id }) => id));
  const views = await Promise.all(
    waiting.map(({ id, inDoubt, attempts }) =>
      inDoubt || attempts > 0 ? parts.store.messages.findById(id) : undefined,
    ),
  );
  // From here up to the append nothing may wait: the order of decisions is the order of the journal.
  const at = parts.now();
  const batch: Batch = { records: [], waits: [], notices: 0 };
  const leaving: Leaving[] = [];
  for (const [index, one] of waiting.entries()) {
    if (hasEnded(one.id)) continue;
    const text = contents[index];
    const content = text === undefined ? undefined : readWaitingContent(text);
    const view = views[index];
    const left = content === undefined ? endWithout(batch, one, at) : decideDue(parts, batch, one, content, view, at);
    if (left !== undefined) leaving.push(left);
  }
  failpoint("before-intent-write");
  await write(parts, batch, onWaits);
  failpoint("after-intent-write");
  const chunks = [...Map.groupBy(leaving, ({ connector }) => connector)].flatMap(([connector, messages]) =>
    chunked(messages, connector.maxBatch),
  );
  await Promise.all(
    chunks.map(async (chunk) => {
      failpoint("before-provider-call");
      const outcomes = await callConnectors(
        parts,
        chunk.map((message) => [message, message.connector]),
      );
      failpoint("after-provider-answer");
      const ended: Batch = { records: [], waits: [], notices: 0 };
      for (const [index, message] of chunk.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) throw new Error("a submission has no outcome");
        recordOutcome(parts, ended, message, outcome, hasEnded(message.id), parts.now());
      }
      await write(parts, ended, onWaits);
      failpoint("after-outcome-write");
    }),
  );
}

async function write(
  parts: ScreeningParts,
  { records, waits, notices }: Batch,
  onWaits: (waits: readonly MessageWaits[]) => void,
): Promise<void> {
  await parts.journal.append(records);
  if (notices > 0) parts.noticesQueued();
  if (waits.length > 0) onWaits(waits);
}

/** What it takes is not there, or a later version's: nobody can send it. */
function endWithout(batch: Batch, waiting: WaitingMessage, at: EpochMilliseconds): undefined {
  const { name } = step(stateOfWaiting(waiting), { type: "canceled" });
  batch.records.push(waitEnded(waiting.id, waiting.account, at, name === "in_doubt" ? "in_doubt" : "erased"));
  return undefined;
}

function chunked<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
  return chunks;
}
