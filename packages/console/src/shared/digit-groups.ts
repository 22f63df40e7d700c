/** ITU-T E.164: no calling code begins another. */
const CALLING_CODE = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}|\d+)/;

/** A phone number, or what numbers begin with, without gaps; `x` and `•` stand for digits that are open or masked. */
const NUMBER = /\+\d[\dx•]{3,16}/g;

/** What stands between two numbers, and the groups of one. */
export interface TextPart {
  readonly text: string;
  /** Of a number: its calling code, then threes, with two to four at the end. All numbers of a range have the same groups. */
  readonly groups: readonly string[];
}

/** A text, taken apart at its phone numbers. The texts and groups are the text again. */
export function digitGroups(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: number, index } of text.matchAll(NUMBER)) {
    parts.push({ text: text.slice(end, index), groups: groupsOf(number) });
    end = index + number.length;
  }
  return end < text.length ? [...parts, { text: text.slice(end), groups: [] }] : parts;
}

/** The same with narrow gaps, for where there is nothing but text: as long as a line, and never broken. */
export function spacedNumbers(text: string): string {
  return digitGroups(text)
    .map((part) => part.text + part.groups.join("\u202f"))
    .join("");
}

function groupsOf(number: string): readonly string[] {
  const [code = ""] = CALLING_CODE.exec(number.slice(1)) ?? [];
  const groups = [`+${code}`];
  let rest = number.slice(1 + code.length);
  for (; rest.length > 4; rest = rest.slice(3)) groups.push(rest.slice(0, 3));
  return rest === "" ? groups : [...groups, rest];
}
