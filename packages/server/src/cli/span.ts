import { InvalidArgumentError } from "commander";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `30m`, `2h`, `7d` in seconds. */
export function spanSeconds(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text.trim()) ?? [];
  if (number === undefined || unit === undefined) {
    throw new InvalidArgumentError("Write a number and s, m, h or d, such as 30m or 2h.");
  }
  return Number(number) * SECONDS[unit as keyof typeof SECONDS];
}
