import { z } from "../shared/zod.ts";

export const LIVE = "/channels/live";
export const ACTIONS = ["allow", "challenge", "hold", "block"] as const;
export type Action = (typeof ACTIONS)[number];
export const PURPOSES = ["otp", "notification", "marketing"] as const;

/** In the page's address: what is counted, and the time that is chosen in it (seconds since 1970, the end not in it). */
export const liveSearch = z.object({
  destination: z.string().max(8).optional().catch(undefined),
  purpose: z.enum(PURPOSES).optional().catch(undefined),
  action: z.enum(ACTIONS).optional().catch(undefined),
  from: z.int().min(0).optional().catch(undefined),
  until: z.int().min(0).optional().catch(undefined),
});
