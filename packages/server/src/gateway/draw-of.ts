import type { MessageId } from "./message-id.ts";

/**
 * The audit's draw for a message, from 0 to 1: the last 32 bits of its id. Nobody without the journal's secret can foresee
 * an id, and it stands in the record, so that the same message draws the same again.
 */
export function drawOf(id: MessageId): number {
  return Number.parseInt(id.slice(-8), 16) / 2 ** 32;
}
