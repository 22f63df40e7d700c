/** The secret in an `otpauth://` address, in base32, as it is typed into an app. */
export function secretOf(uri: string): string {
  return (new URL(uri).searchParams.get("secret") ?? "").replace(/=+$/, "");
}
