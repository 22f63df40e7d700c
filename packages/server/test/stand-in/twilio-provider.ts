import { createHash } from "node:crypto";
import { type PreparedAnswer, type RecordingServer, startRecordingServer } from "./recording-server.ts";

export const TWILIO_ACCOUNT_SID = `AC${"7".repeat(32)}`;
export const TWILIO_AUTH_TOKEN = "8".repeat(32);

/**
 * Stands for Twilio's Messages API, with the shapes that its SDKs were recorded to accept. Numbers that end in 0429 are
 * throttled, in 1211 refused as invalid; all others are queued.
 */
export function startTwilioProvider(): Promise<RecordingServer> {
  return startRecordingServer((request): PreparedAnswer => {
    const expected = `Basic ${Buffer.from(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`).toString("base64")}`;
    if (request.headers.authorization !== expected) return failure(401, 20003, "Authenticate");
    const fields = new URLSearchParams(request.body);
    const to = fields.get("To") ?? "";
    if (to.endsWith("0429")) return failure(429, 20429, "Too Many Requests", { "retry-after": "1" });
    if (to.endsWith("1211")) return failure(400, 21211, `Invalid 'To' Phone Number: ${to}`);
    const now = new Date().toUTCString().replace("GMT", "+0000");
    const sid = `SM${createHash("md5").update(`${to}${request.body}`).digest("hex")}`;
    return {
      status: 201,
      body: JSON.stringify({
        account_sid: TWILIO_ACCOUNT_SID,
        api_version: "2010-04-01",
        body: fields.get("Body"),
        date_created: now,
        date_sent: null,
        date_updated: now,
        direction: "outbound-api",
        error_code: null,
        error_message: null,
        from: fields.get("From"),
        messaging_service_sid: fields.get("MessagingServiceSid"),
        num_media: "0",
        num_segments: "1",
        price: null,
        price_unit: "USD",
        sid,
        status: "queued",
        subresource_uris: { media: `/2010-04-01/Accounts/${TWILIO_ACCOUNT_SID}/Messages/${sid}/Media.json` },
        tags: null,
        to,
        uri: `/2010-04-01/Accounts/${TWILIO_ACCOUNT_SID}/Messages/${sid}.json`,
      }),
    };
  });
}

function failure(status: number, code: number, message: string, headers: Record<string, string> = {}): PreparedAnswer {
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return { status, headers, body: JSON.stringify(body) };
}
