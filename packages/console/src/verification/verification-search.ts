import { z } from "../shared/zod.ts";

export const VERIFICATION = "/channels/verification";
export const DAYS = [7, 30, 90] as const;
export const BREAKDOWNS = ["destination", "range", "route"] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

/** In the page's address. Absent: 30 days, by destination, all of them. */
export const verificationSearch = z.object({
  days: z.literal(DAYS).optional().catch(undefined),
  by: z.enum(BREAKDOWNS).optional().catch(undefined),
  destination: z.string().max(8).optional().catch(undefined),
});
