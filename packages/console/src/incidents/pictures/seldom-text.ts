const UNITS = [
  ["day", 1440],
  ["hour", 60],
  ["minute", 1],
] as const;
/** Of the next smaller unit, so many are still said: 36 hours rather than 2 days. */
const MOST_OF_SMALLER = 2;

/** In what time one comes, where it is less than one in two minutes: `18 hours`. Undefined: it is more often, or never. */
export function seldomText(perMinute: number, language: string): string | undefined {
  if (!(perMinute > 0) || perMinute >= 0.5) return undefined;
  const minutes = 1 / perMinute;
  const [unit, length] = UNITS.find(([, size]) => minutes >= MOST_OF_SMALLER * size) ?? UNITS[2];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(minutes / length);
}
