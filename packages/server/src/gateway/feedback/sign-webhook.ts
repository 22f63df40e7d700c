import { Webhook } from "standardwebhooks";

/**
 * The headers of a Standard Webhooks request. Several secrets: several signatures, separated by a space, so that a
 * receiver accepts it under the old and the new one while a secret is being replaced. None: unsigned.
 */
export function webhookHeaders(
  secrets: readonly string[],
  id: string,
  now: number,
  body: string,
): Readonly<Record<string, string>> {
  const at = new Date(now);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    ...(signatures.length === 0 ? {} : { "webhook-signature": signatures.join(" ") }),
  };
}
