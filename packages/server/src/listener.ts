import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { FastifyInstance } from "fastify";
import findMyWay, { type Instance as FindMyWay, type HTTPVersion } from "find-my-way";
import type { ClientAddress } from "./api/client-address.ts";
import type { ForbiddenRequest } from "./api/forbidden-request.ts";
import type { Admission, Whose } from "./gateway/inbound/admission.ts";
import type { InboundDialect, InboundReply, InboundRequest, InboundRoute } from "./gateway/inbound/exchange.ts";
import type { FairQueue } from "./gateway/inbound/fair-queue.ts";
import type { WhoseRequest } from "./gateway/inbound/whose-request.ts";
import type { PlainHandler } from "./plain-connection.ts";
import { PlainServer } from "./plain-server.ts";
import { securityHeaders } from "./security-headers.ts";
import { TLS_VERSIONS } from "./tls-versions.ts";

export interface ListenerParts {
  readonly dialects: readonly InboundDialect[];
  /** Takes every request that no dialect has a route for. */
  readonly api: FastifyInstance;
  readonly clientAddress: ClientAddress;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Clients reach this server by TLS alone: a proxy ends it where `tls` is undefined. Default: as `tls` says. */
  readonly https?: boolean;
  /** The door, and whose turn it is. Absent: everything is taken, as it comes. */
  readonly door?: Door;
  /** Hears how each request of a dialect went; seconds. */
  readonly onAnswered?: (dialect: string, status: number, seconds: number) => void;
  /** Hears of each request of a dialect that is answered with 403. */
  readonly onForbidden?: (refused: ForbiddenRequest) => void;
  /** Hears what was refused at the door. */
  readonly onRefused?: (why: "share" | "full") => void;
  now(): number;
  /** Told of what a route should never have thrown. */
  onFault(failure: unknown): void;
}

interface Door {
  readonly admission: Admission;
  readonly queue: FairQueue;
  readonly whoseRequest: WhoseRequest;
}

/** Longest that a client may take for its headers, and for the whole request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * One port for everything: the dialects' routes straight on Node's HTTP server or, for plain requests, before it, because
 * they are the hot path; and the rest through Fastify. All see the same client address.
 */
export function createListener(parts: ListenerParts): Server {
  const router = findMyWay<HTTPVersion.V1>({
    defaultRoute: (request, response) => parts.api.routing(request, response),
  });
  for (const dialect of parts.dialects)
    for (const route of dialect.routes) mount(router, { name: dialect.name, route }, parts);
  const headers = securityHeaders(parts.https ?? parts.tls !== undefined);
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    for (const name in headers) response.setHeader(name, headers[name] ?? "");
    router.lookup(request, response);
  };
  const options = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  const server =
    parts.tls === undefined
      ? new PlainServer(options, handle, plainHandler(router, parts), headers)
      : createTlsServer({ ...options, ...TLS_VERSIONS, cert: parts.tls.certificate, key: parts.tls.key }, handle);
  server.on("connection", () => parts.door?.queue.connected());
  return server;
}

/** A route with the name of its dialect. */
interface MountedRoute {
  readonly name: string;
  readonly route: InboundRoute;
}

function mount(router: FindMyWay<HTTPVersion.V1>, mounted: MountedRoute, parts: ListenerParts): void {
  const { route } = mounted;
  const handle = (request: IncomingMessage, response: ServerResponse, params: Params): void => {
    readBody(request, route.maxBodyBytes, (body) => {
      if (body === "aborted") return;
      if (body === "too_large") {
        send(response, route.tooLarge?.() ?? TOO_LARGE, true);
        return;
      }
      const url = request.url ?? "/";
      const question = url.indexOf("?");
      const inbound: WaitingRequest = {
        method: route.method,
        path: question < 0 ? url : url.slice(0, question),
        query: question < 0 ? "" : url.slice(question + 1),
        headers: request.headers,
        body,
        clientAddress: parts.clientAddress(request.socket.remoteAddress, request.headers),
      };
      letIn(mounted, inbound, params, parts, (reply) => {
        // (a second try, where the first could not be written)
        if (response.headersSent) response.destroy();
        else send(response, reply, false);
      });
    });
  };
  router.on(route.method, route.path, handle, mounted);
}

