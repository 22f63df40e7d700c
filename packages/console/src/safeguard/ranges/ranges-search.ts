import { z } from "../../shared/zod.ts";

export const RULE_KINDS = ["range", "trusted", "barred", "changed"] as const;

/** Rules of ranges. `q`: digits or words that are looked for. */
export const rangesSearch = z.object({
  q: z.string().optional(),
  kind: z.enum(RULE_KINDS).optional().catch(undefined),
});
