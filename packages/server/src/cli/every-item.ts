import { z } from "zod";
import type { ApiClient, ApiRequest } from "./api-client.ts";

/** All items of a list (or the first so many), page by page. */
export async function everyItem<S extends z.ZodType>(
  client: ApiClient,
  request: ApiRequest,
  item: S,
  most = Number.POSITIVE_INFINITY,
): Promise<z.output<S>[]> {
  const page = z.object({ items: z.array(item), next: z.string().nullable() });
  const items: z.output<S>[] = [];
  let cursor: string | null = null;
  do {
    const separator = request.path.includes("?") ? "&" : "?";
    const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer: z.output<typeof page> = await client.request(
      { ...request, path: `${request.path}${separator}limit=${Math.min(1000, most - items.length)}${from}` },
      page,
    );
    items.push(...answer.items);
    cursor = answer.next;
  } while (cursor !== null && items.length < most);
  return items;
}
