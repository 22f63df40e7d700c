/** Every way in, as a client that has one key would use it. */
export const WAYS = ["native", "decision", "twilio", "cm", "xml"] as const;
export type Way = (typeof WAYS)[number];

/** A key's faces, and where it is used. */
export interface Client {
  readonly url: string;
  readonly key: {
    readonly secret: string;
    readonly productToken: string;
    readonly twilioSid: string;
    readonly authToken: string;
  };
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WayAnswer {
  readonly status: number;
  readonly text: string;
  /** Parsed JSON; undefined: it is none. */
  readonly json: unknown;
}

export interface WayMessage {
  readonly to: string;
  readonly from?: string;
  readonly text?: string;
  readonly reference?: string;
  readonly callback?: string;
}

/** Sends one message (or asks for a decision) by one of the ways in. */
export async function send(way: Way, { url, key, headers = {} }: Client, message: WayMessage): Promise<WayAnswer> {
  const { to, from = "Shop", text = "Your code is 12345", reference, callback } = message;
  const json = { ...headers, "content-type": "application/json" };
  const bearer = { ...json, authorization: `Bearer ${key.secret}` };
  const post = async (path: string, init: RequestInit): Promise<WayAnswer> => {
    const answer = await fetch(url + path, { method: "POST", ...init });
    const body = await answer.text();
    return { status: answer.status, text: body, json: parse(body) };
  };
  switch (way) {
    case "native": {
      const optional = {
        ...(reference === undefined ? {} : { reference }),
        ...(callback && { callbackUrl: callback }),
      };
      return post("/v1/messages", { headers: bearer, body: JSON.stringify({ to, from, text, ...optional }) });
    }
    case "decision":
      return post("/v1/decisions", { headers: bearer, body: JSON.stringify({ to, from }) });
    case "twilio":
      return post(`/2010-04-01/Accounts/${key.twilioSid}/Messages.json`, {
        headers: {
          ...headers,
          authorization: `Basic ${Buffer.from(`${key.twilioSid}:${key.authToken}`).toString("base64")}`,
        },
        body: new URLSearchParams({ To: to, From: from, Body: text, ...(callback && { StatusCallback: callback }) }),
      });
    case "cm": {
      const msg = [{ from, to: [{ number: to }], body: { content: text }, reference }];
      const authentication = { productToken: key.productToken };
      return post("/v1.0/message", { headers: json, body: JSON.stringify({ messages: { authentication, msg } }) });
    }
    case "xml":
      return post("/gateway.ashx", {
        headers: { ...headers, "content-type": "application/xml" },
        body: `<MESSAGES><AUTHENTICATION><PRODUCTTOKEN>${key.productToken}</PRODUCTTOKEN></AUTHENTICATION>
          <MSG><FROM>${from}</FROM><TO>${to}</TO><BODY>${text}</BODY>${reference === undefined ? "" : `<REFERENCE>${reference}</REFERENCE>`}</MSG></MESSAGES>`,
      });
  }
}

/** What the answer says of the message, where blocks are refused at once. */
export function saysOf(way: Way, { status, text, json }: WayAnswer): "sent" | "stopped" | "other" {
  const fields = json as Record<string, unknown> | undefined;
  switch (way) {
    case "native":
      return fields?.["status"] === "submitted" ? "sent" : fields?.["status"] === "blocked" ? "stopped" : "other";
    case "decision":
      return fields?.["action"] === "allow" ? "sent" : fields?.["action"] === "block" ? "stopped" : "other";
    case "twilio":
      return status === 201 ? "sent" : fields?.["code"] === 21408 ? "stopped" : "other";
    case "cm": {
      const [line] = (fields?.["messages"] ?? []) as { status?: string; messageErrorCode?: number }[];
      return line?.status === "Accepted" ? "sent" : line?.messageErrorCode === 402 ? "stopped" : "other";
    }
    case "xml":
      return text === "" ? "sent" : text.startsWith("Error: ERROR Message is unrouteable.") ? "stopped" : "other";
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
