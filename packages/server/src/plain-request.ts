import type { IncomingHttpHeaders } from "node:http";

/** A request with nothing about it that could be read in two ways. */
export interface PlainRequest {
  /** Without a query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Its request line and headers. */
interface PlainHead {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the head, its empty line included, and of the body. */
  readonly headBytes: number;
  readonly bodyBytes: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const MAX_HEAD_BYTES = 8192;

/** Letters, digits and `-._/` alone: what needs no decoding. */
const REQUEST_LINE = /^POST (\/[A-Za-z0-9\-._/]*) HTTP\/1\.1\r\n/;
/** Header lines of RFC 9110's tokens and visible characters: no folding, no control characters, no space before a colon. */
const HEADER_LINES = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)+$/;
const LENGTH = /^(?:0|[1-9][0-9]{0,8})$/;

/** Headers that change how the message is framed or what becomes of the connection. */
const NOT_PLAIN = ["transfer-encoding", "expect", "upgrade", "trailer", "te", "http2-settings"] as const;

/**
 * The head of a POST that a chunk begins with. Undefined: it is not there as a whole, or not plain; that is for a full HTTP
 * parser to judge, and nothing is lost by it but a little time.
 */
function readPlainHead(chunk: Buffer): PlainHead | undefined {
  const end = chunk.indexOf(HEAD_END);
  if (end < 0 || end > MAX_HEAD_BYTES) return undefined;
  const head = chunk.toString("latin1", 0, end + 2);
  const line = REQUEST_LINE.exec(head);
  const path = line?.[1];
  if (line === null || path === undefined) return undefined;
  const lines = head.slice(line[0].length);
  if (!HEADER_LINES.test(lines)) return undefined;
  const headers: IncomingHttpHeaders = {};
  for (let start = 0; start < lines.length; ) {
    const colon = lines.indexOf(":", start);
    const next = lines.indexOf("\r\n", colon);
    const name = lines.slice(start, colon).toLowerCase();
    // Which of two would hold is the parser's business; `__proto__` is nobody's.
    if (name in headers) return undefined;
    headers[name] = withoutSpaceAround(lines, colon + 1, next);
    start = next + 2;
  }
  const { connection, host, "content-length": length } = headers;
  if (host === undefined || length === undefined || !LENGTH.test(length)) return undefined;
  if (connection !== undefined && connection.toLowerCase() !== "keep-alive") return undefined;
  for (const name of NOT_PLAIN) if (headers[name] !== undefined) return undefined;
  return { path, headers, headBytes: end + HEAD_END.length, bodyBytes: Number(length) };
}

/** Without blanks and tabs, which are no part of a value; other kinds of space are. */
function withoutSpaceAround(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) first++;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Reads the chunks of one connection. */
export class PlainRequestReader {
  /** Its clients say the same head again and again. */
  #head: PlainHead | undefined;
  #headBytes: Buffer = Buffer.alloc(0);

  /** `begun`: a plain request whose body is not there as a whole. Undefined: neither that nor exactly one plain request. */
  read(chunk: Buffer): PlainRequest | "begun" | undefined {
    const head = this.#sameHead(chunk) ?? this.#newHead(chunk);
    if (head === undefined) return undefined;
    const missing = head.headBytes + head.bodyBytes - chunk.length;
    if (missing !== 0) return missing > 0 ? "begun" : undefined;
    return { path: head.path, headers: head.headers, body: chunk.subarray(head.headBytes) };
  }

  #sameHead(chunk: Buffer): PlainHead | undefined {
    const known = this.#headBytes;
    if (chunk.length < known.length || known.compare(chunk, 0, known.length) !== 0) return undefined;
    return this.#head;
  }

  #newHead(chunk: Buffer): PlainHead | undefined {
    const head = readPlainHead(chunk);
    this.#head = head;
    this.#headBytes = head === undefined ? Buffer.alloc(0) : Buffer.from(chunk.subarray(0, head.headBytes));
    return head;
  }
}
