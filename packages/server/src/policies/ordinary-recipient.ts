import { type Destination, destinationInfo, type E164, type Recipient } from "@safeguard/core";

/** An ordinary mobile number of a destination, in no particular range. */
export function ordinaryRecipient(code: Destination): Recipient {
  const callingCode = destinationInfo(code)?.callingCode ?? "";
  return { e164: `+${callingCode}` as E164, candidates: [code], twin: undefined, type: "mobile", valid: true };
}
