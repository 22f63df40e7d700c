import type { Principal } from "../accounts/principal.ts";

/** Digits at the end that a masked number does not tell. */
const HIDDEN_DIGITS = 3;

/** `+31612345678` → `+31612345•••`. */
export function maskedNumber(number: string): string {
  return `${number.slice(0, -HIDDEN_DIGITS)}${"•".repeat(HIDDEN_DIGITS)}`;
}

/**
 * What a program hears whole, as it sent it, a person sees masked: the number itself, and wherever else it stands, such as
 * in the words of a provider or the range of an exception. A look at the whole number is asked for by itself, and recorded.
 */
export function forWhomAsks<View extends { readonly id: string }>(
  principal: Principal,
  view: View,
  number: string,
): View {
  if (principal.type === "operator" || principal.role === undefined) return view;
  const digits = number.replace(/^\+/, "");
  if (digits.length <= HIDDEN_DIGITS) return view;
  const masked = JSON.parse(JSON.stringify(view).replaceAll(digits, maskedNumber(digits))) as View;
  return { ...masked, id: view.id };
}
