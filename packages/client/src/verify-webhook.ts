/** What came in: header names in lower case, the body exactly as it was received. */
export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export type WebhookVerification<T> =
  | { readonly ok: true; readonly id: string; readonly sentAt: Date; readonly event: T }
  | {
      readonly ok: false;
      readonly reason:
        | "header_missing"
        | "timestamp_unreadable"
        | "too_old"
        | "too_new"
        | "signature_wrong"
        | "not_json";
    };

export interface VerifyOptions {
  /** `whsec_…`, as it was shown once. Several while the secret is being replaced. */
  readonly secret: string | readonly string[];
  /** How far the sender's clock may be off, and how old a delivery may be. Default 300 seconds. */
  readonly toleranceSeconds?: number;
  /** Epoch milliseconds. Default: now. */
  readonly now?: number;
}

/**
 * Checks a webhook's signature (Standard Webhooks, HMAC-SHA-256) and its age, with WebCrypto. The same `id` can come more
 * than once: keep it, and act once.
 */
export async function verifyWebhook<T = unknown>(
  webhook: ReceivedWebhook,
  options: VerifyOptions,
): Promise<WebhookVerification<T>> {
  const { toleranceSeconds = 300, now = Date.now() } = options;
  const id = header(webhook, "webhook-id");
  const timestamp = header(webhook, "webhook-timestamp");
  const signatures = header(webhook, "webhook-signature");
  if (id === undefined || timestamp === undefined || signatures === undefined) return refused("header_missing");
  if (!/^\d{1,12}$/.test(timestamp)) return refused("timestamp_unreadable");
  const ageSeconds = now / 1000 - Number(timestamp);
  if (ageSeconds > toleranceSeconds) return refused("too_old");
  if (ageSeconds < -toleranceSeconds) return refused("too_new");

  const signed = new TextEncoder().encode(`${id}.${timestamp}.${webhook.body}`);
  if (!(await anySignatureHolds(signed, signatures, [options.secret].flat()))) return refused("signature_wrong");
  try {
    return { ok: true, id, sentAt: new Date(Number(timestamp) * 1000), event: JSON.parse(webhook.body) as T };
  } catch {
    return refused("not_json");
  }
}

async function anySignatureHolds(
  signed: Uint8Array<ArrayBuffer>,
  signatures: string,
  secrets: readonly string[],
): Promise<boolean> {
  for (const secret of secrets) {
    const bytes = fromBase64(secret.replace(/^whsec_/, ""));
    if (bytes === undefined || bytes.length === 0) throw new TypeError("a webhook secret is whsec_ and base64");
    const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    for (const part of signatures.split(" ")) {
      const signature = part.startsWith("v1,") ? fromBase64(part.slice(3)) : undefined;
      // WebCrypto compares in constant time.
      if (signature !== undefined && (await crypto.subtle.verify("HMAC", key, signature, signed))) return true;
    }
  }
  return false;
}

function header({ headers }: ReceivedWebhook, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function refused(reason: Extract<WebhookVerification<never>, { ok: false }>["reason"]) {
  return { ok: false as const, reason };
}
