import { DESTINATIONS, explainVerdict } from "@safeguard/core";
import { destinationName } from "../policies/destination-names.ts";
import type { Explain } from "./view-decision.ts";

/** `Intl` is asked once for each destination, because every decision has a sentence. */
const NAMES: ReadonlyMap<string, string> = new Map(DESTINATIONS.map(({ code }) => [code, destinationName(code)]));

const READER = { destination: (code: string) => NAMES.get(code) };

/** The sentence of a verdict, with destinations by their English names. */
export const explainInEnglish: Explain = (verdict) => explainVerdict(verdict, READER);
