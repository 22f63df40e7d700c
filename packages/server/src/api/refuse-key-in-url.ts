import { ServiceError } from "./service-error.ts";

/** Query strings end up in logs of proxies and browsers; a key that was there is no secret any more. */
export function refuseKeyInUrl(url: string): void {
  if (url === "" || !url.includes("sg_")) return;
  if (/sg_(?:live|test|operator)_/.test(url)) {
    throw new ServiceError(
      "invalid_request",
      "A key must never stand in a URL, where it is logged. Revoke that key, and send its successor in the Authorization header.",
    );
  }
}
