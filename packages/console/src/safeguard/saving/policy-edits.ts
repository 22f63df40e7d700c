import type { PolicyDocument } from "@safeguard/client";

/** One change of a policy's words. It is made again on whatever the policy says when it is saved. */
export type Edit = (document: PolicyDocument) => PolicyDocument;

/** What is to be changed and is not saved yet, by what it changes: of two edits of one thing the later holds. */
export type PolicyEdits = ReadonlyMap<string, Edit>;

export const NO_EDITS: PolicyEdits = new Map();

export function edited(document: PolicyDocument, edits: PolicyEdits): PolicyDocument {
  let result = document;
  for (const edit of edits.values()) result = edit(result);
  return result;
}

/** With one more edit; one that changes nothing of what is saved is none. */
export function withEdit(saved: PolicyDocument, edits: PolicyEdits, key: string, edit: Edit): PolicyEdits {
  const others = withoutEdit(edits, key);
  const without = edited(saved, others);
  return isSame(edit(without), without) ? others : new Map([...others, [key, edit]]);
}

export function withoutEdit(edits: PolicyEdits, key: string): PolicyEdits {
  return new Map([...edits].filter(([other]) => other !== key));
}

/** Do they say the same? The order of fields is no matter. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, said]) => said !== undefined);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, said]) => [field, inOrder(said)]));
}

/** A field with its new value; without one it is not said any more. */
export function withField<T extends object, K extends keyof T>(all: T, field: K, value: T[K] | undefined): T {
  const { [field]: _, ...others } = all;
  const isEmpty =
    value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return (isEmpty ? others : { ...others, [field]: value }) as T;
}
