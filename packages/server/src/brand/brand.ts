import type { AccountId } from "@safeguard/core";

/** What an account shows in the place of the product's own name, mark and colour: to its people, and to those below it. */
export interface Brand {
  readonly account: AccountId;
  readonly name?: string;
  /** `#` and six hex digits, lower case. */
  readonly colour?: string;
  readonly logo?: Logo;
}

export interface Logo {
  readonly type: "image/png" | "image/webp";
  /** Of the bytes, hex: names it, so that another one has another address. */
  readonly sha256: string;
  readonly base64: string;
}
