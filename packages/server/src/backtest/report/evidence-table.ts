import { type Evidence, factorText } from "@safeguard/core";
import { table } from "./figure.ts";
import type { Html } from "./html.ts";

/** Each factor of the evidence, how they multiply, and the threshold that the false-block budget sets. */
export function evidenceTable({ share, adjacency, unanswered, faked, total, threshold }: Evidence): Html {
  const outcome = Math.max(unanswered, faked, 0);
  const choosing = total - share - adjacency - outcome;
  const rows: (readonly [string, string])[] = [
    ["Share of new numbers that fell in it", factor(share)],
    ["Numbers that follow each other", factor(adjacency)],
    [faked > unanswered && faked > 0 ? "Verifications that no person makes" : "Codes unanswered", factor(outcome)],
    ["Allowance for having looked in many places", factor(choosing)],
    ["Together", factor(total)],
    ["Watched from", factor(threshold)],
  ];
  return table(
    "How the evidence adds up: factors that multiply",
    [{ name: "Finding" }, { name: "Factor", number: true }],
    rows,
  );
}

/** Below 1 as a division, which people read more easily. */
function factor(nats: number): string {
  if (Math.abs(nats) < 0.005) return "×1";
  return nats > 0 ? factorText(nats) : factorText(-nats).replace("×", "÷");
}
