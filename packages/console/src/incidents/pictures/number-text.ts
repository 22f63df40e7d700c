/** A number of the line as a person reads it; masked: without its last digit. */
export function numberText(
  line: { readonly prefix: string; readonly size: number },
  offset: number,
  masked: boolean,
): string {
  const digits = String(Math.round(Number(line.prefix.slice(1)) * line.size + offset));
  return `+${masked ? `${digits.slice(0, -1)}x` : digits}`;
}

/** The part of it that changes along a window, with `…` for what all have in common. */
export function endText(
  line: { readonly prefix: string; readonly size: number },
  offset: number,
  masked: boolean,
): string {
  const whole = numberText(line, offset, masked);
  const kept = Math.max(4, String(line.size).length);
  return whole.length <= kept + 1 ? whole : `…${whole.slice(-kept)}`;
}
