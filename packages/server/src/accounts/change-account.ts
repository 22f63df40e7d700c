import { randomBytes } from "node:crypto";
import type { Seal } from "../store/seal.ts";
import type { Account, AnswerSettings, ReportTargets } from "./account.ts";
import type { AccountPatch } from "./account-body.ts";
import { parseNetwork } from "./network.ts";
import { webhookSecretPurpose } from "./sealed-purposes.ts";

export interface ChangedAccount {
  readonly account: Account;
  /** A webhook secret that was made with it: to be shown once. */
  readonly webhookSecret: string | undefined;
}

/** The account with the given settings changed; what is not given stays, and null takes a setting away. */
export function changeAccount(seal: Seal, account: Account, patch: AccountPatch): ChangedAccount {
  const { declaredChannels, fourEyes, answers, reports, networks, ...same } = patch;
  const { declaredChannels: declaredBefore, fourEyes: fourEyesBefore, ...rest } = account;
  const watched = fourEyes === undefined ? fourEyesBefore : (fourEyes ?? undefined);
  const declared = declaredChannels === undefined ? declaredBefore : declaredChannels;
  const { targets, webhookSecret } = changeReports(seal, account, reports);
  return {
    account: {
      ...rest,
      ...withoutUndefined(same),
      ...(declared === undefined || declared === null ? {} : { declaredChannels: declared }),
      ...(watched === undefined ? {} : { fourEyes: watched }),
      ...(networks === undefined ? {} : { networks: networks.map(canonicalNetwork) }),
      answers: mergeAnswers(account.answers, answers),
      reports: targets,
    },
    webhookSecret,
  };
}

/** A Standard Webhooks signing secret: `whsec_` and 24 random bytes in base64. */
export function mintWebhookSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}

function changeReports(
  seal: Seal,
  account: Account,
  patch: AccountPatch["reports"],
): { readonly targets: ReportTargets; readonly webhookSecret: string | undefined } {
  const before = account.reports;
  const cmUrl = patch?.cmUrl === undefined ? before.cmUrl : patch.cmUrl;
  const webhookUrl = patch?.webhookUrl === undefined ? before.webhookUrl : patch.webhookUrl;
  const secret =
    (webhookUrl ?? undefined) !== undefined && before.webhookSecretSealed === undefined
      ? mintWebhookSecret()
      : undefined;
  const sealed =
    secret === undefined ? before.webhookSecretSealed : seal.seal(secret, webhookSecretPurpose(account.id));
  return {
    targets: {
      ...(cmUrl === undefined || cmUrl === null ? {} : { cmUrl }),
      ...(webhookUrl === undefined || webhookUrl === null ? {} : { webhookUrl }),
      ...(sealed === undefined ? {} : { webhookSecretSealed: sealed }),
      ...(before.previousWebhookSecret === undefined ? {} : { previousWebhookSecret: before.previousWebhookSecret }),
    },
    webhookSecret: secret,
  };
}

function mergeAnswers(before: AnswerSettings, patch: AccountPatch["answers"]): AnswerSettings {
  return {
    cm: { ...before.cm, ...withoutUndefined(patch?.cm ?? {}) },
    twilio: { ...before.twilio, ...withoutUndefined(patch?.twilio ?? {}) },
  };
}

function canonicalNetwork(text: string): string {
  const result = parseNetwork(text);
  return result.ok ? result.canonical : text;
}

/** Spreading `{ name: undefined }` would erase what was there. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
