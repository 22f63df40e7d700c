/** Encryption of what must be read back (AES-256-GCM), and keyed hashes of what need not be. */
export interface Seal {
  /** Text → base64url with nonce and tag. The `purpose` is authenticated with it: a sealed value fits one place only. */
  seal(text: string, purpose: string): string;
  /** Throws SealBroken when the key or the purpose is another, or the value was changed. */
  open(sealed: string, purpose: string): string;
  /** HMAC-SHA-256, 16 bytes as hex: for numbers, so that they can be found and not read. */
  hash(text: string, purpose: string): string;
}

/** A sealed value cannot be opened: another master key, another purpose, or damage. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
  readonly code = "seal_broken";
}
