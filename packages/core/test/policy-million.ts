import process from "node:process";
import fc from "fast-check";
import { compilePolicy } from "../src/policy/compiled-policy.ts";
import { evaluatePolicy } from "../src/policy/evaluate-policy.ts";
import { chains, messages } from "./arbitraries.ts";
import { chain as levelsOf } from "./message-to.ts";
import { referencePolicy } from "./reference-policy.ts";

/*
 * The engine against the reference model, at length: node packages/core/test/policy-million.ts [cases] [seed]
 * Prints the number of cases, the seed (the same seed gives the same cases) and the disagreements; fails if there are any.
 */
const cases = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
const MESSAGES_PER_CHAIN = 50;
const CHAINS_PER_BATCH = 1_000;

let compared = 0;
let disagreements = 0;
const reasons = new Map<string, number>();
const start = performance.now();
for (let batch = 0; compared < cases; batch++) {
  const batchChains = fc.sample(chains, { numRuns: CHAINS_PER_BATCH, seed: seed + batch });
  const batchMessages = fc.sample(messages, { numRuns: CHAINS_PER_BATCH * MESSAGES_PER_CHAIN, seed: ~(seed + batch) });
  for (const [index, chain] of batchChains.entries()) {
    const levels = levelsOf(...chain);
    const compiled = compilePolicy(levels);
    const from = index * MESSAGES_PER_CHAIN;
    for (const message of batchMessages.slice(from, from + Math.min(MESSAGES_PER_CHAIN, cases - compared))) {
      const outcome = evaluatePolicy(compiled, message);
      const expected = referencePolicy(levels, message);
      compared++;
      const kind = `${outcome.action} ${outcome.reason}`;
      reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
      if (outcome.action === expected.action && outcome.reason === expected.reason) continue;
      disagreements++;
      if (disagreements <= 3) console.log(JSON.stringify({ chain, message, outcome, expected }));
    }
  }
}
const seconds = ((performance.now() - start) / 1_000).toFixed(1);
for (const [kind, count] of [...reasons].sort()) console.log(`${String(count).padStart(9)}  ${kind}`);
console.log(`${compared} cases, seed ${seed}, ${disagreements} disagreements, ${seconds} s`);
if (disagreements > 0) process.exitCode = 1;
