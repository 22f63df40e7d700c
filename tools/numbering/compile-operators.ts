import { DigitDag } from "./digit-dag.ts";

export interface CompiledOperators {
  readonly automaton: string;
  /** Value 1 + n of the automaton is label n. */
  readonly labels: readonly string[];
}

/** An automaton whose last value on the way through a number is the label of its longest prefix in `labels`. */
export function compileOperators(labels: ReadonlyMap<string, string>): CompiledOperators {
  const dag = new DigitDag();
  const names = [...new Set(labels.values())].sort();
  const numbers = new Map(names.map((name, index) => [name, index + 1]));
  const within = new Set<string>([""]);
  for (const prefix of labels.keys()) {
    for (let length = 1; length <= prefix.length; length += 1) within.add(prefix.slice(0, length));
  }
  const visit = (prefix: string, inherited: number): number => {
    if (!within.has(prefix)) return 0;
    const own = numbers.get(labels.get(prefix) ?? "") ?? inherited;
    // A prefix that says what a shorter one says already needs no value.
    const value = own === inherited ? 0 : own;
    return dag.node(
      value,
      Array.from({ length: 10 }, (_, digit) => visit(`${prefix}${digit}`, own)),
    );
  };
  const root = visit("", 0);
  return { automaton: dag.encode(root), labels: names };
}
