import { shownNumber } from "@safeguard/core";
import { webhookSecretPurpose } from "../../accounts/sealed-purposes.ts";
import type { Seal } from "../../store/seal.ts";
import type { NoticeRenderer } from "./notice-renderer.ts";
import { webhookHeaders } from "./sign-webhook.ts";

/**
 * Standard Webhooks: `type` is `message.` and the state, `data` is the message. Signed with the account's webhook secret;
 * an account that never set a webhook has none, and then a URL given with a message is called without a signature.
 */
export function createNativeNoticeRenderer(parts: { readonly seal: Pick<Seal, "open"> }): NoticeRenderer {
  return {
    dialect: "native",
    render(notice, message, account, attemptId, now) {
      const { status, occurredAt, code, text, reason } = notice.report;
      const timestamp = new Date(occurredAt).toISOString();
      const body = JSON.stringify({
        type: `message.${status}`,
        timestamp,
        data: {
          id: `msg_${message.id}`,
          to: shownNumber(message.to),
          originator: message.originator,
          reference: message.reference ?? null,
          status,
          occurredAt: timestamp,
          // What we stopped for a client of another dialect has that dialect's number as its code.
          errorCode: reason ?? code ?? null,
          errorText: reason === undefined ? (text ?? null) : "Stopped by Safeguard",
        },
      });
      const { webhookSecretSealed: sealed, previousWebhookSecret: previous } = account.reports;
      const stillGood = previous !== undefined && now < previous.until ? [previous.sealed] : [];
      const secrets = (sealed === undefined ? [] : [sealed, ...stillGood]).map((one) =>
        parts.seal.open(one, webhookSecretPurpose(account.id)),
      );
      return {
        url: notice.url,
        method: "POST",
        headers: webhookHeaders(secrets, attemptId, now, body),
        body,
      };
    },
  };
}
