import type { IncomingHttpHeaders } from "node:http";
import { Agent, type Dispatcher } from "undici";
import type { AddressGuard } from "./address-guard.ts";
import { sharedLookup } from "./shared-lookup.ts";

/** One request, with everything in it: no redirects are followed and nothing is sent a second time. */
export interface HttpRequest {
  /** `https://api.example.com`, with the port where it has one. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** For connecting, sending and the whole answer. Default: the exchange's. */
  readonly timeoutMs?: number;
}

/** How it ended, by what is known for certain and nothing else. */
export type HttpResult =
  /** The answer is complete. */
  | {
      readonly type: "answered";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  /** Not one byte of the request was written: the other side cannot have acted on it. */
  | { readonly type: "not_sent"; readonly code: string; readonly text: string }
  /** It may have been taken or not. */
  | {
      readonly type: "lost";
      readonly cause: "timeout" | "connection_lost" | "answer_unreadable";
      readonly text: string;
    };

export interface HttpExchange {
  /** Never throws. */
  send(request: HttpRequest): Promise<HttpResult>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** An exchange that its owner can end. */
export interface OwnedExchange extends HttpExchange {
  /** Ends what is under way, as lost or not sent, and takes nothing more. */
  abort(): void;
}

export interface HttpExchangeOptions {
  /** Default 5 s. */
  readonly connectTimeoutMs?: number;
  /** Default 15 s. */
  readonly timeoutMs?: number;
  /** Connections to one origin. Default 128; further requests wait their turn within their time. */
  readonly connections?: number;
  /** Default 1 MiB. A larger answer counts as unreadable. */
  readonly maxAnswerBytes?: number;
  /** For URLs that customers supply. Absent: the operator chose the addresses. */
  readonly guard?: AddressGuard;
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string | Buffer;
}

/** Requests over pools of kept connections, HTTP/1.1, one request at a time on each. */
export function createHttpExchange(options: HttpExchangeOptions = {}): OwnedExchange {
  const { guard } = options;
  const timeoutMs = options.timeoutMs ?? 15_000;
  const maxAnswerBytes = options.maxAnswerBytes ?? 1024 * 1024;
  const agent = new Agent({
    connections: options.connections ?? 128,
    pipelining: 1,
    allowH2: false,
    // Each exchange has one deadline of its own, for all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: options.connectTimeoutMs ?? 5_000,
      lookup: guard?.lookup ?? sharedLookup,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    },
  });
  let aborted = false;
  return {
    send(request) {
      const check = guard?.check(request.origin + request.path);
      if (check?.ok === false)
        return Promise.resolve({ type: "not_sent", code: "address_not_allowed", text: `the URL ${check.problem}` });
      return new Promise((resolve) => {
        const exchange = new Exchange(resolve, request.timeoutMs ?? timeoutMs, maxAnswerBytes);
        agent.dispatch(
          {
            origin: request.origin,
            path: request.path,
            method: request.method,
            headers: request.headers,
            body: request.body ?? null,
          },
          exchange,
        );
      });
    },
    close: () => (aborted ? Promise.resolve() : agent.close()),
    abort() {
      aborted = true;
      void agent.destroy();
    },
  };
}

/** Follows one request from the queue to the end of its answer. Whatever happens first settles it; the rest is ignored. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (result: HttpResult) => void;
  readonly #maxAnswerBytes: number;
  readonly #deadline: NodeJS.Timeout;
  #settled = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(resolve: (result: HttpResult) => void, timeoutMs: number, maxAnswerBytes: number) {
    this.#resolve = resolve;
    this.#maxAnswerBytes = maxAnswerBytes;
    this.#deadline = setTimeout(() => this.#timedOut(timeoutMs), timeoutMs);
  }

  /** Called just before the first byte is written: from here on nothing is certain but a complete answer. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const written = this.#controller !== undefined;
    this.#controller = controller;
    // Given up while it waited for a connection, and told so: it must not go out now.
    if (this.#settled) controller.abort(new Error("given up before it was sent"));
    // The client would send it again on another connection; the first one may have been taken.
    else if (written) this.#lost("connection_lost", "the connection was lost before an answer came");
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxAnswerBytes)
      this.#lost("answer_unreadable", `the answer is larger than ${this.#maxAnswerBytes} bytes`);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#settle({
      type: "answered",
      status: this.#status,
      headers: this.#headers,
      body: body?.toString("utf8") ?? "",
    });
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    this.#lost("answer_unreadable", "the answer switches to another protocol");
    controller.abort(new Error("no other protocol was asked for"));
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const code = codeOf(error);
    if (this.#controller === undefined) this.#notSent(code);
    else if (error.name === "HTTPParserError")
      this.#lost("answer_unreadable", `the answer is no HTTP answer (${code})`);
    else this.#lost("connection_lost", `the connection was lost before the answer was complete (${code})`);
  }

  #timedOut(timeoutMs: number): void {
    if (this.#controller === undefined) this.#notSent("no_connection_in_time");
    else this.#lost("timeout", `no complete answer within ${timeoutMs} ms`);
  }

  #notSent(code: string): void {
    this.#settle({ type: "not_sent", code, text: `no connection could be made (${code})` });
  }

  #lost(cause: Extract<HttpResult, { type: "lost" }>["cause"], text: string): void {
    if (this.#settled) return;
    this.#settle({ type: "lost", cause, text });
    this.#controller?.abort(new Error(text));
  }

  #settle(result: HttpResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#deadline);
    this.#chunks = [];
    this.#resolve(result);
  }
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
