import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createAddressGuard } from "./address-guard.ts";
import { createHttpExchange, type HttpExchange, type HttpExchangeOptions } from "./http-exchange.ts";
import { cutAnswer, httpAnswer, type RawServer, rawServer } from "./testing/raw-server.ts";
import { SELF_SIGNED } from "./testing/self-signed.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

function exchangeWith(options: HttpExchangeOptions = {}): HttpExchange {
  const exchange = createHttpExchange({ timeoutMs: 3_000, ...options });
  open.push(exchange);
  return exchange;
}

async function serverThat(onRequest: RawServer["onRequest"]): Promise<RawServer> {
  const server = await rawServer(onRequest);
  open.unshift(server);
  return server;
}

function post(exchange: HttpExchange, origin: string, extra: { timeoutMs?: number } = {}) {
  return exchange.send({
    origin,
    path: "/send?x=1",
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "hello €",
    ...extra,
  });
}

describe("an answer that is there in full", () => {
  test("comes back with status, headers and body", async () => {
    const server = await serverThat((socket) => socket.write(httpAnswer(201, { é: 1 }, "X-Id: 7\r\n")));
    const result = await post(exchangeWith(), server.origin);
    expect(result).toMatchObject({ type: "answered", status: 201, body: '{"é":1}' });
    expect(result.type === "answered" && result.headers["x-id"]).toBe("7");
    expect(server.requests[0]?.head).toMatch(/^POST \/send\?x=1 HTTP\/1\.1/);
    expect(server.requests[0]?.body).toBe("hello €");
  });

  test("a redirect is an answer like any other: it is not followed", async () => {
    const server = await serverThat((socket) => socket.write(httpAnswer(307, "", "Location: http://127.0.0.1:1/\r\n")));
    expect(await post(exchangeWith(), server.origin)).toMatchObject({ type: "answered", status: 307 });
    expect(server.requests).toHaveLength(1);
  });

  test("connections are kept for the next requests", async () => {
    let connections = 0;
    const seen = new Set<unknown>();
    const server = await serverThat((socket) => {
      if (!seen.has(socket)) connections += 1;
      seen.add(socket);
      socket.write(httpAnswer(200, "ok"));
    });
    const exchange = exchangeWith();
    for (let n = 0; n < 20; n += 1) await post(exchange, server.origin);
    expect(server.requests).toHaveLength(20);
    expect(connections).toBeLessThanOrEqual(2);
  });
});

