export interface PlainSentence {
  readonly sentence: string;
  /** How strong each finding is, as the evidence writes it: `×1.5e32`. */
  readonly factors: readonly string[];
  /** Nobody reported what became of the codes. */
  readonly outcomesUnknown: boolean;
}

const UNKNOWN = "; what became of the codes is not known and was not weighed";

/** The evidence's sentence for reading: what it is weighed by stands apart. */
export function plainSentence(evidence: string): PlainSentence {
  return {
    sentence: evidence.replaceAll(/ \(×[\d.,e]+\)/g, "").replace(UNKNOWN, ""),
    factors: [...evidence.matchAll(/ \((×[\d.,e]+)\)/g)].map(([, factor = ""]) => factor),
    outcomesUnknown: evidence.includes(UNKNOWN),
  };
}
