import type { Directory } from "../../../accounts/directory.ts";
import { authTokenPurpose } from "../../../accounts/sealed-purposes.ts";
import type { Seal } from "../../../store/seal.ts";
import type { NoticeRenderer } from "../../feedback/notice-renderer.ts";
import { signTwilioForm } from "../../wire/twilio-signature.ts";
import { recipientOf, stopFamily } from "./message-resource.ts";
import { isMessagingServiceSid, messageSid } from "./sid.ts";
import { failureCode } from "./twilio-answers.ts";

export interface TwilioNoticeParts {
  readonly seal: Pick<Seal, "open">;
  readonly keys: Pick<Directory, "key">;
}

/**
 * Twilio's status callback: a form, signed with the auth token of the key that sent the message, so that the customer's
 * validator accepts it. Retries of one notice have the same `I-Twilio-Idempotency-Token`.
 */
export function createTwilioNoticeRenderer({ seal, keys }: TwilioNoticeParts): NoticeRenderer {
  return {
    dialect: "twilio",
    render(notice, message, account, attemptId) {
      const key = keys.key(notice.key);
      if (key === undefined) throw new NoticeKeyMissing(notice.key);
      const { report } = notice;
      const sid = messageSid(message.id);
      const failed = report.status === "failed" || report.status === "undelivered";
      const byService = isMessagingServiceSid(message.originator);

      const parameters: [name: string, value: string][] = [
        ["AccountSid", account.twilioSid],
        ["ApiVersion", "2010-04-01"],
        ["MessageSid", sid],
        ["MessageStatus", report.status],
        ["SmsSid", sid],
        ["SmsStatus", report.status],
        ["To", recipientOf(message)],
      ];
      if (byService) parameters.push(["MessagingServiceSid", message.originator]);
      else parameters.push(["From", message.originator]);
      if (failed) parameters.push(["ErrorCode", String(failureCode(stopFamily(message), report.code))]);
      if (report.status === "delivered" || report.status === "undelivered")
        parameters.push(["RawDlrDoneDate", doneDate(report.occurredAt)]);

      const { url, authorization } = requestTarget(notice.url);
      return {
        url,
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded; charset=utf-8",
          "i-twilio-idempotency-token": attemptId,
          "x-twilio-signature": signTwilioForm(
            seal.open(key.authTokenSealed, authTokenPurpose(key.id)),
            url,
            parameters,
          ),
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: new URLSearchParams(parameters).toString(),
      };
    },
  };
}

/** A notice names a key that the directory does not have. Keys are revoked, never removed: a fault of ours. */
export class NoticeKeyMissing extends Error {
  override readonly name = "NoticeKeyMissing";
  readonly code = "notice_key_missing";

  constructor(key: string) {
    super(`no key ${key} to sign a status callback with`);
  }
}

/** The URL as it goes over the wire, which is what the receiver sees and so what is signed; user and password as a header. */
function requestTarget(text: string): { readonly url: string; readonly authorization: string | undefined } {
  const url = new URL(text);
  const user =
    url.username === "" ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = "";
  url.password = "";
  url.hash = "";
  return {
    url: url.href,
    authorization: user === undefined ? undefined : `Basic ${Buffer.from(user).toString("base64")}`,
  };
}

/** `RawDlrDoneDate`: YYMMDDhhmm, in UTC. */
function doneDate(at: number): string {
  return new Date(at).toISOString().slice(2, 16).replace(/[-T:]/g, "");
}
