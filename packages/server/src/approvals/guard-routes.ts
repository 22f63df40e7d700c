import type { FastifyInstance, RouteHandlerMethod } from "fastify";
import type { ActApprovals } from "./act-approvals.ts";
import type { LooseningAct } from "./act-proposal.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the request would loosen; undefined: nothing. Where the account wants a second person it waits for one. */
    loosens?(request: FastifyRequest): LooseningAct | undefined;
  }
}

/** Makes every route that is added from now on, and loosens, ask for a second person first. */
export function guardLoosening(app: FastifyInstance, approvals: Pick<ActApprovals, "guard">): void {
  app.addHook("onRoute", (route) => {
    const loosens = route.config?.loosens;
    if (loosens === undefined) return;
    const handler = route.handler;
    const guarded: RouteHandlerMethod = async function (request, reply) {
      const act = loosens(request);
      if (act !== undefined) await approvals.guard(request.accountContext, act);
      return handler.call(this, request, reply);
    };
    route.handler = guarded;
  });
}
