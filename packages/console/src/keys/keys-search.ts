import { z } from "../shared/zod.ts";
import { KEY_STATES } from "./key-state.ts";

export const KEYS = "/channels/settings/keys";

/** What is looked for stands in the address. `state` absent: all but those that are revoked. */
export const keysSearch = z.object({
  q: z.coerce.string().max(100).optional().catch(undefined),
  state: z
    .enum([...KEY_STATES, "all"])
    .optional()
    .catch(undefined),
  mode: z.enum(["live", "test"]).optional().catch(undefined),
});
