import { randomBytes } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 20;

/** `prefix` and 20 random lower-case letters and digits (103 bits): `acc_…`, `key_…`. */
export function randomId(prefix: string): string {
  let id = prefix;
  while (id.length < prefix.length + LENGTH) {
    // Bytes of 252 and more would make the first four letters likelier.
    for (const byte of randomBytes(LENGTH)) {
      if (byte < 252 && id.length < prefix.length + LENGTH) id += ALPHABET.charAt(byte % 36);
    }
  }
  return id;
}
