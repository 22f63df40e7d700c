/** Bare Fastify and undici: takes the request, gives it to the provider, gives back the answer. */
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { Pool } from "undici";
import { serveMeasured } from "./measured-server.ts";

const provider = new Pool(process.env["PROVIDER"] ?? "", { connections: 64 });
const app = Fastify();
app.post("/v1.0/message", async (request, reply) => {
  const answer = await provider.request({
    path: "/v1.0/message",
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request.body),
  });
  return reply.code(answer.statusCode).send(await answer.body.json());
});
await app.listen({ port: 0, host: "127.0.0.1" });
serveMeasured((app.server.address() as AddressInfo).port);
