import type { Json } from "./audit-types.ts";

/** One field that an act changed. `path`: its names from the outside in. */
export interface FieldChange {
  readonly path: readonly string[];
  /** undefined: it was not there. */
  readonly before: Json | undefined;
  /** undefined: it is not there any more. */
  readonly after: Json | undefined;
}

/**
 * What differs, field by field, in the order of the fields. Objects are compared by their fields, lists as a whole. A
 * revision brings its own list of what it changes, and that is taken.
 */
export function auditDiff(before: Json, after: Json): readonly FieldChange[] {
  const ofRevision = isObject(after) ? after["changes"] : undefined;
  if (Array.isArray(ofRevision)) return ofRevision.flatMap(changeOfRevision);
  return [...differences([], before ?? undefined, after ?? undefined)];
}

function* differences(
  path: readonly string[],
  before: Json | undefined,
  after: Json | undefined,
): Generator<FieldChange> {
  const fields = [before, after].flatMap((one) => (isObject(one) ? Object.keys(one) : []));
  const canBeOpened = (one: Json | undefined): boolean => one === undefined || isObject(one);
  if (fields.length > 0 && canBeOpened(before) && canBeOpened(after)) {
    for (const name of new Set(fields))
      yield* differences([...path, name], fieldOf(before, name), fieldOf(after, name));
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    yield { path, before, after };
  }
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function changeOfRevision(change: Json): readonly FieldChange[] {
  if (!isObject(change) || typeof change["path"] !== "string") return [];
  return [
    { path: change["path"].split("."), before: change["before"] ?? undefined, after: change["after"] ?? undefined },
  ];
}

export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
