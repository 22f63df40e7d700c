import { z } from "zod";
import type { AccountContext } from "../api/account-context.ts";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import type { PausedReceivers } from "../gateway/feedback/paused-receivers.ts";
import type { Alerting } from "./alerting.ts";
import {
  type AlertSettingsDeps,
  type ChangedSettings,
  rollChannelSecret,
  setAlertSettings,
} from "./change-settings.ts";
import {
  type AlertSettingsView,
  alertSettingsBody,
  alertSettingsView,
  savedAlertSettingsView,
  viewOfAlertSettings,
} from "./settings-body.ts";

export interface AlertRouteDeps extends AlertSettingsDeps {
  readonly alerting: Pick<Alerting, "test">;
  readonly paused: Pick<PausedReceivers, "list">;
}

export const testedView = z.object({ channels: z.array(z.string()).describe("To which it is on its way.") }).meta({
  id: "AlertTest",
});

const tags = ["Alerts"];
const read = { scope: "incidents:read" } as const;
const write = { scope: "alerts:write" } as const;

/** `/v1/alerts/…`: where alerts go. */
export function alertRoutes(deps: AlertRouteDeps): RoutePlugin {
  const viewOf = ({ account }: AccountContext, settings = deps.settings.of(account.id)): AlertSettingsView =>
    viewOfAlertSettings(settings, {
      currency: account.currency,
      mail: deps.hasMail,
      pausedSince: (id) => deps.paused.list(account.id).find(({ receiver }) => receiver === `alert:${id}`)?.since,
    });
  const saved = (context: AccountContext, { settings, secrets }: ChangedSettings) => ({
    ...viewOf(context, settings),
    secrets: { ...secrets },
  });
  return async (app) => {
    app.get(
      "/v1/alerts/settings",
      {
        config: read,
        schema: { tags, summary: "Read where alerts go", response: { 200: alertSettingsView } },
      },
      async (request) => viewOf(request.accountContext),
    );
    app.put(
      "/v1/alerts/settings",
      {
        config: write,
        schema: {
          tags,
          summary: "Set where alerts go",
          description: "Replaces all settings. A channel that keeps its id keeps its secret.",
          body: alertSettingsBody,
          response: { 200: savedAlertSettingsView },
        },
      },
      async (request) =>
        saved(request.accountContext, await setAlertSettings(deps, request.accountContext, request.body)),
    );
    app.post(
      "/v1/alerts/settings/channels/:id/secret",
      {
        config: write,
        schema: {
          tags,
          summary: "Replace the secret that signs a channel's webhooks",
          description: "For a day they are signed with the old one as well.",
          params: z.object({ id: z.string() }),
          response: { 200: savedAlertSettingsView },
        },
      },
      async (request) =>
        saved(request.accountContext, await rollChannelSecret(deps, request.accountContext, request.params.id)),
    );
    app.post(
      "/v1/alerts/test",
      {
        config: write,
        schema: { tags, summary: "Send a test alert to every channel", response: { 202: testedView } },
      },
      async (request, reply) => {
        const { account } = request.accountContext;
        const { channels, muted } = deps.settings.of(account.id);
        if (channels.length === 0 || muted.includes("test")) {
          throw new ServiceError("conflict", "This account has no channel that a test would go to: set one first.");
        }
        await deps.alerting.test(account.id);
        reply.code(202);
        return { channels: channels.map(({ id }) => id) };
      },
    );
  };
}
