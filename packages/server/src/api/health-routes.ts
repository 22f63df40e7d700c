import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import ipaddr from "ipaddr.js";
import { METRICS_CONTENT_TYPE } from "../telemetry/metrics.ts";
import { bearerSecret } from "./bearer-secret.ts";
import type { ClientAddress } from "./client-address.ts";
import { ServiceError } from "./service-error.ts";

export interface HealthDeps {
  /** Why requests should not be sent here now, in words; empty: they may. */
  readonly missing: () => readonly string[];
  /** What a person should see to although requests may be sent here. */
  readonly notes?: () => readonly string[];
  /** Absent: there are no metrics. */
  readonly metrics?: {
    readonly scrape: () => string;
    /** Whoever shows it may read them. */
    readonly token: string | undefined;
    /** Whoever is on this machine may read them without. Not where a proxy's clients look as if they were. */
    readonly isOpenHere: boolean;
  };
  readonly clientAddress: ClientAddress;
}

/** `/healthz`: the process answers. `/readyz`: it may be sent requests, or says what is missing. `/metrics`: for Prometheus. */
export function healthRoutes(app: FastifyInstance, deps: HealthDeps): void {
  const config = { scope: "public" as const };
  app.get("/healthz", { config, schema: { hide: true } }, async () => ({ status: "ok" }));
  app.get("/readyz", { config, schema: { hide: true } }, async () => {
    const missing = deps.missing();
    if (missing.length > 0) throw new ServiceError("unavailable", `Not ready: ${missing.join("; ")}.`);
    const notes = deps.notes?.() ?? [];
    return { status: "ready", ...(notes.length > 0 && { notes }) };
  });
  const { metrics } = deps;
  if (metrics === undefined) return;
  app.get("/metrics", { config, schema: { hide: true } }, async (request, reply) => {
    const address = deps.clientAddress(request.raw.socket.remoteAddress, request.headers);
    const shown = bearerSecret(request.headers.authorization);
    const isProved = metrics.token !== undefined && shown !== undefined && isEqual(shown, metrics.token);
    // What is refused looks as if it were not there.
    if (!isProved && !(metrics.isOpenHere && isLoopback(address)))
      throw new ServiceError("not_found", "There is nothing here.");
    return reply.type(METRICS_CONTENT_TYPE).send(metrics.scrape());
  });
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
