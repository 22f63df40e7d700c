import type { Destination } from "./e164.ts";

/**
 * Territories whose mobile ranges are those of a main destination, or stand inside them, so that no table can tell their
 * phones apart: they follow it in every rule, and a recipient says which one the plan names (by a few fixed ranges, where
 * it does). A territory with mobile ranges of its own (Guernsey, Kazakhstan, Mayotte, Curaçao, Tristan da Cunha …) is a
 * destination.
 */
export const TWINS: Readonly<Record<string, Destination>> = {
  AX: "FI" as Destination,
  BL: "GP" as Destination,
  CC: "AU" as Destination,
  CX: "AU" as Destination,
  EH: "MA" as Destination,
  MF: "GP" as Destination,
  SJ: "NO" as Destination,
  VA: "IT" as Destination,
};

/** The destination whose rules hold for an ISO 3166-1 code: the main one for a twin, else the code itself. */
export function mainDestinationOf(code: string): Destination {
  return (Object.hasOwn(TWINS, code) ? TWINS[code] : undefined) ?? (code as Destination);
}
