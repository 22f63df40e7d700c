/** One record as RFC 4180 has it, or the broken one: slow, on whole texts, for comparison. */
export type SplitRecord = { readonly fields: readonly string[]; readonly line: number } | { readonly broken: number };

const FIELD = /"((?:[^"]|"")*)"|([^,\n]*)/y;

/** Empty lines are passed over; a record that cannot be split costs its first line. */
export function splitCsv(text: string): readonly SplitRecord[] {
  const records: SplitRecord[] = [];
  const lineOf = (at: number) => text.slice(0, at).split("\n").length;
  for (let at = 0; at < text.length; ) {
    const start = at;
    const fields: string[] = [];
    let end = "";
    do {
      const quoted = text[at] === '"';
      FIELD.lastIndex = at;
      const [whole = "", inside, plain = ""] = FIELD.exec(text) ?? [];
      at += whole.length;
      // A carriage return belongs to the line end, when one (or the end of the file) follows.
      const isReturn = quoted && text[at] === "\r" && (text[at + 1] ?? "\n") === "\n";
      if (isReturn) at += 1;
      end = text[at] ?? "";
      if (quoted && (inside === undefined || !["", ",", "\n"].includes(end))) end = "broken";
      fields.push(inside?.replaceAll('""', '"') ?? (end === "," ? plain : plain.replace(/\r$/, "")));
      at += 1;
    } while (end === ",");
    if (end === "broken") {
      records.push({ broken: lineOf(start) });
      at = text.indexOf("\n", start) + 1 || text.length + 1;
    } else if (fields.length > 1 || fields[0] !== "" || text[start] === '"') {
      records.push({ fields, line: lineOf(start) });
    }
  }
  return records;
}
