import { type PreparedAnswer, type RecordingServer, startRecordingServer } from "./recording-server.ts";

export const CM_PRODUCT_TOKEN = "11111111-2222-4333-8444-555555555555";

interface CmMessage {
  readonly to: readonly { readonly number: string }[];
  readonly reference?: string;
}

/**
 * Stands for CM.com's message API, with the documented answers. Numbers that end in 0403 are rejected; a request with any
 * number that ends in 0429 is answered HTTP 429; all others are accepted.
 */
export function startCmProvider(): Promise<RecordingServer> {
  return startRecordingServer((request): PreparedAnswer => {
    const { messages } = JSON.parse(request.body) as {
      messages: { authentication?: { productToken?: string; producttoken?: string }; msg: readonly CmMessage[] };
    };
    const token =
      request.headers["x-cm-producttoken"] ??
      messages.authentication?.productToken ??
      messages.authentication?.producttoken;
    if (token !== CM_PRODUCT_TOKEN)
      return answer(400, { details: "No account found for the given authentication", errorCode: 101, messages: [] });
    const recipients = messages.msg.flatMap((msg) =>
      msg.to.map(({ number }) => ({ number, reference: msg.reference ?? "" })),
    );
    if (recipients.some(({ number }) => number.endsWith("0429"))) return answer(429, { details: "Too many requests" });
    const items = recipients.map(({ number, reference }) =>
      number.endsWith("0403")
        ? {
            to: number,
            status: "Rejected",
            reference,
            parts: 0,
            messageDetails: "Message has been rejected",
            messageErrorCode: 403,
          }
        : { to: number, status: "Accepted", reference, parts: 1, messageDetails: null, messageErrorCode: 0 },
    );
    const accepted = items.filter((item) => item.status === "Accepted").length;
    return answer(accepted === 0 ? 400 : 200, {
      details: `Created ${accepted} message(s)`,
      errorCode: accepted === items.length ? 0 : 201,
      messages: items,
    });
  });
}

function answer(status: number, body: unknown): PreparedAnswer {
  return { status, body: JSON.stringify(body) };
}
