import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import { type FastifyPluginAsyncZod, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { accountRoutes } from "../accounts/account-routes.ts";
import type { AccountServiceDeps } from "../accounts/account-services.ts";
import { keyRoutes } from "../accounts/key-routes.ts";
import type { ActApprovals } from "../approvals/act-approvals.ts";
import { guardLoosening } from "../approvals/guard-routes.ts";
import { type ConsoleRouteDeps, consoleRoutes } from "../console/console-routes.ts";
import { decisionRoutes } from "../decisions/decision-routes.ts";
import type { Explain } from "../decisions/view-decision.ts";
import type { InboundDialect } from "../gateway/inbound/exchange.ts";
import { messageRoutes } from "../gateway/inbound/native/message-routes.ts";
import type { SandboxInbox } from "../gateway/outbound/sandbox/sandbox-network.ts";
import { type MemberRouteDeps, memberRoutes } from "../members/member-routes.ts";
import type { Store } from "../store/store.ts";
import { usageRoutes } from "../usage/usage-routes.ts";
import { allowedMethods } from "./allowed-methods.ts";
import { type AuthenticationDeps, authenticateRequests } from "./authenticate-request.ts";
import { destinationRoutes } from "./destination-routes.ts";
import type { ForbiddenRequest } from "./forbidden-request.ts";
import { type HealthDeps, healthRoutes } from "./health-routes.ts";
import { declareHotRoutes } from "./hot-route-docs.ts";
import type { IdempotentRequests } from "./idempotency.ts";
import { answerPostsOnce } from "./idempotent-routes.ts";
import { describeApi } from "./openapi.ts";
import { PROBLEM_CONTENT_TYPE, PROBLEM_KINDS, problemDetails } from "./problem.ts";
import { serveReference } from "./reference-page.ts";
import { repeatedName } from "./repeated-name.ts";
import { type RouteInventoryEntry, requireRouteScopes } from "./route-scope.ts";
import { sandboxRoutes } from "./sandbox-routes.ts";
import { ServiceError } from "./service-error.ts";
import { fieldTwice, toServiceError } from "./to-service-error.ts";

/**
 * Routes of one part of the native API. Every route declares `config: { scope }` (see route-scope.ts), its zod schemas,
 * and reads `request.accountContext` (or `request.caller`); whatever it refuses, it throws as a ServiceError.
 */
export type RoutePlugin = FastifyPluginAsyncZod;

export interface ApiDeps extends AuthenticationDeps, AccountServiceDeps, MemberRouteDeps {
  readonly store: Store;
  readonly idempotentRequests: IdempotentRequests;
  readonly explain: Explain;
  /** A second person for what loosens. Absent: nobody is ever asked. */
  readonly approvals?: Pick<ActApprovals, "guard">;
  /** The hot routes, made by `nativeRoutes`. */
  readonly native: InboundDialect;
  /** Absent: there is no sandbox. */
  readonly sandbox?: SandboxInbox;
  /** Parts made elsewhere, such as the policy routes. */
  readonly plugins: readonly RoutePlugin[];
  /** Absent: there is no console. */
  readonly console?: ConsoleRouteDeps;
  readonly version: string;
  /** Why requests should not be sent here now, in words; empty: they may. */
  readonly missing: () => readonly string[];
  /** See {@link HealthDeps.notes}. */
  readonly notes?: () => readonly string[];
  readonly metrics?: NonNullable<HealthDeps["metrics"]>;
  /** Told of every answer in the 500s, with the error as thrown. */
  readonly onFault?: (error: unknown, requestId: string) => void;
  /** Told of every request that who asked may not make. */
  readonly onForbidden?: (refused: ForbiddenRequest) => void;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Every route with its scope. */
    readonly routeInventory: readonly RouteInventoryEntry[];
  }
}

/** Largest JSON body of the routes that have no limit of their own: a policy with tens of thousands of rules fits. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** The native API: everything under `/v1`, the OpenAPI description, the reference page, health. */
export async function createApi(deps: ApiDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({ bodyLimit: MAX_BODY_BYTES, genReqId: () => randomUUID() });
  // JSON is all that there is to read; Fastify would take plain text as well.
  app.removeContentTypeParser("text/plain");
  readJsonOnce(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorate("routeInventory", requireRouteScopes(app));
  authenticateRequests(app, deps);
  if (deps.approvals !== undefined) guardLoosening(app, deps.approvals);
  answerPostsOnce(app, deps.idempotentRequests);
  answerProblems(app, deps);
  await describeApi(app, deps.version);

  healthRoutes(app, deps);
  serveReference(app);
  if (deps.console !== undefined) consoleRoutes(app, deps.console);
  await declareHotRoutes(app, deps.native, deps.clientAddress, deps.now);
  for (const plugin of [
    messageRoutes(deps.store, deps.explain),
    decisionRoutes(deps.store, deps.explain),
    accountRoutes(deps),
    keyRoutes(deps),
    memberRoutes(deps),
    usageRoutes(deps),
    destinationRoutes(),
    ...(deps.sandbox === undefined ? [] : [sandboxRoutes(deps.sandbox)]),
    ...deps.plugins,
  ]) {
    await app.register(plugin);
  }
  return app;
}

/** Whatever is thrown on the way becomes problem details, here and nowhere else. */
function answerProblems(app: FastifyInstance, deps: Pick<ApiDeps, "onFault" | "onForbidden" | "clientAddress">): void {
  const methodsOf = allowedMethods(app.routeInventory);
  // Before the body is looked at: what is wrong with it does not matter where nobody would read it.
  app.addHook("onRequest", async (request) => {
    if (request.is404) throw notHere(request.method, methodsOf(request.url));
  });
  app.setNotFoundHandler((request) => {
    throw notHere(request.method, methodsOf(request.url));
  });
  app.setErrorHandler((error, request, reply) => {
    const refusal = toServiceError(error);
    const { status } = PROBLEM_KINDS[refusal.code];
    if (status >= 500) deps.onFault?.(error, request.id);
    if (refusal.code === "forbidden") {
      deps.onForbidden?.({
        method: request.method,
        route: request.routeOptions.url ?? "",
        address: deps.clientAddress(request.raw.socket.remoteAddress, request.headers),
      });
    }
    return reply
      .code(status)
      .headers(refusal.headers)
      .type(PROBLEM_CONTENT_TYPE)
      .serializer(JSON.stringify)
      .send(problemDetails(refusal.code, refusal.message, request.id, refusal.problems));
  });
}

function notHere(method: string, allowed: readonly string[]): ServiceError {
  if (allowed.length === 0) return new ServiceError("not_found", "There is nothing here.");
  const detail = `This path takes ${allowed.join(", ")}, and not ${method}.`;
  return new ServiceError("method_not_allowed", detail, [], { allow: allowed.join(", ") });
}

/** JSON as Fastify reads it, but a name may stand once only in an object. */
function readJsonOnce(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = String(body);
    // No body: clients that send the header with every DELETE mean nothing by it. Where one is needed its schema says so.
    if (text === "") {
      done(null, undefined);
      return;
    }
    parse(request, text, (error, value) => {
      const name = error === null ? repeatedName(text) : undefined;
      done(name === undefined ? error : fieldTwice(name), value);
    });
  });
}
