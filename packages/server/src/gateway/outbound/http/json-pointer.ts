/** The value at a JSON Pointer (RFC 6901), such as `/messages/0/id`; the empty pointer is the whole. Undefined: not there. */
export function valueAt(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  let current = value;
  for (const token of pointer.slice(1).split("/")) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(current))
      current = /^(0|[1-9]\d{0,8})$/.test(name) ? (current as readonly unknown[])[Number(name)] : undefined;
    else if (typeof current === "object" && current !== null && Object.hasOwn(current, name))
      current = (current as Readonly<Record<string, unknown>>)[name];
    else return undefined;
  }
  return current;
}

/** The text, number or boolean at a pointer, as text. Undefined: none there, or something else. */
export function textAt(value: unknown, pointer: string | undefined): string | undefined {
  const found = pointer === undefined ? undefined : valueAt(value, pointer);
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean"
    ? String(found)
    : undefined;
}
