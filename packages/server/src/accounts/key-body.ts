import { PURPOSES } from "@safeguard/core";
import { z } from "zod";
import { type Account, SEND_MODES } from "./account.ts";
import { networksBody, policyNameBody } from "./account-body.ts";
import { type ApiKey, SCOPES } from "./api-key.ts";
import type { MintedKey } from "./mint-key.ts";

const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2027-01-31T00:00:00Z" });

const settings = {
  name: z.string().trim().min(1).max(200).describe("What the key is for, so that people recognise it."),
  scopes: z.array(z.enum(SCOPES)).min(1).describe("What the key may do; at most what its maker may do."),
  networks: networksBody,
  policy: policyNameBody.nullable().describe("Decides for messages that name no policy. null: as the account says."),
  mayChoosePolicies: z.array(policyNameBody).max(100).describe("Policies that a message may name."),
  mayDisableRiskCheck: z.boolean().describe("Honour `riskCheck: disable` (Twilio: `RiskCheck=disable`)."),
  purpose: z.enum(PURPOSES).nullable().describe("Of messages that name none. null: as the account says."),
  sendMode: z
    .enum(SEND_MODES)
    .nullable()
    .describe("`sync`: wait for the provider's answer; `async`: accept and send later. null: as the account says."),
  expiresAt: instant.nullable().describe("From then on the key is refused."),
};

export const keyPatchBody = z.strictObject(settings).partial().meta({ id: "KeyChange" });
export type KeyPatch = z.infer<typeof keyPatchBody>;

export const newKeyBody = keyPatchBody
  .extend({
    name: settings.name,
    scopes: settings.scopes,
    mode: z.enum(["live", "test"]).describe("A test key reaches only the sandbox."),
  })
  .meta({ id: "NewKey" });
export type NewKey = z.infer<typeof newKeyBody>;

export const rerollBody = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(86_400)
      .describe("How long the old secrets stay good. Default a day, at most 30 days; 0: not at all."),
  })
  .meta({ id: "Reroll" });

export const keyView = z
  .object({
    id: z.string(),
    account: z.string(),
    name: z.string(),
    mode: z.enum(["live", "test"]),
    scopes: z.array(z.enum(SCOPES)),
    hint: z.string().describe("The last four characters of the secret."),
    networks: z.array(z.string()),
    policy: z.string().nullable(),
    mayChoosePolicies: z.array(z.string()),
    mayDisableRiskCheck: z.boolean(),
    purpose: z.enum(PURPOSES).nullable(),
    sendMode: z.enum(SEND_MODES).nullable(),
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
    suspendedAt: z.string().nullable().describe("Since then it is refused. null: it is not."),
    person: z
      .string()
      .nullable()
      .describe("Of a personal access key: whose. It may do what the person's role permits, and has no scopes."),
    oldSecretsUntil: z.string().nullable().describe("After a reroll: how long the secrets before it are good."),
  })
  .meta({ id: "Key" });

export const mintedKeyView = keyView
  .extend({
    secret: z.string().describe("For the native API. Shown once."),
    productToken: z.string().describe("For CM.com clients. Shown once."),
    authToken: z.string().describe("For Twilio clients, with `twilioSid`. Shown once."),
    twilioSid: z
      .string()
      .describe("The account's SID in the Twilio dialect: no secret, and the same for all its keys."),
  })
  .meta({ id: "MintedKey" });

export function viewOfKey(key: ApiKey): z.infer<typeof keyView> {
  return {
    id: key.id,
    account: key.account,
    name: key.name,
    mode: key.mode,
    scopes: [...key.scopes],
    hint: key.hint,
    networks: [...key.networks],
    policy: key.policy ?? null,
    mayChoosePolicies: [...key.mayChoosePolicies],
    mayDisableRiskCheck: key.mayDisableRiskCheck,
    purpose: key.purpose ?? null,
    sendMode: key.sendMode ?? null,
    createdAt: iso(key.createdAt),
    expiresAt: key.expiresAt === undefined ? null : iso(key.expiresAt),
    revokedAt: key.revokedAt === undefined ? null : iso(key.revokedAt),
    suspendedAt: key.suspendedAt === undefined ? null : iso(key.suspendedAt),
    person: key.person ?? null,
    oldSecretsUntil: key.previous === undefined ? null : iso(key.previous.until),
  };
}

export function viewOfMintedKey(
  key: ApiKey,
  minted: Omit<MintedKey, "id">,
  { twilioSid }: Pick<Account, "twilioSid">,
): z.infer<typeof mintedKeyView> {
  const { secret, productToken, authToken } = minted;
  return { ...viewOfKey(key), secret, productToken, authToken, twilioSid };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
