import type { Brand } from "../brand.ts";

/** A canonical E.164 number: `+` and 7 to 15 digits, the first not zero. Made only by `parseRecipient`. */
export type E164 = Brand<string, "E164">;

/**
 * A destination: ISO 3166-1 alpha-2 code, or `XK`, `AC`, `TA`, or the calling code of a non-geographic network
 * (`800 808 870 878 881 882 883 888 979`). Twins (territories whose ranges coincide with a main one) are no destinations.
 */
export type Destination = Brand<string, "Destination">;
