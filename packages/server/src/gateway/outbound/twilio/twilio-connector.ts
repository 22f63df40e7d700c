import { splitBaseUrl } from "../base-url.ts";
import type { Connector, Submission, SubmissionOutcome } from "../connector.ts";
import type { HttpExchange } from "../http-exchange.ts";
import { unanswered, untranslatable } from "../provider-words.ts";
import { twilioForm } from "./twilio-form.ts";
import { twilioOutcome } from "./twilio-outcome.ts";
import type { TwilioSecrets, TwilioSettings } from "./twilio-settings.ts";

/** Twilio's Programmable Messaging API (2010-04-01), or anything that answers like it. One message in each request. */
export function createTwilioConnector(
  id: string,
  settings: TwilioSettings,
  secrets: TwilioSecrets,
  exchange: HttpExchange,
): Connector {
  const { origin, prefix } = splitBaseUrl(settings.baseUrl);
  const path = `${prefix}/2010-04-01/Accounts/${settings.accountSid}/Messages.json`;
  const authorization = twilioAuthorization(settings, secrets);
  const headers = {
    authorization,
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  const hidden = [secrets.authToken, authorization];

  async function submitOne(submission: Submission): Promise<SubmissionOutcome> {
    const form = twilioForm(submission, settings);
    if (!form.ok) return untranslatable(form.problem);
    const { timeoutMs } = settings;
    const result = await exchange.send({ origin, path, method: "POST", headers, body: form.body, timeoutMs });
    return result.type === "answered" ? twilioOutcome(result, submission, hidden) : unanswered(result);
  }

  return {
    id,
    kind: "twilio",
    maxBatch: 1,
    submit: (batch) => Promise.all(batch.map(submitOne)),
    close: () => Promise.resolve(),
  };
}

export function twilioAuthorization(settings: TwilioSettings, secrets: TwilioSecrets): string {
  return `Basic ${Buffer.from(`${settings.accountSid}:${secrets.authToken}`).toString("base64")}`;
}
