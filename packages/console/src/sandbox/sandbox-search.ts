import { z } from "../shared/zod.ts";

export const sandboxSearch = z.object({
  /** Part of a number. */
  to: z.coerce.string().max(20).optional().catch(undefined),
});
