import type { AccountId, EpochMilliseconds, Purpose } from "@safeguard/core";
import type { SendMode } from "./account.ts";

/** What a key may do. `accounts:write` reaches the accounts below its own, too. */
export const SCOPES = [
  "messages:send",
  "messages:read",
  "decisions:write",
  "events:write",
  "policies:read",
  "policies:write",
  "approvals:write",
  "accounts:read",
  "accounts:write",
  "members:write",
  "keys:write",
  "routes:write",
  "providers:write",
  "incidents:read",
  "incidents:write",
  "alerts:write",
  "usage:read",
  "numbers:reveal",
  "audit:read",
  "privacy:write",
  "backtests:write",
] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * One credential with three faces: the native secret (`sg_live_…`, `sg_test_…`), a CM.com product token (a GUID), and an
 * auth token (32 hex digits) that goes with the account's Twilio SID. Only hashes are kept, but for the auth token,
 * which signs status callbacks and so must be read back: it is sealed.
 */
export interface ApiKey {
  /** `key_` and 20 lower-case letters and digits. */
  readonly id: string;
  readonly account: AccountId;
  readonly name: string;
  /** A test key reaches only the sandbox. */
  readonly mode: "live" | "test";
  readonly scopes: readonly Scope[];
  /** SHA-256, hex. */
  readonly secretHash: string;
  readonly productTokenHash: string;
  readonly authTokenHash: string;
  readonly authTokenSealed: string;
  /** The last four characters of the secret, to recognise it by. */
  readonly hint: string;
  /** CIDR blocks, as in Account; both must allow the client. */
  readonly networks: readonly string[];
  readonly policy?: string;
  readonly mayChoosePolicies: readonly string[];
  /** Honour `RiskCheck=disable` (and the native `riskCheck: "disable"`). */
  readonly mayDisableRiskCheck: boolean;
  readonly purpose?: Purpose;
  /** Of messages that do not say. Absent: as the account says. */
  readonly sendMode?: SendMode;
  readonly createdAt: EpochMilliseconds;
  readonly expiresAt?: EpochMilliseconds;
  readonly revokedAt?: EpochMilliseconds;
  /** Refused since then, until it is resumed. */
  readonly suspendedAt?: EpochMilliseconds;
  /** A personal access key: it has no scopes of its own, and may do what this person's role in the account permits. */
  readonly person?: string;
  /** Who else has seen its secrets, because they made it or gave it new ones: persons, and ids of keys. */
  readonly seenBy?: readonly string[];
  /** The secrets from before the latest reroll; they prove the same key until then. */
  readonly previous?: RerolledSecrets;
}

export interface RerolledSecrets
  extends Pick<ApiKey, "secretHash" | "productTokenHash" | "authTokenHash" | "authTokenSealed"> {
  readonly until: EpochMilliseconds;
}
