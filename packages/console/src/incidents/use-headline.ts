import type { DetectionEvidence } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { evidenceSentence } from "./evidence-sentence.ts";

export interface HeadlineOf {
  readonly evidence: DetectionEvidence;
  readonly destinations: readonly string[];
  /** How many blocks it is in, each within no other. */
  readonly attackedRanges?: number;
}

/** What an attack is, in the reader's language. Of several that joined, the evidence is of one of them, and of then. */
export function useHeadline(): (incident: HeadlineOf) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ evidence, destinations, attackedRanges = 1 }) => {
    const found = evidenceSentence(evidence, t, format, destinations.length === 1 ? destinations[0] : undefined);
    const said =
      attackedRanges > 1 && evidence.scope.type === "block"
        ? t("evidence.joined", { count: attackedRanges, found: found.charAt(0).toLowerCase() + found.slice(1) })
        : found;
    return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  };
}
