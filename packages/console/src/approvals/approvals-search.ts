import { z } from "../shared/zod.ts";

export const APPROVALS = "/channels/settings/business-messaging/approvals";

/** `show`: also what was decided on. */
export const approvalsSearch = z.object({ show: z.literal("all").optional().catch(undefined) });
