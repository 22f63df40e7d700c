import { networkOf } from "../network-of.ts";
import { hashText } from "./hash-key.ts";
import { ADDRESS_BITS } from "./session-log.ts";

const MOST = 2 ** ADDRESS_BITS - 1;
const DOT = 46;
const COLON = 58;

/** What is kept of an end user's address: see {@link ADDRESS_BITS}. 0: not known, also where the text is no address. */
export function hashAddress(address: string | undefined): number {
  if (address === undefined) return 0;
  // An IPv4 address has a dot behind its first three digits at the latest, IPv6 a colon behind its first four.
  for (let index = 0; index < address.length && index < 5; index++) {
    const unit = address.charCodeAt(index);
    if (unit === DOT) return folded(hashText(address));
    if (unit === COLON) return folded(hashText(networkOf(address)));
  }
  return 0;
}

function folded(hash: number): number {
  return (hash ^ (hash >>> ADDRESS_BITS)) & MOST || 1;
}
