/**
 * A minimal automaton over digits, as a table: from state `s` the digit `d` leads to `targets[s << 4 | d]`, and
 * `values[s]` is what stands after the digits read so far (0: nothing). State 0 is the sink.
 */
export interface DigitAutomaton {
  readonly start: number;
  readonly targets: Uint16Array;
  readonly values: Uint16Array;
}

/** Reads what `tools/numbering/digit-dag.ts` writes; the format is described there. */
export function decodeDigitAutomaton(text: string): DigitAutomaton {
  let at = 0;
  const number = (): number => {
    let value = 0;
    let shift = 0;
    for (;;) {
      const six = SIX_BITS[text.charCodeAt(at)] ?? 0;
      at += 1;
      value |= (six & 31) << shift;
      if (six < 32) return value;
      shift += 5;
    }
  };
  const states = number();
  const targets = new Uint16Array(states << 4);
  const values = new Uint16Array(states);
  let value = 0;
  for (let state = 1; state < states; state += 1) {
    const changed = number();
    if (changed !== 0) value = changed - 1;
    values[state] = value;
    const repeats = number() << 1;
    let target = 0;
    for (let digit = 0; digit < 10; digit += 1) {
      if (((repeats >> digit) & 1) === 0) {
        const distance = number();
        target = distance === 0 ? 0 : state - distance;
      }
      targets[(state << 4) | digit] = target;
    }
  }
  return { start: states - 1, targets, values };
}

/** The value after all of `digits`, which are ASCII digits. */
export function valueAfter(automaton: DigitAutomaton, digits: string): number {
  let state = automaton.start;
  for (let at = 0; at < digits.length; at += 1) {
    state = automaton.targets[(state << 4) | (digits.charCodeAt(at) - 48)] ?? 0;
  }
  return automaton.values[state] ?? 0;
}

const SIX_BITS: Uint8Array = new Uint8Array(128);
for (let value = 0; value < 64; value += 1) {
  SIX_BITS["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".charCodeAt(value)] = value;
}
