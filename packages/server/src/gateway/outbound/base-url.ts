import { z } from "zod";

/** A provider's base URL: http(s), with a path prefix where it has one, and without credentials, query or fragment. */
export const baseUrlSchema = z.string().superRefine((text, context) => {
  const url = URL.parse(text);
  const problem =
    url === null || (url.protocol !== "https:" && url.protocol !== "http:")
      ? "must be an absolute URL such as https://api.example.com"
      : url.username !== "" || url.password !== ""
        ? "must not contain credentials; they belong to the secrets"
        : url.search !== "" || url.hash !== ""
          ? "must not have a query or fragment"
          : undefined;
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

/** Origin and path prefix (without a slash at its end) of a checked base URL. */
export function splitBaseUrl(text: string): { readonly origin: string; readonly prefix: string } {
  const url = new URL(text);
  return { origin: url.origin, prefix: url.pathname.replace(/\/$/, "") };
}

/** From one in a minute on. */
export const messagesPerSecond = z
  .number()
  .min(1 / 60)
  .max(100_000);

/** Settings that every provider reached by HTTP has. */
export const HTTP_SETTINGS = {
  /** For the whole exchange, connection and answer. */
  timeoutMs: z.int().min(500).max(60_000).default(15_000),
  /** Refuse addresses that are not public. Must be set where a customer, not the operator, chose the URL. */
  publicAddressesOnly: z.boolean().default(false),
  /** Messages that wait are given to it no faster; a client that waits for its answer is not held up. */
  messagesPerSecond: messagesPerSecond.optional(),
} as const;
