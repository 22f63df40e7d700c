/** Bare Fastify: validates the decision request, answers a decision of the same shape and size. No authentication, no decision, no record. */
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { serveMeasured } from "./measured-server.ts";

const answer = JSON.parse(process.env["ANSWER"] ?? "{}") as unknown;
const request = {
  type: "object",
  required: ["to"],
  properties: {
    to: { type: "string", maxLength: 64 },
    from: { type: "string", maxLength: 64 },
    channel: { type: "string" },
    purpose: { type: "string" },
  },
};

const app = Fastify({ bodyLimit: 8 * 1024 * 1024 });
app.post("/v1/decisions", { schema: { body: request } }, async () => answer);
await app.listen({ port: 0, host: "127.0.0.1" });
serveMeasured((app.server.address() as AddressInfo).port);
