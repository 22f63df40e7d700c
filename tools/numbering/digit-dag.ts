/**
 * Minimal acyclic automata over digits: equal sub-automata are one node. Node 0 is the sink: every digit leads back to
 * it, and its value is 0.
 */
import { encodeNumbers } from "./encode-numbers.ts";

/** What stands at a node, after the digits that lead there; 0: nothing. */
export type Value = number;

export class DigitDag {
  readonly values: Value[] = [0];
  /** Ten targets per node. */
  readonly targets: number[] = new Array<number>(10).fill(0);
  readonly #known = new Map<string, number>();

  /** The node with this value and these ten targets, which must be in the automaton. */
  node(value: Value, targets: readonly number[]): number {
    if (value === 0 && targets.every((target) => target === 0)) return 0;
    const key = `${value}:${targets.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.values.length;
    this.values.push(value);
    this.targets.push(...targets);
    this.#known.set(key, made);
    return made;
  }

  target(node: number, digit: number): number {
    return this.targets[node * 10 + digit] ?? 0;
  }

  value(node: number): Value {
    return this.values[node] ?? 0;
  }

  /**
   * The automaton from `root` on, as text for {@link decodeDigitAutomaton} of the core: the number of nodes, then for
   * each node in an order where targets come first (the root last) its value, a mask of the digits 1–9 that lead where
   * the digit before leads, and the other targets as distances back.
   */
  encode(root: number): string {
    const order = new Map<number, number>([[0, 0]]);
    const numbers: number[] = [];
    let lastValue = 0;
    const visit = (node: number): number => {
      const placed = order.get(node);
      if (placed !== undefined) return placed;
      const targets = Array.from({ length: 10 }, (_, digit) => visit(this.target(node, digit)));
      const id = order.size;
      order.set(node, id);
      let mask = 0;
      const distances: number[] = [];
      targets.forEach((target, digit) => {
        if (digit > 0 && target === targets[digit - 1]) mask |= 1 << (digit - 1);
        else distances.push(target === 0 ? 0 : id - target);
      });
      const value = this.value(node);
      numbers.push(value === lastValue ? 0 : value + 1, mask, ...distances);
      lastValue = value;
      return id;
    };
    visit(root);
    return encodeNumbers([order.size, ...numbers]);
  }
}
