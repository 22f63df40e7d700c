import { z } from "zod";
import type { Directory } from "../accounts/directory.ts";
import type { Serially } from "../accounts/serially.ts";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Changes } from "../changes.ts";
import { accountsBelow } from "../customers/accounts-below.ts";
import type { Brand } from "./brand.ts";
import { brandView, LOGO_PATH, viewOfBrand } from "./brand-view.ts";
import type { Brands } from "./brands.ts";
import { readLogo } from "./read-logo.ts";

const tags = ["Customers"];

const brandBody = z
  .strictObject({
    name: z.string().trim().min(1).max(40).nullable().exactOptional(),
    colour: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, "must be # and six hex digits, such as #0b7285")
      .transform((text) => text.toLowerCase())
      .nullable()
      .exactOptional(),
    logo: z
      .string()
      .max(90_000)
      .nullable()
      .exactOptional()
      .describe("PNG or WebP in base64: at most 65,536 bytes, and 1,024 pixels each way."),
  })
  .describe("What is left out stays; null takes it away.")
  .meta({ id: "BrandChange" });

const brandStateView = z
  .object({
    shown: brandView
      .nullable()
      .describe("What its people see: its own, or that of the nearest account above with one."),
    own: brandView.nullable(),
    mayHaveOne: z.boolean().describe("Accounts with others below them, or with none above, can have their own."),
  })
  .meta({ id: "BrandState" });

export interface BrandRouteDeps {
  readonly brands: Brands;
  readonly directory: Directory;
  readonly changes: Changes;
  readonly serially: Serially;
}

/** `/v1/brand`: name, logo and colour of an account's own, for itself and those below it. */
export function brandRoutes({ brands, directory, changes, serially }: BrandRouteDeps): RoutePlugin {
  const stateOf = ({ id, parent }: { readonly id: Brand["account"]; readonly parent?: Brand["account"] }) => {
    const [shown, own] = [brands.shown(id), brands.own(id)];
    return {
      shown: shown === undefined ? null : viewOfBrand(shown),
      own: own === undefined ? null : viewOfBrand(own),
      mayHaveOne: parent === undefined || accountsBelow(directory, id).length > 0,
    };
  };
  return async (app) => {
    app.get(
      "/v1/brand",
      {
        config: { scope: "accounts:read" },
        schema: { tags, summary: "Get name, logo and colour of the account", response: { 200: brandStateView } },
      },
      async ({ accountContext: { account } }) => stateOf(account),
    );
    app.put(
      "/v1/brand",
      {
        config: { scope: "accounts:write" },
        bodyLimit: 128 * 1024,
        schema: {
          tags,
          summary: "Choose name, logo and colour, for the account and those below it",
          body: brandBody,
          response: { 200: brandStateView },
        },
      },
      async ({ accountContext: { account, actor, at }, body }) => {
        const logo = body.logo == null ? undefined : readLogo(body.logo);
        if (logo?.ok === false) {
          throw new ServiceError("invalid_request", "Not valid: logo.", [{ field: "logo", message: logo.message }]);
        }
        if (!stateOf(account).mayHaveOne) {
          throw new ServiceError("conflict", "Only an account with others below it, or with none above, has its own.");
        }
        return serially(async () => {
          const before = brands.own(account.id);
          const name = body.name === undefined ? before?.name : (body.name ?? undefined);
          const colour = body.colour === undefined ? before?.colour : (body.colour ?? undefined);
          const picture = body.logo === undefined ? before?.logo : logo?.logo;
          const brand: Brand = {
            account: account.id,
            ...(name !== undefined && { name }),
            ...(colour !== undefined && { colour }),
            ...(picture !== undefined && { logo: picture }),
          };
          await changes.commit([{ type: "brand_saved", at, actor, brand }]);
          return stateOf(account);
        });
      },
    );
    // Of whoever shows it: an address that only one who has seen it knows, and a picture that is no secret.
    app.get(
      `${LOGO_PATH}/:file`,
      {
        config: { scope: "public" },
        schema: {
          tags,
          summary: "Get a logo that is shown",
          params: z.object({ file: z.string().max(100) }),
        },
      },
      async ({ params: { file } }, reply) => {
        const [sha256 = "", type, ...rest] = file.split(".");
        const logo = brands.logo(sha256);
        if (logo === undefined || rest.length > 0 || logo.type !== `image/${type}`) {
          throw new ServiceError("not_found", "There is no such logo.");
        }
        return reply
          .type(logo.type)
          .headers({
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
            "content-disposition": "inline",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "public, max-age=31536000, immutable",
          })
          .send(Buffer.from(logo.base64, "base64"));
      },
    );
  };
}
