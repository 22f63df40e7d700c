import { z } from "../shared/zod.ts";

export const PERIOD_DAYS = [1, 7, 30] as const;

export const overviewSearch = z.object({
  /** Absent: 7. */
  days: z.literal(PERIOD_DAYS).optional().catch(undefined),
});
