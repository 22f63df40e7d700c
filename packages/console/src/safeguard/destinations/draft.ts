import type { ChangeDestinations, DestinationAction, Policy, PolicyDocument } from "@safeguard/client";

export type ListMode = NonNullable<PolicyDocument["listMode"]>;

export const LIST_MODES: readonly ListMode[] = ["allow_all", "block_list", "allow_list"];
export const ACTIONS: readonly DestinationAction[] = ["filter", "monitor", "allow", "block"];

/** What is to be changed of a policy's destinations, and is not saved yet. It stands on whatever the policy says then. */
export interface Draft {
  readonly listMode: ListMode | undefined;
  /** By destination; undefined: its rule is taken away. */
  readonly rules: ReadonlyMap<string, DestinationAction | undefined>;
}

export const NO_CHANGE: Draft = { listMode: undefined, rules: new Map() };

/** What of a policy the draft is made from. */
export type DraftBase = Pick<Policy, "document" | "above">;

export function isChanged({ listMode, rules }: Draft): boolean {
  return listMode !== undefined || rules.size > 0;
}

/** The list mode that holds: the account's own, or of the nearest above that says one. */
export function listModeOf({ document, above }: DraftBase, draft: Draft): ListMode {
  const said = draft.listMode ?? document.listMode ?? above.find((level) => level.document.listMode)?.document.listMode;
  return said ?? "block_list";
}

export function ruleOf({ document }: DraftBase, draft: Draft, code: string): DestinationAction | undefined {
  return draft.rules.has(code) ? draft.rules.get(code) : document.destinations?.[code]?.action;
}

/** A rule for each of these; undefined: none. What is so already is no change. Blocking something ends `allow_all`. */
export function withRules(
  base: DraftBase,
  draft: Draft,
  codes: readonly string[],
  action: DestinationAction | undefined,
): Draft {
  const rules = new Map(draft.rules);
  for (const code of codes) {
    const saved = base.document.destinations?.[code];
    if (saved?.action === action && saved?.channels === undefined) rules.delete(code);
    else rules.set(code, action);
  }
  const endsAllowAll = action === "block" && codes.length > 0 && listModeOf(base, draft) === "allow_all";
  return { listMode: endsAllowAll ? modeChange(base, "block_list") : draft.listMode, rules };
}

/** Lets these pass, or blocks them, by the fewest rules: none where the list mode says the same. */
export function withAllowed(base: DraftBase, draft: Draft, codes: readonly string[], isAllowed: boolean): Draft {
  let changed = draft;
  for (const code of codes) {
    const saved = base.document.destinations?.[code]?.action;
    const kept = saved !== undefined && (saved !== "block") === isAllowed ? saved : undefined;
    changed = withRules(base, changed, [code], kept ?? newRule(base, changed, code, isAllowed));
  }
  return changed;
}

function newRule(base: DraftBase, draft: Draft, code: string, isAllowed: boolean): DestinationAction | undefined {
  const listAllows = listModeOf(base, draft) !== "allow_list";
  // Where nothing of its own is said, the accounts above or the defaults may block what the list lets pass.
  const ruledElsewhere =
    base.document.destinations === undefined || base.above.some((level) => level.document.destinations?.[code]);
  if (listAllows === isAllowed && !ruledElsewhere) return undefined;
  return isAllowed ? "filter" : "block";
}

/** Another list mode. `allow_all` has no blocked destination, so blocks of one's own go. */
export function withListMode(base: DraftBase, draft: Draft, mode: ListMode): Draft {
  const changed: Draft = { listMode: modeChange(base, mode), rules: draft.rules };
  if (mode !== "allow_all") return changed;
  const named = new Set([...Object.keys(base.document.destinations ?? {}), ...draft.rules.keys()]);
  const blocked = [...named].filter((code) => ruleOf(base, draft, code) === "block");
  return withRules(base, changed, blocked, undefined);
}

function modeChange(base: DraftBase, mode: ListMode): ListMode | undefined {
  return listModeOf(base, NO_CHANGE) === mode ? undefined : mode;
}

/** The account's words as they would be. */
export function documentOf({ document }: DraftBase, draft: Draft): PolicyDocument {
  const destinations = { ...document.destinations };
  for (const [code, action] of draft.rules) {
    if (action === undefined) delete destinations[code];
    else destinations[code] = { action };
  }
  return {
    ...document,
    ...(draft.listMode !== undefined && { listMode: draft.listMode }),
    ...((document.destinations !== undefined || draft.rules.size > 0) && { destinations }),
  };
}

/** What will hold, until the server has said it. */
export function expectedAction(
  base: DraftBase,
  draft: Draft,
  code: string,
  now: { readonly action: DestinationAction; readonly because: string },
): DestinationAction {
  if (now.because === "account_above" && now.action === "block") return "block";
  const rule = ruleOf(base, draft, code);
  if (rule !== undefined) return rule;
  if (!draft.rules.has(code) && (draft.listMode === undefined || now.because !== "list_mode")) return now.action;
  return listModeOf(base, draft) === "allow_list" ? "block" : "filter";
}

export type ChangeRequest = Pick<ChangeDestinations, "block" | "allow" | "monitor" | "reset"> & {
  readonly groups?: readonly string[];
  readonly action?: DestinationAction;
};

/** The draft as a change of destinations; undefined: only a whole document can say it. */
export function changeRequestOf(draft: Draft): ChangeRequest | undefined {
  if (draft.listMode !== undefined) return undefined;
  const of = (action: DestinationAction | undefined) =>
    [...draft.rules].filter(([, is]) => is === action).map(([code]) => code);
  const lists = { block: of("block"), allow: of("filter"), monitor: of("monitor"), reset: of(undefined) };
  const unwatched = of("allow");
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, codes]) => codes.length > 0)),
    ...(unwatched.length > 0 && { groups: unwatched, action: "allow" as const }),
  };
}
