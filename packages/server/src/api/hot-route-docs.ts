import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { decisionBatchBody, decisionBatchView, decisionRequestBody, decisionView } from "../decisions/decision-body.ts";
import type { InboundDialect, InboundRoute } from "../gateway/inbound/exchange.ts";
import {
  messageBatchBody,
  messageBatchView,
  messageRequestBody,
  messageView,
} from "../gateway/inbound/native/message-body.ts";
import type { ClientAddress } from "./client-address.ts";
import type { RouteScope } from "./route-scope.ts";

interface HotRouteDocs {
  readonly scope: RouteScope;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly body: z.ZodType;
  readonly made: z.ZodType;
}

/** What the OpenAPI description says of the routes that are served without the framework. */
const DOCS: Readonly<Record<string, HotRouteDocs>> = {
  "/v1/messages": {
    scope: "messages:send",
    tag: "Messages",
    summary: "Send a message, or up to 1,000 at once",
    description:
      "Decides for each message and sends those that are allowed. A message that is stopped is an answer, not an error: see `status`, `action` and `reason`. When this is answered, what it says is on disk.",
    body: z.union([messageRequestBody, messageBatchBody]),
    made: z.union([messageView, messageBatchView]),
  },
  "/v1/decisions": {
    scope: "decisions:write",
    tag: "Decisions",
    summary: "Decide whether a message may go out, or up to 1,000 at once",
    description: "Decides and records; nothing is sent.",
    body: z.union([decisionRequestBody, decisionBatchBody]),
    made: z.union([decisionView, decisionBatchView]),
  },
};

/**
 * The hot routes in the framework: for the OpenAPI description, and for whoever runs the API without the bare listener.
 * The handler passes the raw request on, so that both ways give the same answer.
 */
export async function declareHotRoutes(
  app: FastifyInstance,
  native: InboundDialect,
  clientAddress: ClientAddress,
  now: () => number,
): Promise<void> {
  await app.register(async (scoped) => {
    scoped.removeAllContentTypeParsers();
    scoped.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    // The route itself checks and writes its JSON; the schemas are there to be read.
    scoped.setValidatorCompiler(() => () => true);
    scoped.setSerializerCompiler(() => (body) => String(body));
    for (const route of native.routes) {
      const docs = DOCS[route.path];
      if (docs === undefined) throw new RangeError(`the hot route ${route.path} has no documentation`);
      scoped.route({
        method: route.method,
        url: route.path,
        bodyLimit: route.maxBodyBytes,
        config: { scope: docs.scope, provesCredential: true },
        schema: {
          tags: [docs.tag],
          summary: docs.summary,
          description: docs.description,
          body: docs.body,
          response: { 201: docs.made },
        },
        handler: (request, reply) => passOn(route, request, reply, clientAddress, now),
      });
    }
  });
}

async function passOn(
  route: InboundRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  clientAddress: ClientAddress,
  now: () => number,
): Promise<string> {
  const question = request.url.indexOf("?");
  const answer = await route.handle(
    {
      method: request.method,
      path: route.path,
      query: question < 0 ? "" : request.url.slice(question + 1),
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      clientAddress: clientAddress(request.raw.socket.remoteAddress, request.headers),
      at: now(),
    },
    {},
  );
  reply.code(answer.status).headers(answer.headers);
  return answer.body;
}