/** The same routes for requests that need no HTTP server. */
function plainHandler(router: FindMyWay<HTTPVersion.V1>, parts: ListenerParts): PlainHandler {
  return ({ path, headers, body }, socket, reply) => {
    const found = router.find("POST", path);
    if (found === null) return "not_ours";
    const mounted = found.store as MountedRoute;
    const { route } = mounted;
    if (body.length > route.maxBodyBytes) return "not_ours";
    const clientAddress = parts.clientAddress(socket.remoteAddress, headers);
    const inbound = { method: "POST", path, query: "", headers, body, clientAddress };
    letIn(mounted, inbound, found.params, parts, reply);
    return "taken";
  };
}

type Params = Readonly<Record<string, string | undefined>>;

/** Its time comes when it is its turn. */
type WaitingRequest = Omit<InboundRequest, "at">;
type Reply = (answer: InboundReply) => void;

/** Lets it in, or not; either way it is answered when it is its turn. */
function letIn(
  mounted: MountedRoute,
  request: WaitingRequest,
  params: Params,
  parts: ListenerParts,
  reply: Reply,
): void {
  const { door } = parts;
  if (door === undefined) {
    void respond(mounted, request, params, parts, reply, performance.now());
    return;
  }
  const whose = door.whoseRequest(request);
  const work = workOf(request);
  const admitted = door.queue.isLong(whose) ? "share" : door.admission.enter(whose, work);
  if (admitted !== "taken") {
    turnAway(whose, door, () => {
      parts.onRefused?.(admitted);
      reply(mounted.route.busy?.(admitted, RETRY_AFTER_SECONDS) ?? BUSY);
    });
    return;
  }
  const began = performance.now();
  door.queue.run(whose, () => {
    void respond(mounted, request, params, parts, reply, began).then(() => door.admission.leave(whose, work));
  });
}

/** Cheap, but hundreds of them are not: beside what is taken of the same family, and not behind it. */
function turnAway({ family }: Whose, { queue }: Door, tell: () => void): void {
  queue.run({ account: "turned away", family }, tell);
}

/** Never rejects: what a route throws, or answers that cannot be written, is a fault of ours and no reason to stop. */
async function respond(
  { name, route }: MountedRoute,
  request: WaitingRequest,
  params: Params,
  parts: ListenerParts,
  reply: Reply,
  began: number,
): Promise<void> {
  let status = 500;
  try {
    // Now, not when its first byte came: what a slow client sends, or what waited, is decided under what is in force by now.
    const answer = await route.handle({ ...request, at: parts.now() }, params);
    status = answer.status;
    reply(answer);
    if (status === 403) {
      parts.onForbidden?.({ method: route.method, route: route.path, address: request.clientAddress });
    }
  } catch (failure) {
    parts.onFault(failure);
    reply(route.fault?.() ?? FAULT);
  } finally {
    parts.onAnswered?.(name, status, (performance.now() - began) / 1000);
  }
}

/** A batch is as much work as it is long: about one for each message in it. */
function workOf({ body }: WaitingRequest): number {
  return 1 + Math.floor(body.length / 256);
}

function readBody(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: Buffer | "too_large" | "aborted") => void,
): void {
  if (request.method === "GET" || request.method === "DELETE") {
    request.resume();
    done(EMPTY);
    return;
  }
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  let ended = false;
  const end = (body: Buffer | "too_large" | "aborted"): void => {
    if (ended) return;
    ended = true;
    done(body);
  };
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) {
      end("too_large");
      return;
    }
    if (first === undefined) first = chunk;
    else if (more === undefined) more = [first, chunk];
    else more.push(chunk);
  });
  request.on("end", () => end(more === undefined ? (first ?? EMPTY) : Buffer.concat(more, size)));
  request.on("error", () => end("aborted"));
  request.on("close", () => end("aborted"));
}

function send(response: ServerResponse, reply: InboundReply, close: boolean): void {
  const headers = ["content-length", String(Buffer.byteLength(reply.body))];
  for (const [name, value] of Object.entries(reply.headers)) headers.push(name, value);
  if (close) headers.push("connection", "close");
  response.writeHead(reply.status, headers);
  // As a text: Node writes it together with the headers, where a buffer would be a second piece.
  response.end(reply.body);
}

const RETRY_AFTER_SECONDS = 1;
const EMPTY = Buffer.alloc(0);
const TEXT = { "content-type": "text/plain; charset=utf-8" };
const TOO_LARGE: InboundReply = { status: 413, headers: TEXT, body: "The request is too large.\n" };
const BUSY: InboundReply = {
  status: 503,
  headers: { ...TEXT, "retry-after": String(RETRY_AFTER_SECONDS) },
  body: "The server has too many requests under way.\n",
};
const FAULT: InboundReply = { status: 500, headers: TEXT, body: "The server failed to answer.\n" };
