/** A JSON object as CM.com's clients write it: keys in any casing. */
export type CmObject = Readonly<Record<string, unknown>>;

export function isCmObject(value: unknown): value is CmObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const ASCII = /^[\x20-\x7e]*$/;

/** The names that clients use are few, and come with every message. */
const FOLDED = new Map<string, string>();
const REMEMBERED_NAMES = 500;
const REMEMBERED_LENGTH = 64;

/** In lower case; undefined: not ASCII. */
function foldName(name: string): string | undefined {
  const known = FOLDED.get(name);
  if (known !== undefined) return known;
  if (!ASCII.test(name)) return undefined;
  const folded = name.toLowerCase();
  if (FOLDED.size < REMEMBERED_NAMES && name.length <= REMEMBERED_LENGTH) FOLDED.set(name, folded);
  return folded;
}

/**
 * The fields of one object by lower-case name. Undefined where a name stands twice in different casings, or is not
 * ASCII (`K`, the Kelvin sign, folds to `k`): what the next reader would make of such an object is anyone's guess.
 */
export function readFields(object: CmObject): ReadonlyMap<string, unknown> | undefined {
  const fields = new Map<string, unknown>();
  for (const key of Object.keys(object)) {
    const name = foldName(key);
    if (name === undefined || fields.has(name)) return undefined;
    fields.set(name, object[key]);
  }
  return fields;
}

/** A copy without the named fields, whatever their casing. `names` in lower case. `__proto__` is no field of CM.com's and goes, too. */
export function withoutFields(object: CmObject, names: ReadonlySet<string>): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    if (key !== "__proto__" && !names.has(foldName(key) ?? key.toLowerCase())) rest[key] = object[key];
  }
  return rest;
}
