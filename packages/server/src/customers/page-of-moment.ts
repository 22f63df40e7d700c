import type { PageQuery } from "../api/page.ts";
import { ServiceError } from "../api/service-error.ts";

/**
 * A page of what is worked out anew with each request and moves in between: the cursor is how far one has come, so a page
 * never begins again where another ended, and what moved meanwhile may come twice or be left out.
 */
export function pageOfMoment<T>(
  all: readonly T[],
  { limit, cursor = "0" }: PageQuery,
): { readonly items: readonly T[]; readonly next: string | null } {
  if (!/^\d{1,9}$/.test(cursor)) {
    throw new ServiceError("invalid_request", "The cursor is none of this list.", [
      { field: "cursor", message: "is none of this list; use `next` of the page before" },
    ]);
  }
  const start = Number(cursor);
  const end = start + Number(limit);
  return { items: all.slice(start, end), next: end < all.length ? String(end) : null };
}
