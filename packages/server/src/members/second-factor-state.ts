/**
 * A person's second factor, as those see it who look after people. `identity_provider`: signs in there alone, which asks for it
 * or not; `no_login`: has made none yet.
 */
export const SECOND_FACTOR_STATES = ["on", "off", "identity_provider", "no_login"] as const;
export type SecondFactorState = (typeof SECOND_FACTOR_STATES)[number];

/** By e-mail addresses, in lower case; who is not in the answer has no login. */
export type SecondFactorsOf = (emails: readonly string[]) => Promise<ReadonlyMap<string, SecondFactorState>>;
