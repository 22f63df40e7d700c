/** With what somebody showed who he is when a session began. */
export const PROOFS = ["password", "second_factor", "identity_provider"] as const;
export type Proof = (typeof PROOFS)[number];

/** What a session shows that begins with an answer of one of the library's routes. `held`: of the one that it replaces. */
export function proofOf(path: string | undefined, held: unknown): Proof {
  const before = PROOFS.find((one) => one === held) ?? "password";
  switch (path) {
    case "/callback/:id":
      return "identity_provider";
    case "/two-factor/verify-totp":
    case "/two-factor/verify-backup-code":
      return "second_factor";
    case "/two-factor/disable":
      return before === "second_factor" ? "password" : before;
    case "/change-password":
      return before;
    default:
      return "password";
  }
}
