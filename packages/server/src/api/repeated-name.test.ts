import fc from "fast-check";
import { expect, test } from "vitest";
import { repeatedName } from "./repeated-name.ts";

test.each([
  ['{"to":1,"to":2}', "to"],
  ['{"a":{"to":1},"b":[{"to":1},{"to":2}],"to":3}', undefined],
  ['{"a":[{"to":1 , "to" :2}]}', "to"],
  ['{"a":{"x":1},"a":2}', "a"],
  ['{"a":1,"\\u0061":2}', "a"],
  ['{"a":"\\"a\\":1,{","b":"\\\\","c":"}{"}', undefined],
  ['{"a\\\\":1,"a\\\\":2}', "a\\"],
  ['{"":1,"":2}', ""],
  ['{"__proto__":1,"__proto__":2}', "__proto__"],
  ['["to","to",":"]', undefined],
  ['"to"', undefined],
  ["1", undefined],
])("in %s: %j", (json, name) => {
  JSON.parse(json);
  expect(repeatedName(json)).toBe(name);
});

/** JSON as a tree in which names may repeat: what the oracle looks at, and what is written as text. */
type Tree = string | number | null | readonly Tree[] | { readonly members: readonly (readonly [string, Tree])[] };

const NAMES = fc.oneof(
  fc.constantFrom("to", "from", "a", '"', "\\", '\\"', ":", "{", "é"),
  fc.string({ maxLength: 3 }),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.string(), NAMES, fc.integer(), fc.constant(null)),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.array(fc.tuple(NAMES, tie("tree")), { maxLength: 24 }).map((members) => ({ members })),
  ),
}));

function written(node: Tree, space: string): string {
  if (node === null || typeof node !== "object") return JSON.stringify(node);
  if (Array.isArray(node)) return `[${node.map((each: Tree) => written(each, space)).join(`${space},`)}${space}]`;
  const { members } = node as Extract<Tree, { members: unknown }>;
  const texts = members.map(([name, value]) => `${space}${JSON.stringify(name)}${space}:${written(value, space)}`);
  return `{${texts.join(",")}${space}}`;
}

function repeats(node: Tree): boolean {
  if (node === null || typeof node !== "object") return false;
  if (Array.isArray(node)) return node.some((each: Tree) => repeats(each));
  const { members } = node as Extract<Tree, { members: unknown }>;
  return new Set(members.map(([name]) => name)).size < members.length || members.some(([, value]) => repeats(value));
}

test("finds a name exactly where the tree has one twice, however it is spaced", () => {
  fc.assert(
    fc.property(tree, fc.constantFrom("", " ", "\n\t "), (node, space) => {
      const json = written(node, space);
      JSON.parse(json);
      expect(repeatedName(json) !== undefined).toBe(repeats(node));
    }),
    { numRuns: 300 },
  );
});

test("takes linear time for what is deep, long, or full of backslashes and names", () => {
  const deep = `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`;
  const wide = `{${Array.from({ length: 100_000 }, (_, index) => `"n${index}":1`).join(",")}}`;
  const slashes = `{"a":"${"\\\\".repeat(500_000)}"}`;
  const quotes = `{"a":"${'\\"'.repeat(500_000)}"}`;
  const start = process.cpuUsage();
  for (const json of [deep, wide, slashes, quotes]) expect(repeatedName(json)).toBeUndefined();
  // (of the processor: others may use the machine as well)
  expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
});
