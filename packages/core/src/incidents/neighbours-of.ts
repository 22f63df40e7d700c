import type { EpochMilliseconds } from "../brand.ts";
import type { AccountDetection } from "../detection/account-detection.ts";
import type { IncidentPictures } from "./incident-pictures.ts";

/** A session just beside the number line of an incident. */
export interface Neighbour {
  /** From the line's first number: below 0, or from the line's size on. */
  readonly offset: number;
  readonly at: EpochMilliseconds;
}

/** Neighbours that are listed at most, the newest. */
const MOST_NEIGHBOURS = 300;

/**
 * Sessions of the blocks of the same size below and above the number line, from a day before the line's first attempt on, as
 * far as they are remembered: an attack stands out against them. Oldest first.
 */
export function neighboursOf(
  { signals: { log } }: Pick<AccountDetection, "signals">,
  { prefix, size, ticks }: IncidentPictures["line"],
): readonly Neighbour[] {
  const first = Number(prefix.slice(1)) * size;
  const since = (ticks[0]?.at ?? Number.POSITIVE_INFINITY) - DAY_MS;
  const neighbours: Neighbour[] = [];
  for (let session = log.head - 1; session >= log.tail && neighbours.length < MOST_NEIGHBOURS; session--) {
    const at = log.at(session);
    if (at < since) break;
    const offset = log.line(session) - first;
    if (offset < -size || offset >= 2 * size || (offset >= 0 && offset < size)) continue;
    neighbours.push({ offset, at: at as EpochMilliseconds });
  }
  return neighbours.reverse();
}

const DAY_MS = 86_400_000;
