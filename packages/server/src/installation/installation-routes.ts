import { NUMBERING_TABLE } from "@safeguard/core";
import { z } from "zod";
import { SCOPES } from "../accounts/api-key.ts";
import { ROLES, scopesOfRole } from "../accounts/permissions.ts";
import type { RoutePlugin } from "../api/app.ts";
import type { PriceTable } from "../prices/price-table.ts";
import { DEFAULT_RETENTION, RETENTION_CLASSES } from "../store/retention.ts";

const DAY_MS = 86_400_000;

export const installationView = z
  .object({
    version: z.string(),
    numberingTable: z.string().describe("Of the numbering plan by which numbers are told apart."),
    importedPrices: z.int().describe("How many prices were imported; 0: the published ones hold."),
    retention: z
      .array(z.object({ class: z.enum(RETENTION_CLASSES), days: z.number() }))
      .describe("How long what is kept. The same for every account."),
    roles: z
      .array(z.object({ role: z.enum(ROLES), permissions: z.array(z.enum(SCOPES)).readonly() }))
      .describe("What a member with a role may do."),
  })
  .meta({ id: "Installation" });

export interface InstallationDeps {
  readonly version: string;
  readonly prices: Pick<PriceTable, "entries">;
}

/** `/v1/installation`: what is the same for all accounts of this server. */
export function installationRoutes({ version, prices }: InstallationDeps): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/installation",
      {
        config: { scope: "accounts:read" },
        schema: {
          tags: ["Accounts"],
          summary: "What is the same for all accounts: version, data files, retention, roles",
          response: { 200: installationView },
        },
      },
      async () => ({
        version,
        numberingTable: NUMBERING_TABLE,
        importedPrices: prices.entries().length,
        retention: RETENTION_CLASSES.map((name) => ({ class: name, days: DEFAULT_RETENTION[name] / DAY_MS })),
        roles: ROLES.map((role) => ({ role, permissions: scopesOfRole(role) })),
      }),
    );
  };
}
