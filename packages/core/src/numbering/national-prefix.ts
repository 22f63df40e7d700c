import { RESPELLINGS } from "./plan.generated.ts";

/**
 * The digits as they are dialled from abroad, when `digits` has the national prefix (trunk zero, carrier code, the
 * Argentine mobile 15 …) after its calling code; otherwise undefined. It does not ask whether that is a number.
 */
export function withoutNationalPrefix(digits: string): string | undefined {
  for (let length = 1; length <= 3; length += 1) {
    const code = digits.slice(0, length);
    const rule = NATIONAL_PREFIXES.get(code);
    if (rule === undefined) continue;
    rule.pattern ??= new RegExp(`^(?:${rule.source})`);
    const national = digits.slice(length);
    const match = rule.pattern.exec(national);
    if (match === null) return undefined;
    const captured = match.length > 1 && match[match.length - 1] !== undefined;
    const stripped =
      rule.replacement !== "" && captured
        ? national.replace(rule.pattern, rule.replacement)
        : national.slice(match[0].length);
    return stripped === national ? undefined : code + stripped;
  }
  return undefined;
}

interface NationalPrefix {
  readonly source: string;
  readonly replacement: string;
  /** Made when first needed. */
  pattern: RegExp | undefined;
}

const NATIONAL_PREFIXES: ReadonlyMap<string, NationalPrefix> = new Map(
  RESPELLINGS.map(([code, source, replacement]) => [code, { source, replacement, pattern: undefined }]),
);
