import { destinationName } from "../policies/destination-names.ts";

/** How the words on incidents call destinations. */
export const NAMES = { destination: destinationName };
