import type { RowBlock } from "./row-block.ts";
import type { ReadingOptions, Surveyed, TrafficProgress } from "./traffic-reader.ts";
import type { TrafficFault } from "./traffic-unreadable.ts";

/** What the reading thread begins with. */
export interface ReadingTask {
  /** The open file. */
  readonly fd: number;
  readonly name: string;
  readonly options: ReadingOptions;
}

/** `first`: begin with the first block, then as `next`. Each is answered once, in the order in which they were asked. */
export type ReadingAsk = "survey" | "first" | "next" | "stop";

export type ReadingAnswer =
  | { readonly type: "surveyed"; readonly surveyed: Surveyed }
  /** Its bytes are a plain Uint8Array by now. */
  | { readonly type: "block"; readonly block: RowBlock }
  /** There is nothing more; or it was stopped. */
  | { readonly type: "end" }
  | { readonly type: "unreadable"; readonly code: TrafficFault; readonly message: string };

export type ReadingWord = ReadingAnswer | { readonly type: "progress"; readonly progress: TrafficProgress };