describe("no byte of the request was written", () => {
  test("nothing listens there", async () => {
    const server = await serverThat(() => undefined);
    await server.close();
    expect(await post(exchangeWith(), server.origin)).toMatchObject({ type: "not_sent", code: "ECONNREFUSED" });
  });

  test("the name does not exist", async () => {
    expect(await post(exchangeWith(), "http://nowhere.invalid")).toMatchObject({ type: "not_sent" });
  });

  test("every connection is busy until the time is up, and it does not go out afterwards", async () => {
    const server = await serverThat((socket) => setTimeout(() => socket.write(httpAnswer(200, "late")), 300));
    const exchange = exchangeWith({ connections: 1 });
    const first = post(exchange, server.origin);
    const second = await post(exchange, server.origin, { timeoutMs: 100 });
    expect(second).toMatchObject({ type: "not_sent", code: "no_connection_in_time" });
    expect(await first).toMatchObject({ type: "answered" });
    expect(await post(exchange, server.origin)).toMatchObject({ type: "answered" });
    expect(server.requests).toHaveLength(2);
  });

  test("a header that HTTP cannot carry", async () => {
    const server = await serverThat((socket) => socket.write(httpAnswer(200, "ok")));
    const result = await exchangeWith().send({
      origin: server.origin,
      path: "/",
      method: "POST",
      headers: { authorization: "a\r\nx: y" },
      body: "",
    });
    expect(result).toMatchObject({ type: "not_sent" });
    expect(server.requests).toHaveLength(0);
  });

  test("a guarded exchange refuses an address literal and a name that resolves to one", async () => {
    const server = await serverThat((socket) => socket.write(httpAnswer(200, "ok")));
    const { port } = new URL(server.origin);
    const guard = createAddressGuard({
      allowPrivateNetworks: false,
      ports: [Number(port)],
      resolve: (_, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]),
    });
    const exchange = exchangeWith({ guard });
    expect(await post(exchange, server.origin)).toMatchObject({ type: "not_sent", code: "address_not_allowed" });
    expect(await post(exchange, `http://rebound.example.com:${port}`)).toMatchObject({
      type: "not_sent",
      code: "address_not_allowed",
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe("TLS that fails", () => {
  const servers: { close(): unknown }[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  test("an unknown certificate: nothing was sent", async () => {
    let received = 0;
    const server = createTlsServer(SELF_SIGNED, (socket) => socket.on("data", () => (received += 1)));
    server.on("tlsClientError", () => undefined);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const result = await post(exchangeWith(), `https://127.0.0.1:${port}`);
    expect(result).toMatchObject({ type: "not_sent" });
    expect(received).toBe(0);
  });

  test("a server that hangs up on the handshake: nothing was sent", async () => {
    const server = createTcpServer((socket) => socket.on("error", () => undefined).once("data", () => socket.end()));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await post(exchangeWith({ timeoutMs: 1_000 }), `https://127.0.0.1:${port}`)).toMatchObject({
      type: "not_sent",
    });
  });
});

describe("the request went out, and no readable answer came", () => {
  test("the answer is cut at any byte, by an end or by a reset: the connection is lost", async () => {
    const answer = httpAnswer(200, { id: "é".repeat(10) });
    const length = Buffer.byteLength(answer);
    const server = await serverThat(() => undefined);
    const exchange = exchangeWith();
    for (const end of ["close", "reset"] as const) {
      for (let cut = 0; cut < length; cut += 1) {
        server.onRequest = cutAnswer(answer, cut, end);
        const before = server.requests.length;
        const result = await post(exchange, server.origin);
        expect(result.type, `${cut} bytes, ${end}`).toBe("lost");
        expect(server.requests.length - before, `sent once, cut at ${cut}, ${end}`).toBe(1);
      }
    }
    server.onRequest = cutAnswer(answer, length, "close");
    expect(await post(exchange, server.origin)).toMatchObject({ type: "answered", status: 200 });
  });

  test("a chunked answer is complete only with its last chunk", async () => {
    const answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    const server = await serverThat(() => undefined);
    const exchange = exchangeWith();
    for (let cut = 0; cut < answer.length; cut += 1) {
      server.onRequest = cutAnswer(answer, cut, "close");
      expect((await post(exchange, server.origin)).type, `${cut} bytes`).toBe("lost");
    }
    server.onRequest = cutAnswer(answer, answer.length, "close");
    expect(await post(exchange, server.origin)).toMatchObject({ type: "answered", body: "hello world" });
  });

  test("silence, and an answer that drips for ever, end by the deadline", async () => {
    const silent = await serverThat(() => undefined);
    expect(await post(exchangeWith(), silent.origin, { timeoutMs: 100 })).toMatchObject({
      type: "lost",
      cause: "timeout",
    });
    const dripping = await serverThat((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
      const drip = setInterval(() => socket.write("x"), 10);
      socket.on("close", () => clearInterval(drip));
    });
    expect(await post(exchangeWith(), dripping.origin, { timeoutMs: 200 })).toMatchObject({
      type: "lost",
      cause: "timeout",
    });
  });

  test("an answer that is no HTTP, or too large", async () => {
    const server = await serverThat((socket) => socket.write("SMTP ready\r\n\r\n"));
    expect(await post(exchangeWith(), server.origin)).toMatchObject({ type: "lost", cause: "answer_unreadable" });
    server.onRequest = (socket) => socket.write(httpAnswer(200, "x".repeat(2_000)));
    expect(await post(exchangeWith({ maxAnswerBytes: 1_999 }), server.origin)).toMatchObject({
      type: "lost",
      cause: "answer_unreadable",
    });
  });

  test("a kept connection that the server closes as the next request is written: lost or answered, never sent twice", async () => {
    const server = await serverThat(() => undefined);
    const exchange = exchangeWith();
    for (let round = 0; round < 40; round += 1) {
      server.onRequest = (socket) => {
        socket.write(httpAnswer(200, "ok"), () => setTimeout(() => socket.destroy(), round % 4));
      };
      await post(exchange, server.origin);
      await new Promise((resolve) => setTimeout(resolve, round % 4));
      const before = server.requests.length;
      const result = await post(exchange, server.origin);
      const arrived = server.requests.length - before;
      expect(arrived).toBeLessThanOrEqual(1);
      if (result.type === "answered") expect(arrived).toBe(1);
      else expect(result.type).toBe("lost");
    }
  });
});
