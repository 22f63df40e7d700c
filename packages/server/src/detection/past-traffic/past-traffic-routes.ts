import { z } from "zod";
import type { RoutePlugin } from "../../api/app.ts";
import { knownTraffic } from "./known-traffic.ts";
import { beginAnew, endPastTraffic, learnPastTraffic, type PastTrafficDeps } from "./learn-past-traffic.ts";
import { knownTrafficView, pastTakenView, pastTrafficBody } from "./past-traffic-body.ts";

const tags = ["Detection"];
const read = { scope: "policies:read" } as const;
/** It says which numbers are verified, which exempts them from detection, as an exception does. */
const write = { scope: "policies:write" } as const;
const reason = z.string().trim().min(1).max(1000).describe("Why. Kept in the record, with who did it.");

/** `/v1/past-traffic`: what happened before Safeguard decided, for detection to learn from. */
export function pastTrafficRoutes(deps: PastTrafficDeps): RoutePlugin {
  const known = ({ account }: Parameters<typeof endPastTraffic>[1]) =>
    knownTraffic(account, deps.engine.findDetection(account.id), deps.trial.isTrial(account.id));
  return async (app) => {
    app.get(
      "/v1/past-traffic",
      {
        config: read,
        schema: {
          tags,
          summary: "Say what detection knows of the account's traffic",
          response: { 200: knownTrafficView },
        },
      },
      async (request) => known(request.accountContext),
    );
    app.post(
      "/v1/past-traffic",
      {
        config: write,
        schema: {
          tags,
          summary: "Learn from past traffic",
          description:
            "Messages that went out before Safeguard decided, and what became of them, in the order of time over all requests; then `POST /v1/past-traffic/end`. Nothing is decided, sent or counted as usage, and no incident is opened. 409 where the account has had messages since: learning goes forward in time only. The first live message ends it.",
          body: pastTrafficBody,
          response: { 200: pastTakenView },
        },
      },
      async (request) => learnPastTraffic(deps, request.accountContext, request.body.events),
    );
    app.post(
      "/v1/past-traffic/end",
      {
        config: write,
        schema: {
          tags,
          summary: "Say that all past traffic was told",
          description: "Its verified numbers join the account's, and time goes on for detection. May be said again.",
          response: { 200: knownTrafficView },
        },
      },
      async (request) => {
        await endPastTraffic(deps, request.accountContext);
        return known(request.accountContext);
      },
    );
    app.post(
      "/v1/past-traffic/anew",
      {
        config: write,
        schema: {
          tags,
          summary: "Forget what detection measured of the account's traffic",
          description:
            "So that past traffic can be learned where messages have come already. Verified and banned numbers stay, and so do lessons, incidents as records, and what people contained.",
          body: z.strictObject({ reason }).meta({ id: "BeginAnew" }),
          response: { 200: knownTrafficView },
        },
      },
      async (request) => {
        await beginAnew(deps, request.accountContext, request.body.reason);
        return known(request.accountContext);
      },
    );
  };
}
