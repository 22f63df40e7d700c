import type { Account, AccountChange } from "@safeguard/client";

/** What the page lets one change, as it stands in the fields. */
export type SettingsDraft = Pick<
  Account,
  "name" | "currency" | "defaultPurpose" | "answers" | "sendMode" | "onInDoubt" | "onSameReference" | "fourEyes"
>;

export const SETTINGS = "/settings/account";
export const PURPOSES = ["otp", "notification", "marketing"] as const;
/** Four eyes until somebody says another number. */
export const USUAL_HOURS = 72;

export function draftOf(account: Account): SettingsDraft {
  const { name, currency, defaultPurpose, answers, sendMode, onInDoubt, onSameReference, fourEyes } = account;
  return { name, currency, defaultPurpose, answers, sendMode, onInDoubt, onSameReference, fourEyes };
}

/** Only what is another than the account has; empty: nothing. */
export function changeOf(account: Account, draft: SettingsDraft): AccountChange {
  const before = draftOf(account);
  const changed = (Object.keys(before) as (keyof SettingsDraft)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(draft[field]),
  );
  return Object.fromEntries(changed.map((field) => [field, draft[field]]));
}
