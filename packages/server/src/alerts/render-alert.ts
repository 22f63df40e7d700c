import type { Account } from "../accounts/account.ts";
import { webhookHeaders } from "../gateway/feedback/sign-webhook.ts";
import type { NoticeTold, TellAlert } from "../gateway/feedback/tell-notice.ts";
import type { AlertNotice } from "../store/journal-record.ts";
import type { Seal } from "../store/seal.ts";
import type { AlertEvent } from "./alert-facts.ts";
import { ALERT_KINDS } from "./alert-kinds.ts";
import { alertChannelPurpose } from "./alert-settings.ts";
import type { ConfirmationLinks } from "./confirmation-link.ts";
import { factLines } from "./fact-lines.ts";
import type { MailPort } from "./mail-port.ts";
import { headlineOf, mailTexts } from "./mail-texts.ts";
import type { AlertSettingsBook } from "./settings-book.ts";

export interface RenderAlertParts {
  readonly settings: Pick<AlertSettingsBook, "of">;
  readonly seal: Pick<Seal, "open">;
  readonly links: Pick<ConfirmationLinks, "urlFor">;
  /** Absent: this server sends no mail. */
  readonly mail?: MailPort;
}

/** Writes an alert for its channel as the channel stands now, with its present secret. */
export function createAlertTeller(parts: RenderAlertParts): TellAlert {
  return {
    prepare(notice, account, attemptId, now) {
      const channel = parts.settings.of(account.id).channels.find(({ id }) => id === notice.channel);
      if (channel === undefined) return undefined;
      const open = (sealed: string): string => parts.seal.open(sealed, alertChannelPurpose(account.id, channel.id));
      const link = parts.links.urlFor(account.id, notice.event, now);
      switch (channel.type) {
        case "webhook": {
          const body = JSON.stringify(webhookBody(notice, account, link));
          const { previousSecret: previous } = channel;
          const secrets = [
            channel.secretSealed,
            ...(previous !== undefined && now < previous.until ? [previous.sealed] : []),
          ];
          return {
            url: channel.url,
            method: "POST",
            headers: webhookHeaders(secrets.map(open), attemptId, now, body),
            body,
          };
        }
        case "slack":
          return {
            url: open(channel.urlSealed),
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(slackBody(notice.event, account, link)),
          };
        case "email":
          return mailed(parts.mail, {
            to: channel.to,
            ...mailTexts(notice.event, account, link),
            id: attemptId,
          });
      }
    },
  };
}

async function mailed(mail: MailPort | undefined, message: Parameters<MailPort["send"]>[0]): Promise<NoticeTold> {
  if (mail === undefined) return { end: "given_up", error: "no_mail_server" };
  const result = await mail.send(message);
  if (result.type === "taken") return { end: "taken" };
  return { end: result.type === "refused" ? "given_up" : "try_again", error: result.code };
}

/** Standard Webhooks: `type` is `alert.raised` or `alert.resolved`, `data` the alert with its facts. */
function webhookBody({ event }: AlertNotice, account: Account, link: string | undefined): object {
  return {
    type: `alert.${event.event}`,
    timestamp: new Date(event.at).toISOString(),
    data: {
      id: `alert_${event.alert}`,
      account: account.id,
      accountName: account.name,
      code: event.facts.code,
      title: ALERT_KINDS[event.facts.code].title,
      urgency: ALERT_KINDS[event.facts.code].urgency,
      sentence: event.sentence,
      facts: event.facts,
      confirmUrl: link ?? null,
    },
  };
}

/** Slack's message JSON, in the part of it that Mattermost, Rocket.Chat and others take as well: `text` says it all. */
function slackBody(event: AlertEvent, account: Account, link: string | undefined): object {
  const lines = factLines(event.facts).map(([name, value]) => `*${mrkdwn(name)}:* ${mrkdwn(value)}`);
  const words = [
    `*${mrkdwn(headlineOf(event))}* · ${mrkdwn(account.name)}`,
    mrkdwn(event.sentence),
    ...lines,
    ...(link === undefined ? [] : [`<${link}|Look at it and confirm the containment>`]),
  ].join("\n");
  return {
    text: words,
    // A section holds 3,000 characters.
    blocks: [{ type: "section", text: { type: "mrkdwn", text: words.slice(0, 3000) } }],
  };
}

/** Slack reads `<…>` as a link or a mention of everybody. */
function mrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
