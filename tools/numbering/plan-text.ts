import { createHash } from "node:crypto";
import { type CompiledPlan, callingCodes, compilePlan, mainDestinations } from "./compile-plan.ts";
import type { PlanText } from "./plan-changes.ts";
import type { NumberingMetadata } from "./plan-metadata.ts";

/** Compiles metadata to the texts that are shipped, with their hash. */
export function planText(metadata: NumberingMetadata): PlanText & Pick<CompiledPlan, "respellings"> {
  const plan = compilePlan(metadata);
  const automaton = plan.dag.encode(plan.root);
  const readings = plan.readings.join("\n");
  const hash = createHash("sha256").update(JSON.stringify([automaton, readings, plan.respellings]));
  return {
    table: hash.digest("hex"),
    automaton,
    readings,
    callingCodes: Object.fromEntries(callingCodes(metadata).map((code) => [code, mainDestinations(code, metadata)])),
    respellings: plan.respellings,
  };
}
