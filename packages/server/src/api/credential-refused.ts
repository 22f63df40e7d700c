import type { Authentication } from "../accounts/principal.ts";
import { ServiceError } from "./service-error.ts";

/** The answer to a credential that was not proved: one and the same, but for an address that keeps guessing, and for a right one that is suspended. */
export function credentialRefused(proof: Extract<Authentication, { readonly ok: false }>): ServiceError {
  if (proof.failure === "too_many_attempts") {
    const headers = { "retry-after": String(proof.retryAfterSeconds ?? 60) };
    const detail = "Too many wrong credentials came from your address. Wait as long as Retry-After says.";
    return new ServiceError("rate_limited", detail, [], headers);
  }
  if (proof.failure === "suspended") {
    return new ServiceError("forbidden", "This key, its account, or an account above it is suspended.");
  }
  return new ServiceError("unauthenticated", "Send a valid key as Authorization: Bearer sg_….");
}
