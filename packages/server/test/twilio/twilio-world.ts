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
  /** The provider reports a message as delivered, at the callback URL that we gave for it. */
  reportDelivered(sid: string): Promise<void>;
  /** The account's setting for destinations. */
  answerDestinations(answer: "reject" | "report"): Promise<void>;
  close(): Promise<void>;
}

/** The Netherlands are allowed, everything else is blocked; the account's messages are routed to the stand-in. */
export async function startTwilioWorld(): Promise<TwilioWorld> {
  const provider = await startTwilioProvider();
  const safeguard = await startSafeguard({
    countries: ["NL"],
    detection: "off",
    config: { allowPrivateCallbacks: true },
  });
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
    async reportDelivered(sid) {
      // Our callback URLs name our message, and a message SID is its id behind two letters.
      const url = forms()
        .flatMap((form) => form.get("StatusCallback") ?? [])
        .find((one) => one.includes(sid.slice(2)));
      if (url === undefined) throw new Error(`nothing was submitted for ${sid}`);
      const parameters: [name: string, value: string][] = [
        ["AccountSid", TWILIO_ACCOUNT_SID],
        ["MessageStatus", "delivered"],
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
    async answerDestinations(answer) {
      const path = `/v1/accounts/${safeguard.account.id}`;
      const { status, body } = await safeguard.operator("PATCH", path, {
        answers: { twilio: { destination: answer } },
      });
      if (status !== 200) throw new Error(`the account was not changed: ${status} ${JSON.stringify(body)}`);
    },
    async close() {
      await safeguard.stop();
      await provider.close();
    },
  };
}
