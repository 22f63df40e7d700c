import { z } from "../shared/zod.ts";

export const ALERTS = "/channels/settings/business-messaging/alerts";

export const TABS = ["alerts", "settings", "deliveries"] as const;
export const DELIVERY_STATES = ["waiting", "taken", "failed"] as const;

/** `alerts`: those that are over, too. `state`, `receiver`: of deliveries. */
export const alertsSearch = z.object({
  tab: z.enum(TABS).optional().catch(undefined),
  alerts: z.literal("all").optional().catch(undefined),
  state: z.enum(DELIVERY_STATES).optional().catch(undefined),
  receiver: z.string().max(300).optional().catch(undefined),
});
