import { createHash } from "node:crypto";
import type { HttpExchange } from "../gateway/outbound/http-exchange.ts";

/** Somebody waits for it at a form. */
const TIMEOUT_MS = 3_000;
const PREFIX_LENGTH = 5;
/** A line of an answer: the rest of the SHA-1 in hex, and how often the password was seen; 0: padding. */
const LINE = /^([0-9A-F]{35}):(\d+)$/;

/** Has this password become known? False also where nobody could be asked. */
export type IsLeaked = (password: string) => Promise<boolean>;

/**
 * Asks by the range look-up of Have I Been Pwned (Pwned Passwords): the first five hex digits of the password's SHA-1 go out,
 * and the rests of all leaked ones that begin so come back; with padding, so that not even the length tells which they were.
 * `url`: to which the five digits are appended. `onUnreachable` hears why nothing was learnt.
 */
export function createLeakedPasswords(
  url: string,
  exchange: Pick<HttpExchange, "send">,
  onUnreachable: (reason: string) => void,
): IsLeaked {
  const { origin, pathname } = new URL(url);
  return async (password) => {
    const hash = createHash("sha1").update(password).digest("hex").toUpperCase();
    const result = await exchange.send({
      origin,
      path: pathname + hash.slice(0, PREFIX_LENGTH),
      method: "GET",
      headers: { accept: "text/plain", "user-agent": "Safeguard", "add-padding": "true" },
      body: undefined,
      timeoutMs: TIMEOUT_MS,
    });
    const counts = result.type === "answered" && result.status === 200 ? countsOf(result.body) : undefined;
    if (counts === undefined) {
      onUnreachable(result.type === "answered" ? `answered ${result.status}, and no list of hashes` : result.text);
      return false;
    }
    return (counts.get(hash.slice(PREFIX_LENGTH)) ?? 0) > 0;
  };
}

/** Undefined: it is no such list (every range has some). */
function countsOf(body: string): ReadonlyMap<string, number> | undefined {
  const counts = new Map<string, number>();
  for (const line of body.split("\n")) {
    const [, rest, count] = LINE.exec(line.trim().toUpperCase()) ?? [];
    if (rest !== undefined) counts.set(rest, Number(count));
    else if (line.trim() !== "") return undefined;
  }
  return counts.size === 0 ? undefined : counts;
}
