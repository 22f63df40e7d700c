import { type DigitAutomaton, decodeDigitAutomaton } from "./digit-automaton.ts";
import { PLAN_AUTOMATON, PLAN_READINGS } from "./plan.generated.ts";
import { decodeReadings, type Reading } from "./reading.ts";

/** The numbering plan of the world, compiled from libphonenumber-js's metadata. */
export const PLAN: DigitAutomaton = decodeDigitAutomaton(PLAN_AUTOMATON);

/** By the automaton's values; 0 stands where no number of at most 15 digits is. */
export const READINGS: readonly Reading[] = decodeReadings(PLAN_READINGS);
