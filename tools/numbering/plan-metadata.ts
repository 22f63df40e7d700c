/** The parts of libphonenumber-js's metadata (version 4) that say which numbers exist. */

/** `[pattern, lengths]`; an empty pattern is the fixed-line one again, absent lengths are the plan's. */
export type TypeMetadata = 0 | readonly [pattern: string, lengths?: readonly number[]];

/** One numbering plan, as an array with holes (0) at the end and in between. */
export type PlanMetadata = readonly [
  callingCode: string,
  exitPrefix: unknown,
  pattern: string,
  lengths: readonly number[],
  formats?: unknown,
  nationalPrefix?: string | 0,
  formattingRule?: unknown,
  nationalPrefixForParsing?: string | 0,
  nationalPrefixTransform?: string | 0,
  prefixIsOptional?: unknown,
  leadingDigits?: string | 0,
  types?: readonly TypeMetadata[],
  ...more: unknown[],
];

export interface NumberingMetadata {
  readonly version: number;
  /** Calling code → countries that share it, the main one first. */
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>;
  readonly countries: Readonly<Record<string, PlanMetadata>>;
  readonly nonGeographic: Readonly<Record<string, PlanMetadata>>;
}

/** Checks that `value` has the shape that the compiler reads. */
export function asNumberingMetadata(value: unknown): NumberingMetadata {
  const metadata = value as NumberingMetadata;
  if (metadata?.version !== 4 || !metadata.countries || !metadata.nonGeographic || !metadata.country_calling_codes) {
    throw new Error("this is no libphonenumber-js metadata of version 4 (metadata.max.json)");
  }
  for (const [name, plan] of [...Object.entries(metadata.countries), ...Object.entries(metadata.nonGeographic)]) {
    if (!plan[11] || plan[11].length === 0) throw new Error(`${name} has no number types: use metadata.max.json`);
  }
  return metadata;
}
