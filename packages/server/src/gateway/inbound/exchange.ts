import type { IncomingHttpHeaders } from "node:http";

/** A request as the dialects see it: no framework, body whole. */
export interface InboundRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** After the `?`; empty when there is none. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of the API client, behind configured proxies only. */
  readonly clientAddress: string;
  readonly at: number;
}

export interface InboundReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface InboundRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` for a parameter, such as `/2010-04-01/Accounts/:account/Messages.json`. */
  readonly path: string;
  /** A larger body is answered by `tooLarge` and never read to its end. */
  readonly maxBodyBytes: number;
  /** Never rejects for anything that a client sent. */
  handle(request: InboundRequest, params: Readonly<Record<string, string | undefined>>): Promise<InboundReply>;
  /** The dialect's answer to a body over `maxBodyBytes`; plain text where it has none. */
  tooLarge?(): InboundReply;
  /** The dialect's answer to a request that is refused at the door, before anything is done for it; plain text where it has none. */
  busy?(why: "share" | "full", retryAfterSeconds: number): InboundReply;
  /** The dialect's answer to a fault of ours, such as a journal that cannot be written. */
  fault?(): InboundReply;
}

/** A way in: some routes on the shared listener. */
export interface InboundDialect {
  readonly name: string;
  readonly routes: readonly InboundRoute[];
}
