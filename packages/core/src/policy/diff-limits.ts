import {
  type Amount,
  type Ceiling,
  DEFAULT_UNANSWERED,
  type LimitSettings,
  type UnansweredSettings,
} from "../limits/limit-settings.ts";
import type { PolicyChange } from "./policy-change.ts";

/**
 * Ceiling by ceiling, by name. A ceiling that goes, allows more, or counts something else than before (it then begins a new
 * count) loosens.
 */
export function diffLimits(before: LimitSettings = {}, after: LimitSettings = {}): readonly PolicyChange[] {
  const were = byName(before);
  const are = byName(after);
  const ceilings = [...new Set([...were.keys(), ...are.keys()])].flatMap((name) => {
    const [was, is] = [were.get(name), are.get(name)];
    return changeOf(`limits.ceilings.${name}`, was, is, was !== undefined && (is === undefined || allowsMore(was, is)));
  });
  const { maximumPrice: was } = before;
  const { maximumPrice: is } = after;
  return [
    ...ceilings,
    ...changeOf("limits.maximumPrice", was, is, was !== undefined && (is === undefined || isMore(is, was))),
    ...changeOf(
      "limits.unanswered",
      before.unanswered,
      after.unanswered,
      mayLoosen(before.unanswered, after.unanswered),
    ),
    ...changeOf(
      "limits.whenPriceUnknown",
      before.whenPriceUnknown,
      after.whenPriceUnknown,
      after.whenPriceUnknown === "maximum_price",
    ),
  ];
}

function byName({ ceilings = [] }: LimitSettings): ReadonlyMap<string, Ceiling> {
  return new Map(ceilings.map((ceiling) => [ceiling.name, ceiling]));
}

function allowsMore(was: Ceiling, is: Ceiling): boolean {
  if (JSON.stringify(counted(was)) !== JSON.stringify(counted(is))) return true;
  if (was.money !== undefined && is.money !== undefined) return isMore(is.money, was.money);
  return (is.messages ?? 0) > (was.messages ?? 0);
}

/** What is counted, in canonical order. */
function counted({
  per = "account",
  window,
  money,
  destinations,
  prefixes,
  purposes,
  numbers,
  digits,
  key,
}: Ceiling): unknown {
  const scope = [destinations?.toSorted(), prefixes?.toSorted(), purposes?.toSorted(), numbers];
  return [per, window, money?.currency, digits, key, ...scope];
}

function isMore(is: Amount, was: Amount): boolean {
  return is.currency !== was.currency || is.amount > was.amount;
}

/** What is left out is the default, or what an account above says, which is never more than what was said here. */
function mayLoosen(was: UnansweredSettings = {}, is: UnansweredSettings = {}): boolean {
  return (["perHour", "perDay"] as const).some(
    (field) => (is[field] ?? DEFAULT_UNANSWERED[field]) > (was[field] ?? DEFAULT_UNANSWERED[field]),
  );
}

function changeOf(path: string, before: unknown, after: unknown, loosens: boolean): readonly PolicyChange[] {
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after, loosens }];
}
