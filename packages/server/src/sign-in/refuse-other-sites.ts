import { ServiceError } from "../api/service-error.ts";

/** The console sends it with everything that changes something: no other site can, without asking first, and nobody is let. */
const CONSOLE_HEADER = "safeguard-console";

/** Lets through what the console's own pages sent: a browser adds the cookie to whatever site asks. */
export function refuseOtherSites(headers: Readonly<Record<string, string | string[] | undefined>>): void {
  const site = headers["sec-fetch-site"];
  const isOurs = headers[CONSOLE_HEADER] !== undefined && (site === undefined || site === "same-origin");
  if (isOurs) return;
  throw new ServiceError("forbidden", "With a session's cookie, changes are taken from the console's own pages alone.");
}
