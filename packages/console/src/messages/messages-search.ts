import { z } from "../shared/zod.ts";

export const MESSAGES = "/channels/messages";

/** In the page's address: what is looked for (see search-syntax.ts), and which message is open. */
export const messagesSearch = z.object({
  q: z.string().max(500).optional().catch(undefined),
  message: z.string().max(64).optional().catch(undefined),
});
