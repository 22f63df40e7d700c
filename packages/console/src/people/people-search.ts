import { z } from "../shared/zod.ts";

export const PEOPLE = "/settings/people";
/** One's own password, second factor and sessions. */
export const OWN_SIGN_IN = "/settings/sign-in";

/** From the most to the least. */
export const ROLES = ["owner", "operator", "analyst", "read_only"] as const;
export type Role = (typeof ROLES)[number];

export const peopleSearch = z.object({
  q: z.coerce.string().max(100).optional().catch(undefined),
  role: z.enum(ROLES).optional().catch(undefined),
});
