import { networkOf } from "../network-of.ts";
import { hashText } from "./hash-key.ts";
import { ADDRESS_BITS } from "./session-log.ts";

const MOST = 2 ** ADDRESS_BITS - 1;

/** What is kept of an end user's address: see {@link ADDRESS_BITS}. 0: not known, also where the text is no address. */
export function hashAddress(address: string | undefined): number {
  if (address === undefined) return 0;
  const isNetwork = address.includes(":");
  if (!isNetwork && !address.includes(".")) return 0;
  const hash = hashText(isNetwork ? networkOf(address) : address);
  return (hash ^ (hash >>> ADDRESS_BITS)) & MOST || 1;
}
