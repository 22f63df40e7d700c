import { z } from "../shared/zod.ts";

/** Where the pages of Customers are. */
export const CUSTOMERS = "/customers";

/** Its tabs: each has an address of its own, and its name under `customers.tab`. */
export const CUSTOMER_TABS = [
  { name: "accounts", to: CUSTOMERS },
  { name: "incidents", to: `${CUSTOMERS}/incidents` },
  { name: "rollouts", to: `${CUSTOMERS}/rollouts` },
  { name: "brand", to: `${CUSTOMERS}/brand` },
] as const;

/** By what the list can be put in order, as the API calls it. */
export type CustomerSort =
  | "at_risk"
  | "lost"
  | "incidents"
  | "feedback"
  | "policy"
  | "messages"
  | "blocked"
  | "state"
  | "name";
/** To what the list can be narrowed, as the API calls it. */
export const NARROWED = ["incidents", "feedback_missing", "open_policy", "suspended"] as const;

const text = z.coerce.string().max(100).optional().catch(undefined);

/** What the list of accounts is narrowed to, in the page's address. */
export const customersSearch = z.object({
  q: text,
  show: z.enum(NARROWED).optional().catch(undefined),
  /** Absent: what an hour of incidents costs. */
  sort: z
    .enum(["lost", "incidents", "feedback", "policy", "messages", "blocked", "state", "name"])
    .optional()
    .catch(undefined),
  /** The other way round. */
  up: z.literal(true).optional().catch(undefined),
});

export const CUSTOMER_INCIDENT_STATES = ["ongoing", "open", "acknowledged", "contained"] as const;

export const customerIncidentsSearch = z.object({
  q: text,
  state: z.enum(["open", "acknowledged", "contained"]).optional().catch(undefined),
  destination: z.string().max(4).optional().catch(undefined),
  /** Absent: the dearest first. */
  sort: z.literal("newest").optional().catch(undefined),
});

/** Which accounts of a roll-out are shown; absent: all. */
export const rolloutSearch = z.object({
  outcome: z.enum(["none", "in_force", "pending", "unchanged", "changed", "refused"]).optional().catch(undefined),
});
