import { isUtf8 } from "node:buffer";

/** The body as text, without a byte order mark. Undefined: it is not UTF-8, and guessing would change what is sent. */
export function decodeUtf8(body: Buffer): string | undefined {
  if (!isUtf8(body)) return undefined;
  const text = body.toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Parsed JSON; undefined (which no JSON is): the body is none in UTF-8. */
export function decodeJson(body: Buffer): unknown {
  return parseJson(decodeUtf8(body));
}

export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
