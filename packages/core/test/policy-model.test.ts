import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "../src/message.ts";
import { NUMBER_CHANNELS } from "../src/message.ts";
import { compilePolicy } from "../src/policy/compiled-policy.ts";
import { evaluatePolicy } from "../src/policy/evaluate-policy.ts";
import { diffPolicies, loosens } from "../src/policy/policy-diff.ts";
import { POLICY_FIELDS, type PolicyDocument } from "../src/policy/policy-document.ts";
import { STRICTNESS } from "../src/policy/strictness.ts";
import { chains, documents, exceptions, messages, rangeRules } from "./arbitraries.ts";
import { chain } from "./message-to.ts";
import { referencePolicy } from "./reference-policy.ts";

const strictness = (message: Message, ...levels: readonly PolicyDocument[]): number =>
  STRICTNESS[evaluatePolicy(compilePolicy(chain(...levels)), message).action];

/** As validation has it: no two rules for the same numbers and channels. */
function saysNothingTwice({ ranges = [], exceptions: excepted = [] }: PolicyDocument): boolean {
  const keys = [
    ...ranges.map(({ prefix, channels = [] }) => [prefix, ...channels.toSorted()].join()),
    ...excepted.map(({ range, kind, channels = [] }) => [range, kind, ...channels.toSorted()].join()),
  ];
  return new Set(keys).size === keys.length;
}

const manyMessages = fc.array(messages, { minLength: 20, maxLength: 20 });

describe("the policy engine", () => {
  it("equals the reference model (at length: node packages/core/test/policy-million.ts)", () => {
    fc.assert(
      fc.property(chains, manyMessages, (levels, some) => {
        const compiled = compilePolicy(chain(...levels));
        for (const message of some) {
          const { action, reason } = evaluatePolicy(compiled, message);
          expect({ action, reason }).toEqual(referencePolicy(chain(...levels), message));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("adding a block never allows more, at whatever level", () => {
    const blocks: fc.Arbitrary<(document: PolicyDocument) => PolicyDocument> = fc.oneof(
      fc.constantFrom("NL", "BE", "881").map((code) => (document: PolicyDocument) => {
        const channels = document.destinations?.[code]?.channels;
        const rule = { action: "block", ...(channels && { channels }) } as const;
        return { ...document, destinations: { ...document.destinations, [code]: rule } };
      }),
      fc.constantFrom("+1", "+12", "+121", "+2211").map((prefix) => (document: PolicyDocument) => {
        return { ...document, ranges: [...(document.ranges ?? []), { prefix, action: "block" as const }] };
      }),
      fc.constantFrom("+121xxxx", "+2121xxxx", "+21212121").map((range) => (document: PolicyDocument) => {
        return { ...document, exceptions: [...(document.exceptions ?? []), { range, kind: "barred" as const }] };
      }),
      fc.constantFrom("mobile", "unknown").map((numberType) => (document: PolicyDocument) => {
        return { ...document, numberTypes: { ...document.numberTypes, [numberType]: "block" as const } };
      }),
    );
    fc.assert(
      fc.property(chains, fc.nat(2), blocks, manyMessages, (levels, at, addBlock, some) => {
        const more = levels.map((document, level) => (level === at % levels.length ? addBlock(document) : document));
        for (const message of some) {
          expect(strictness(message, ...more)).toBeGreaterThanOrEqual(strictness(message, ...levels));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("in allow-list mode nothing passes that no rule lets pass", () => {
    fc.assert(
      fc.property(documents, manyMessages, ({ ranges, exceptions, ...document }, some) => {
        const { destinations, channels = NUMBER_CHANNELS } = document;
        for (const message of some.filter(({ channel }) => channels.includes(channel))) {
          if (strictness(message, { ...document, listMode: "allow_list" }) === STRICTNESS.block) continue;
          for (const candidate of message.recipient.candidates) {
            expect(destinations?.[candidate]?.action ?? "block").not.toBe("block");
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("a child never loosens a locked field", () => {
    fc.assert(
      fc.property(documents, chains, fc.constantFrom(...POLICY_FIELDS), manyMessages, (child, above, field, some) => {
        const locked = above.map((document, level) =>
          level === 0 ? { ...document, locked: [...(document.locked ?? []), field] } : document,
        );
        const own: PolicyDocument = child[field] === undefined ? {} : { [field]: child[field] };
        for (const message of some) {
          expect(strictness(message, own, ...locked)).toBeGreaterThanOrEqual(strictness(message, ...locked));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("a child never loosens anything where all is locked, nor undoes a block where nothing is", () => {
    fc.assert(
      fc.property(documents, chains, manyMessages, (child, above, some) => {
        const [parent = {}, ...rest] = above;
        for (const message of some) {
          const locked = { ...parent, locked: POLICY_FIELDS };
          expect(strictness(message, child, locked, ...rest)).toBeGreaterThanOrEqual(
            strictness(message, locked, ...rest),
          );

          const { reason, findings } = evaluatePolicy(compilePolicy(chain(parent, ...rest)), message);
          const isDefault =
            message.recipient.candidates.some((code) => code === "881") || message.recipient.type === "premium";
          const isBlock = findings.some((finding) => finding.action === "block" && finding.reason === reason);
          if (!isBlock || isDefault || reason === "destination_not_listed") continue;
          expect(strictness(message, child, parent, ...rest)).toBe(STRICTNESS.block);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("a difference that is not said to loosen does not", () => {
    const replaced = fc.tuple(documents, documents, fc.subarray([...POLICY_FIELDS])).map(([before, other, fields]) => {
      const after = { ...before, ...Object.fromEntries(fields.map((field) => [field, other[field]])) };
      return [before, after] as const;
    });
    // One rule of the document goes, or is another one for the same numbers.
    const edited = fc
      .tuple(documents, rangeRules, exceptions, fc.nat(), fc.boolean())
      .map(([before, range, exception, at, goes]) => {
        const edit = <Rule>(rules: readonly Rule[] = [], other: (rule: Rule) => Rule): readonly Rule[] =>
          rules.flatMap((rule, index) => (index !== at % rules.length ? [rule] : goes ? [] : [other(rule)]));
        const ranges = edit(before.ranges, ({ prefix }) => ({ ...range, prefix }));
        const after: PolicyDocument =
          at % 2 === 0
            ? { ...before, ranges }
            : {
                ...before,
                exceptions: edit(before.exceptions, ({ range: numbers }) => ({ ...exception, range: numbers })),
              };
        return [before, after] as const;
      });
    const variants = fc.oneof(replaced, edited);
    let tightening = 0;
    let tighteningAlone = 0;
    fc.assert(
      fc.property(variants, fc.array(documents, { maxLength: 2 }), manyMessages, ([before, after], above, some) => {
        fc.pre(saysNothingTwice(before) && saysNothingTwice(after));
        if (!loosens(diffPolicies(before, after, { standsAlone: true }))) {
          tighteningAlone++;
          for (const message of some) {
            expect(strictness(message, after)).toBeGreaterThanOrEqual(strictness(message, before));
          }
        }
        if (loosens(diffPolicies(before, after))) return;
        tightening++;
        for (const message of some) {
          expect(strictness(message, after, ...above)).toBeGreaterThanOrEqual(strictness(message, before, ...above));
        }
      }),
      { numRuns: 4_000 },
    );
    expect(tightening).toBeGreaterThan(200);
    expect(tighteningAlone).toBeGreaterThan(tightening);
  });
});
