import { z } from "zod";
import { ServiceError } from "./service-error.ts";

/** Query of every list. Query strings hold text, so the limit is read from digits. */
export const pageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, "must be a whole number from 1 to 1000")
    .refine((text) => Number(text) <= 1000, "must be a whole number from 1 to 1000")
    .default("50")
    .describe("How many at most. Default 50, at most 1000."),
  cursor: z.string().min(1).max(500).exactOptional().describe("`next` of the page before."),
});

export type PageQuery = z.infer<typeof pageQuery>;

/** A page of a list. `next`: give it as `cursor` to get the following page; null: this was the last. */
export function pageView<T extends z.ZodType>(item: T, id: string) {
  return z.object({ items: z.array(item), next: z.string().nullable() }).meta({ id });
}

/** A page of what is in memory, in its order; the cursor is the id of the last item seen. */
export function pageOf<T, View>(
  all: readonly T[],
  query: PageQuery,
  idOf: (item: T) => string,
  viewOf: (item: T) => View,
): { items: View[]; next: string | null } {
  const limit = Number(query.limit);
  let start = 0;
  if (query.cursor !== undefined) {
    const seen = all.findIndex((item) => idOf(item) === query.cursor);
    if (seen < 0) {
      throw new ServiceError("invalid_request", "The cursor is none of this list.", [
        { field: "cursor", message: "is none of this list; use `next` of the page before" },
      ]);
    }
    start = seen + 1;
  }
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  const more = start + limit < all.length;
  return { items: items.map(viewOf), next: more && last !== undefined ? idOf(last) : null };
}
