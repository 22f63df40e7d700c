import { z } from "../shared/zod.ts";

export const STATES = ["ongoing", "all", "open", "acknowledged", "contained", "closed", "false_alarm"] as const;

/** What the queue is narrowed to, in the page's address. */
export const incidentsSearch = z.object({
  state: z.enum(STATES).optional().catch(undefined),
  destination: z.string().max(4).optional().catch(undefined),
  /** Absent: newest first. */
  sort: z.literal("risk").optional().catch(undefined),
});
