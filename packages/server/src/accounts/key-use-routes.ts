import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import type { Directory } from "./directory.ts";
import type { KeyUses } from "./key-uses.ts";

export const keyUsesView = z
  .object({
    items: z.array(
      z.object({
        key: z.string(),
        lastUsedAt: z.string().nullable().describe("To the minute. null: not used, as far as is known."),
        requests7Days: z.int().describe("Requests that it was let in with in the last seven days, today among them."),
      }),
    ),
  })
  .meta({ id: "KeyUses" });

/** `/v1/keys/uses`: which keys are in use, so that the others can go. */
export function keyUseRoutes({
  directory,
  uses,
}: {
  readonly directory: Pick<Directory, "keysOf">;
  readonly uses: KeyUses;
}): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/keys/uses",
      {
        config: { scope: "keys:write" },
        schema: {
          tags: ["Keys"],
          summary: "Say when each of the account's keys was used last, and how often",
          description: "Counted in memory and written down once a minute: what a crash loses is the last minute.",
          response: { 200: keyUsesView },
        },
      },
      async ({ accountContext: { account, at } }) => ({
        items: directory.keysOf(account.id).map(({ id }) => {
          const lastAt = uses.of(id)?.lastAt;
          return {
            key: id,
            lastUsedAt: lastAt === undefined ? null : new Date(lastAt).toISOString(),
            requests7Days: uses.requests(id, at),
          };
        }),
      }),
    );
  };
}
