import { z } from "../../shared/zod.ts";

/** Networks of keys. `q`: of the key; `address`: who is let in from there. */
export const networksSearch = z.object({ q: z.string().optional(), address: z.string().optional() });
