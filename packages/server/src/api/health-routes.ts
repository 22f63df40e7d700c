import type { FastifyInstance } from "fastify";
import { ServiceError } from "./service-error.ts";

/** `/healthz`: the process answers. `/readyz`: it may be sent requests (`ready` tells). */
export function healthRoutes(app: FastifyInstance, ready: () => boolean): void {
  const config = { scope: "public" as const };
  app.get("/healthz", { config, schema: { hide: true } }, async () => ({ status: "ok" }));
  app.get("/readyz", { config, schema: { hide: true } }, async () => {
    if (!ready())
      throw new ServiceError("unavailable", "The server is starting or stopping, or cannot write its record.");
    return { status: "ready" };
  });
}
