import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { verdictSentence } from "./verdict-sentence.ts";

/** What was decided and why, in the reader's language. */
export function useVerdictSentence(): (verdict: Parameters<typeof verdictSentence>[0]) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (verdict) => verdictSentence(verdict, t, format);
}
