import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { randomId } from "./random-id.ts";

/** The secrets of a new key. They are shown once; only hashes (and the sealed auth token) are kept. */
export interface MintedKey {
  readonly id: string;
  /** `sg_live_` or `sg_test_`, 43 characters of base62 (256 random bits), and a 6-character checksum. */
  readonly secret: string;
  /** In the form of a GUID, as CM.com's product tokens are, but of 128 random bits: it says nothing of a version. */
  readonly productToken: string;
  /** 32 hex digits, as Twilio's auth tokens are. */
  readonly authToken: string;
}

export function mintKey(mode: "live" | "test"): MintedKey {
  return { id: randomId("key_"), ...mintSecrets(mode) };
}

export function mintSecrets(mode: "live" | "test"): Omit<MintedKey, "id"> {
  return {
    secret: mintSecret(`sg_${mode}_`),
    productToken: randomBytes(16)
      .toString("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    authToken: randomBytes(16).toString("hex"),
  };
}

/** What proves the operator to the running server; kept readable in the data directory alone. */
export function mintOperatorSecret(): string {
  return mintSecret("sg_operator_");
}

/** SHA-256, hex. One fast round is enough: what is hashed has 128 random bits and more. */
export function hashCredential(credential: string): string {
  return hash("sha256", credential, "hex");
}

/** The checksum lets secret scanners tell a leaked key from a look-alike without asking us. */
function mintSecret(prefix: string): string {
  const body = base62(BigInt(`0x${randomBytes(32).toString("hex")}`), 43);
  return `${prefix}${body}${base62(BigInt(crc32(prefix + body)), 6)}`;
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function base62(value: bigint, width: number): string {
  let text = "";
  for (let rest = value; text.length < width; rest /= 62n) text = BASE62.charAt(Number(rest % 62n)) + text;
  return text;
}
