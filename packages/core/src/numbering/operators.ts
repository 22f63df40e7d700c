import { type DigitAutomaton, decodeDigitAutomaton } from "./digit-automaton.ts";
import type { E164 } from "./e164.ts";
import { OPERATOR_AUTOMATON, OPERATOR_LABELS } from "./operators.generated.ts";

/**
 * The operator to which the number's range was first given, as public numbering records name it; the number may have
 * been ported since. Undefined where no record is known.
 */
export function operatorOf(e164: E164): string | undefined {
  table ??= { automaton: decodeDigitAutomaton(OPERATOR_AUTOMATON), labels: `\n${OPERATOR_LABELS}`.split("\n") };
  const { targets, values } = table.automaton;
  let state = table.automaton.start;
  let label = 0;
  // The longest prefix on record: the last value on the way.
  for (let at = 1; at < e164.length && state !== 0; at += 1) {
    state = targets[(state << 4) | (e164.charCodeAt(at) - ZERO)] ?? 0;
    label = values[state] || label;
  }
  return label === 0 ? undefined : table.labels[label];
}

const ZERO = 0x30;

/** Decoded when first needed: a process that names no operator never pays for it. */
let table: { readonly automaton: DigitAutomaton; readonly labels: readonly string[] } | undefined;
