/** Bare `node:http`: parses the request, answers a decision of the same size. What no server on Node's HTTP can go below. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serveMeasured } from "./measured-server.ts";

const answer = JSON.parse(process.env["ANSWER"] ?? "{}") as unknown;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { to } = JSON.parse(Buffer.concat(chunks).toString()) as { to?: unknown };
    const body = JSON.stringify(answer);
    response.writeHead(typeof to === "string" ? 201 : 400, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => serveMeasured((server.address() as AddressInfo).port));
