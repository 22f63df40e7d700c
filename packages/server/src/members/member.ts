import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Role } from "../accounts/permissions.ts";

/**
 * A person in an account. The same person (e-mail address) can be in several accounts, with another role and under another
 * name in each; what logs a person in belongs to `person`.
 */
export interface Member {
  /** `mem_` and 20 lower-case letters and digits. */
  readonly id: string;
  readonly account: AccountId;
  /** `per_` and 20 lower-case letters and digits. */
  readonly person: string;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  readonly createdAt: EpochMilliseconds;
  /** From then on the person has no rights here. */
  readonly removedAt?: EpochMilliseconds;
}
