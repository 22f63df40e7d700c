import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { InboundReply } from "./gateway/inbound/exchange.ts";
import { type PlainRequest, PlainRequestReader } from "./plain-request.ts";

/** Answers a plain request through `reply`, which throws for an answer that cannot be sent. */
export type PlainHandler = (
  request: PlainRequest,
  socket: Socket,
  reply: (answer: InboundReply) => void,
) => "taken" | "not_ours";

/** The server that the connection belongs to. */
export interface PlainConnectionServer {
  /** False: the connection ends with its next answer. */
  keepsAlive(): boolean;
  /** Of every answer, besides its own: whole lines. */
  readonly headerLines: string;
  /** Takes the connection over; what it hears first was pushed back. */
  handOver(): void;
}

/** What clients are told of how long a quiet connection is kept; it is kept a second longer, so that none is cut off in use. */
const KEEP_ALIVE_SECONDS = 5;
const QUIET_MS = (KEEP_ALIVE_SECONDS + 1) * 1000;

/**
 * A connection on which plain requests are answered without Node's HTTP server, which would take as much time again for
 * streams and events that a request in one or two chunks has no use for. The first bytes that are anything else go to that
 * server, and with them the connection for good.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #handle: PlainHandler;
  readonly #server: PlainConnectionServer;
  readonly #reader = new PlainRequestReader();
  #busy = false;
  #ended = false;
  /** Came while an answer was under way. */
  #early: Buffer | undefined;
  /** The first part of a request: many clients send head and body apart. */
  #begun: Buffer | undefined;

  readonly #onData = (chunk: Buffer): void => this.#read(chunk);
  readonly #onEnd = (): void => {
    this.#ended = true;
    if (!this.#busy) this.#socket.end();
  };
  readonly #onTimeout = (): void => {
    if (this.#begun !== undefined) this.#handOver(this.#begun);
    else if (!this.#busy) this.#socket.destroy();
  };
  readonly #reply = (answer: InboundReply): void => this.#answer(answer);
  readonly #onDrain = (): void => {
    if (this.#early === undefined) this.#socket.resume();
  };

  constructor(socket: Socket, handle: PlainHandler, server: PlainConnectionServer) {
    this.#socket = socket;
    this.#handle = handle;
    this.#server = server;
    socket.setTimeout(QUIET_MS);
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("timeout", this.#onTimeout);
    socket.on("drain", this.#onDrain);
    socket.on("error", ignore);
  }

  closeIfIdle(): void {
    if (!this.#busy && this.#begun === undefined) this.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#busy) {
      this.#early = this.#early === undefined ? chunk : Buffer.concat([this.#early, chunk]);
      this.#socket.pause();
      return;
    }
    const begun = this.#begun;
    const bytes = begun === undefined ? chunk : Buffer.concat([begun, chunk]);
    const request = this.#reader.read(bytes);
    if (request === "begun" && begun === undefined) {
      this.#begun = chunk;
      return;
    }
    this.#begun = undefined;
    this.#busy = true;
    if (typeof request === "object" && this.#handle(request, this.#socket, this.#reply) === "taken") return;
    this.#busy = false;
    this.#handOver(bytes);
  }

  #answer(answer: InboundReply): void {
    const socket = this.#socket;
    const close = this.#ended || !this.#server.keepsAlive();
    const text = answerText(answer, this.#server.headerLines, close);
    this.#busy = false;
    if (socket.destroyed) return;
    if (close) {
      socket.end(text.value, text.encoding);
      return;
    }
    if (!socket.write(text.value, text.encoding)) socket.pause();
    if (this.#early !== undefined) this.#handOver(this.#early);
  }

  #handOver(chunk: Buffer): void {
    const socket = this.#socket;
    socket.off("data", this.#onData).off("end", this.#onEnd).off("timeout", this.#onTimeout);
    socket.off("drain", this.#onDrain).off("error", ignore);
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(chunk);
    this.#server.handOver();
    process.nextTick(() => socket.resume());
  }
}

function ignore(): void {}

/** The whole answer. Throws TypeError for a header that could not be sent as it is. */
function answerText(
  { status, headers, body }: InboundReply,
  everyLines: string,
  close: boolean,
): { value: string; encoding: BufferEncoding } {
  const length = Buffer.byteLength(body);
  const lines = `${ownLines(headers)}${close ? CLOSE : KEEP_ALIVE}${dateLine()}${everyLines}Content-Length: ${length}`;
  return {
    value: `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines}\r\n\r\n${body}`,
    // ASCII alone, as nearly always: as Latin-1 it is copied and not converted.
    encoding: length === body.length ? "latin1" : "utf8",
  };
}

const KEEP_ALIVE = `Connection: keep-alive\r\nKeep-Alive: timeout=${KEEP_ALIVE_SECONDS}\r\n`;
const CLOSE = "Connection: close\r\n";

const HEADER_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t\x20-\x7e]*\r\n$/;
/** Of the last answer: most share their headers. */
let lastHeaders: InboundReply["headers"] = {};
let lastLines = "";

function ownLines(headers: InboundReply["headers"]): string {
  if (headers === lastHeaders) return lastLines;
  const lines = headerLines(headers);
  lastHeaders = headers;
  lastLines = lines;
  return lines;
}

/** As they are written. Throws TypeError for one that could not be sent as it is. */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  let lines = "";
  for (const [name, value] of Object.entries(headers)) {
    const line = `${name}: ${value}\r\n`;
    if (!HEADER_LINE.test(line)) throw new TypeError(`The header ${JSON.stringify(name)} cannot be sent.`);
    lines += line;
  }
  return lines;
}

let dateSecond = Number.NaN;
let dateText = "";

/** RFC 9110 wants the date of every answer; it changes once in a second. */
function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return dateText;
}
