import { z } from "zod";
import { SCOPES } from "../accounts/api-key.ts";
import { ROLES } from "../accounts/permissions.ts";
import { brandView } from "../brand/brand-view.ts";
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from "./sign-in.ts";

export const password = z
  .string()
  .min(SHORTEST_PASSWORD, `must have at least ${SHORTEST_PASSWORD} characters`)
  .max(LONGEST_PASSWORD, `must have at most ${LONGEST_PASSWORD} characters`);
const token = z.string().min(1).max(4096).describe("What follows the `#` of the link.");
const name = z.string().trim().min(1).max(100);

export const linkBody = z.strictObject({ token }).meta({ id: "SignInLinkToken" });
export const linkView = z
  .object({
    type: z.enum(["setup", "invitation", "reset"]),
    email: z.string().nullable(),
    account: z.string().nullable().describe("The name of the account that the person comes into."),
    brand: brandView.nullable().describe("What that account shows in the place of the product's own name and mark."),
    until: z.iso.datetime(),
  })
  .meta({ id: "SignInLink" });

export const setupBody = z
  .strictObject({
    token,
    name,
    email: z.email().max(254),
    password,
    countries: z
      .array(z.string())
      .max(300)
      .default([])
      .describe("Where the business sends: an allow list. Empty: the policy stays as it is."),
  })
  .meta({ id: "SetUp" });
export const joinBody = z.strictObject({ token, password }).meta({ id: "Join" });
export const resetLinkBody = z
  .strictObject({
    email: z.email().max(254),
    removeSecondFactor: z
      .boolean()
      .default(false)
      .describe("For who has lost it, with its recovery codes: when the link is used, it is taken away, too."),
  })
  .meta({ id: "ResetLink" });
export const signOutBody = z.strictObject({ email: z.email().max(254) }).meta({ id: "SignOut" });
export const resetBody = z.strictObject({ token, password }).meta({ id: "NewPassword" });

export const signedInView = z
  .object({
    person: z.object({
      name: z.string(),
      email: z.string(),
      twoFactor: z.boolean(),
      lacksSecondFactor: z
        .boolean()
        .describe(
          "A second factor is required here, and until it is set up nothing else can be done: `accounts` is empty.",
        ),
    }),
    session: z.string(),
    accounts: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          parent: z.string().nullable(),
          role: z.enum(ROLES),
          permissions: z.array(z.enum(SCOPES)).readonly(),
          suspended: z.boolean(),
        }),
      )
      .describe("Those that the person may act for: its own, and those below them."),
  })
  .meta({ id: "SignedIn" });

export const signInStateView = z
  .object({
    needsSetup: z.boolean().describe("Nobody has a login yet: the link was printed at the start."),
    identityProvider: z.string().nullable().describe("Name of the OpenID Connect provider."),
    sandbox: z.boolean(),
    version: z.string(),
    brand: brandView
      .nullable()
      .describe("Where all accounts are below one: what that shows in the place of the product's own name and mark."),
  })
  .meta({ id: "SignInState" });

export const sessionView = z
  .object({
    id: z.string(),
    isThisOne: z.boolean(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: "Session" });

export const pathView = z
  .object({
    path: z.string().describe("Below the address of this server. Good once."),
    url: z.string().nullable().describe("The whole link; `null`: the server has not been told its public address."),
    until: z.iso.datetime(),
  })
  .meta({ id: "SignInPath" });
