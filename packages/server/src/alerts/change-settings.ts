import type { EpochMilliseconds } from "@safeguard/core";
import type { AccountServiceDeps } from "../accounts/account-services.ts";
import { mintWebhookSecret } from "../accounts/change-account.ts";
import { SECRET_OVERLAP_MS } from "../accounts/update-account.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { type AlertChannel, type AlertSettings, alertChannelPurpose } from "./alert-settings.ts";
import type { AlertSettingsInput } from "./settings-body.ts";
import type { AlertSettingsBook } from "./settings-book.ts";

export interface AlertSettingsDeps extends Pick<AccountServiceDeps, "changes" | "seal" | "urlProblem" | "serially"> {
  readonly settings: Pick<AlertSettingsBook, "of">;
  readonly hasMail: boolean;
}

export interface ChangedSettings {
  readonly settings: AlertSettings;
  /** Signing secrets that were made with it, by channel: to be shown once. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Replaces an account's alert settings. A channel that is there already keeps its secret. */
export function setAlertSettings(
  deps: AlertSettingsDeps,
  { account, actor, at }: AccountContext,
  input: AlertSettingsInput,
): Promise<ChangedSettings> {
  return deps.serially(async () => {
    const before = new Map(deps.settings.of(account.id).channels.map((channel) => [channel.id, channel]));
    const secrets: Record<string, string> = {};
    const channels = input.channels.map((wanted, index): AlertChannel => {
      const { id, urgentOnly } = wanted;
      const known = before.get(id);
      const purpose = alertChannelPurpose(account.id, id);
      const refuse = (field: string, message: string): never => {
        throw new ServiceError("invalid_request", "The alert settings are not valid.", [
          { field: `channels.${index}.${field}`, message },
        ]);
      };
      const allowed = (url: string): string => {
        const problem = deps.urlProblem(url);
        return problem === undefined ? url : refuse("url", problem);
      };
      switch (wanted.type) {
        case "webhook": {
          const url = allowed(wanted.url);
          if (known?.type === "webhook") return { ...known, url, urgentOnly };
          const secret = mintWebhookSecret();
          secrets[id] = secret;
          return { id, type: "webhook", url, urgentOnly, secretSealed: deps.seal.seal(secret, purpose) };
        }
        case "slack": {
          if (wanted.url !== undefined) {
            return { id, type: "slack", urgentOnly, urlSealed: deps.seal.seal(allowed(wanted.url), purpose) };
          }
          if (known?.type === "slack") return { ...known, urgentOnly };
          return refuse("url", "is needed: the URL of an incoming webhook");
        }
        default:
          if (!deps.hasMail) refuse("type", "cannot be email: this server sends no mail; use webhook or slack");
          return { id, type: "email", urgentOnly, to: wanted.to };
      }
    });
    const { muted, minimumPerHour, quiet, repeatAfterMinutes, digestAt } = input;
    const settings: AlertSettings = {
      account: account.id,
      channels,
      muted,
      repeatAfterMinutes,
      ...(minimumPerHour !== null && { minimumPerHourMicros: Math.round(Number(minimumPerHour) * 1e6) }),
      ...(quiet !== null && { quiet }),
      ...(digestAt !== null && { digestAt }),
    };
    await deps.changes.commit([{ type: "alert_settings_saved", at, actor, settings }]);
    return { settings, secrets };
  });
}

/** Replaces the secret that signs a channel's webhooks. For a day they are signed with the old one as well. */
export function rollChannelSecret(
  deps: AlertSettingsDeps,
  { account, actor, at }: AccountContext,
  id: string,
): Promise<ChangedSettings> {
  return deps.serially(async () => {
    const before = deps.settings.of(account.id);
    const channel = before.channels.find((one) => one.id === id);
    if (channel?.type !== "webhook") throw new ServiceError("not_found", "There is no such webhook channel.");
    const secret = mintWebhookSecret();
    const rolled: AlertChannel = {
      ...channel,
      secretSealed: deps.seal.seal(secret, alertChannelPurpose(account.id, id)),
      previousSecret: { sealed: channel.secretSealed, until: (at + SECRET_OVERLAP_MS) as EpochMilliseconds },
    };
    const settings = { ...before, channels: before.channels.map((one) => (one.id === id ? rolled : one)) };
    await deps.changes.commit([{ type: "alert_settings_saved", at, actor, settings }]);
    return { settings, secrets: { [id]: secret } };
  });
}
