import { ServiceError } from "../api/service-error.ts";
import type { SignedIn } from "./sign-in.ts";

/** For everything that a session permits but to see whose it is, to set up a second factor, and to sign out. */
export function refuseWithoutSecondFactor({ lacksSecondFactor }: SignedIn): void {
  if (!lacksSecondFactor) return;
  throw new ServiceError("forbidden", "A second factor is required here. Set one up first, under Your sign-in.");
}
