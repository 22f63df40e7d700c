import type { Destination } from "@safeguard/client";

/** Letters without their marks, in small ones: `Côte d’Ivoire` is found by `cote d'i`. */
export function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll("’", "'").trim().toLowerCase();
}

/** Does a destination answer to what was typed: its name or a twin's, its code, its calling code? */
export function answersTo(destination: Destination, typed: string): boolean {
  const wanted = plain(typed);
  if (wanted === "") return true;
  if (/^\+?\d+$/.test(wanted)) return destination.callingCode.startsWith(wanted.replace("+", ""));
  const { code, name, twins } = destination;
  return [{ code, name }, ...twins].some(
    (one) => one.code.toLowerCase() === wanted || plain(one.name).includes(wanted),
  );
}

/** What a pasted list names. */
export interface ReadList {
  readonly codes: readonly string[];
  readonly unknown: readonly string[];
}

/** Reads codes, names, calling codes and groups, by line, comma or semicolon; codes also by blank. */
export function readList(text: string, destinations: readonly Destination[]): ReadList {
  const codes = new Set<string>();
  const unknown: string[] = [];
  for (const entry of text.split(/[\n\r,;\t|]+/).map((part) => part.trim())) {
    if (entry === "") continue;
    const whole = named(entry, destinations);
    const parts = whole === undefined ? entry.split(/\s+/) : [];
    for (const code of whole ?? []) codes.add(code);
    const found = parts.map((part) => named(part, destinations));
    if (whole === undefined && found.every((one) => one === undefined)) unknown.push(entry);
    else
      for (const [index, part] of found.entries()) {
        if (part === undefined) unknown.push(parts[index] ?? "");
        else for (const code of part) codes.add(code);
      }
  }
  return { codes: [...codes], unknown };
}

/** undefined: nothing, or several that one must choose between (`+1`). */
function named(entry: string, destinations: readonly Destination[]): readonly string[] | undefined {
  const wanted = plain(entry.replaceAll(/^["']|["']$/g, ""));
  const group = wanted.replaceAll(/[ -]/g, "_");
  const members = destinations.filter(({ groups }) => groups.includes(group)).map(({ code }) => code);
  if (members.length > 0) return members;
  const found = destinations.filter(
    ({ code, name, callingCode, twins }) =>
      [{ code, name }, ...twins].some((one) => one.code.toLowerCase() === wanted || plain(one.name) === wanted) ||
      wanted === `+${callingCode}` ||
      wanted === `00${callingCode}`,
  );
  return found.length === 1 ? found.map(({ code }) => code) : undefined;
}
