import { once } from "node:events";
import type { Server } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SELF_SIGNED } from "./gateway/outbound/testing/self-signed.ts";
import { createListener, type ListenerParts } from "./listener.ts";

let api: FastifyInstance;
const listeners: Server[] = [];

beforeAll(async () => {
  api = Fastify();
  api.get("/page", async (_request, reply) => reply.header("content-security-policy", "default-src 'self'").send("x"));
  await api.ready();
});
afterAll(async () => {
  for (const listener of listeners) {
    listener.close();
    listener.closeAllConnections();
  }
  await api.close();
});

async function listen(parts: Pick<ListenerParts, "tls" | "https">): Promise<number> {
  const route = {
    path: "/message",
    maxBodyBytes: 10,
    handle: async () => ({ status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: "yes" }),
  } as const;
  const listener = createListener({
    dialects: [
      {
        name: "test",
        routes: [
          { ...route, method: "POST" },
          { ...route, method: "GET" },
        ],
      },
    ],
    api,
    clientAddress: () => "192.0.2.1",
    now: () => 0,
    onFault: () => undefined,
    ...parts,
  });
  listeners.push(listener);
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return (listener.address() as AddressInfo).port;
}

const EVERY_ANSWER = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

describe("every answer", () => {
  it.each([
    ["POST", "/message", "x"],
    ["POST", "/message", "longer than is allowed"],
    ["GET", "/message", undefined],
    ["GET", "/nowhere", undefined],
  ])("is for who asked alone, and is nothing to run: %s %s %s", async (method, path, body) => {
    const port = await listen({ tls: undefined });
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body ?? null });
    expect(Object.fromEntries(answer.headers)).toMatchObject(EVERY_ANSWER);
    expect(answer.headers.get("strict-transport-security")).toBeNull();
    // No page of another origin may read it.
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("has the API's own word where it says something else", async () => {
    const port = await listen({ tls: undefined });
    const { headers } = await fetch(`http://127.0.0.1:${port}/page`);
    expect(headers.get("content-security-policy")).toBe("default-src 'self'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("says that there is TLS only, where a proxy ends it", async () => {
    const port = await listen({ tls: undefined, https: true });
    for (const method of ["POST", "GET"]) {
      const { headers } = await fetch(`http://127.0.0.1:${port}/message`, { method });
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
    }
  });
});

describe("our own TLS", () => {
  const own = { certificate: SELF_SIGNED.cert, key: SELF_SIGNED.key };

  it("says so with every answer", async () => {
    const port = await listen({ tls: own });
    const request = httpsRequest({ port, path: "/message", ca: SELF_SIGNED.cert, servername: "localhost" }).end();
    const [{ headers, statusCode }] = await once(request, "response");
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      ...EVERY_ANSWER,
      "strict-transport-security": "max-age=31536000; includeSubDomains",
    });
  });

  /** What was agreed on; undefined: the server took none of it. */
  async function agreed(port: number, options: ConnectionOptions): Promise<string | undefined> {
    const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: SELF_SIGNED.cert, ...options });
    try {
      await once(socket, "secureConnect");
      return `${socket.getProtocol()} ${socket.getCipher().name}`;
    } catch {
      return undefined;
    } finally {
      socket.destroy();
    }
  }

  it("takes TLS 1.3 first, and 1.2 with forward secrecy and authenticated encryption", async () => {
    const port = await listen({ tls: own });
    expect(await agreed(port, {})).toBe("TLSv1.3 TLS_AES_256_GCM_SHA384");
    const weakFirst = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
    expect(await agreed(port, { maxVersion: "TLSv1.2", ciphers: weakFirst })).toBe(
      "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384",
    );
  });

  it.each([
    ["TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
    ["CBC", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA" }],
  ] as const)("takes no %s", async (_name, options) => {
    expect(await agreed(await listen({ tls: own }), options)).toBeUndefined();
  });
});
