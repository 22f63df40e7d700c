import { signTwilioForm } from "../../src/gateway/wire/twilio-signature.ts";
import { startSafeguard } from "../harness.ts";
import { startTwilioProvider, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } from "../stand-in/twilio-provider.ts";

/** A running Safeguard as a Twilio client sees it, in front of a stand-in for Twilio. */
export interface TwilioWorld {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** Recipients of what reached the provider, in order. */
  submitted(): readonly string[];
  /** The provider reports the latest message to this number, that asked for callbacks, as delivered. */
  reportDelivered(to: string): Promise<void>;
  close(): Promise<void>;
}

/** The Netherlands are allowed, everything else is blocked; the account's messages are routed to the stand-in. */
export async function startTwilioWorld(): Promise<TwilioWorld> {
  const provider = await startTwilioProvider();
  const safeguard = await startSafeguard({ countries: ["NL"], config: { allowPrivateCallbacks: true } });
  await safeguard.routeTo({
    id: "twilio-stand-in",
    kind: "twilio",
    settings: { baseUrl: provider.url, accountSid: TWILIO_ACCOUNT_SID },
    secrets: { authToken: TWILIO_AUTH_TOKEN },
  });
  const forms = () => provider.received.map((request) => new URLSearchParams(request.body));
  return {
    url: safeguard.url,
    accountSid: safeguard.liveKey.twilioSid,
    authToken: safeguard.liveKey.authToken,
    submitted: () => forms().map((form) => form.get("To") ?? ""),
    async reportDelivered(to) {
      const form = forms().findLast((one) => one.get("To") === to && one.has("StatusCallback"));
      const url = form?.get("StatusCallback");
      if (!url) throw new Error(`nothing with a callback was submitted to ${to}`);
      const parameters: [name: string, value: string][] = [
        ["AccountSid", TWILIO_ACCOUNT_SID],
        ["MessageStatus", "delivered"],
        ["To", to],
      ];
      const answer = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-twilio-signature": signTwilioForm(TWILIO_AUTH_TOKEN, url, parameters),
        },
        body: new URLSearchParams(parameters).toString(),
      });
      if (!answer.ok) throw new Error(`the report was answered with HTTP ${answer.status}: ${await answer.text()}`);
    },
    async close() {
      await safeguard.stop();
      await provider.close();
    },
  };
}
