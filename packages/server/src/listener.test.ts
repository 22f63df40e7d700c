import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClientAddress } from "./api/client-address.ts";
import type { InboundReply, InboundRequest, InboundRoute } from "./gateway/inbound/exchange.ts";
import { createListener } from "./listener.ts";

const LIMIT = 1000;
/** What the clock says. */
let now = 1_795_348_800_000;

/** What the routes were asked, with their parameters. */
let asked: (InboundRequest & { readonly params: Readonly<Record<string, string | undefined>> })[] = [];
let faults: unknown[] = [];
let forbidden: unknown[] = [];
let answer: (request: InboundRequest) => Promise<InboundReply>;
let listener: Server;
let api: FastifyInstance;
let port = 0;
const sockets: Socket[] = [];
const escaped: unknown[] = [];
const catchEscaped = (failure: unknown): void => void escaped.push(failure);

function route(fields: Pick<InboundRoute, "method" | "path"> & Partial<InboundRoute>): InboundRoute {
  return {
    maxBodyBytes: LIMIT,
    async handle(request, params) {
      asked.push({ ...request, params });
      return answer(request);
    },
    ...fields,
  };
}

const own = (text: string, status: number): InboundReply => ({ status, headers: { "x-dialect": "own" }, body: text });

beforeAll(async () => {
  api = Fastify({ bodyLimit: LIMIT });
  api.setNotFoundHandler((_request, reply) => reply.code(404).send({ from: "api" }));
  api.setErrorHandler((failure: { statusCode?: number }, _request, reply) =>
    reply.code(failure.statusCode ?? 500).send({ from: "api" }),
  );
  await api.ready();
  listener = createListener({
    dialects: [
      {
        name: "test",
        routes: [
          route({ method: "POST", path: "/plain" }),
          route({
            method: "POST",
            path: "/own",
            tooLarge: () => own("own: too large", 413),
            fault: () => own("own: fault", 500),
          }),
          route({ method: "GET", path: "/accounts/:account/messages/:message.json" }),
        ],
      },
    ],
    api,
    clientAddress: createClientAddress(["127.0.0.0/8"]),
    tls: undefined,
    now: () => now,
    onForbidden: (refused) => forbidden.push(refused),
    onFault: (failure) => faults.push(failure),
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  port = (listener.address() as AddressInfo).port;
  process.on("uncaughtException", catchEscaped).on("unhandledRejection", catchEscaped);
});
afterAll(async () => {
  listener.close();
  listener.closeAllConnections();
  await api.close();
  process.off("uncaughtException", catchEscaped).off("unhandledRejection", catchEscaped);
});
beforeEach(() => {
  asked = [];
  faults = [];
  forbidden = [];
  answer = async () => ({ status: 200, headers: { "content-type": "text/plain" }, body: "yes" });
});
afterEach(async () => {
  const thrown = escaped.splice(0);
  for (const socket of sockets.splice(0)) socket.destroy();
  // Whatever a test did, the server still serves, and nothing was thrown past it.
  expect((await fetch(url("/plain"), { method: "POST" })).status).toBe(200);
  expect(thrown).toEqual([]);
});

function url(path: string): string {
  return `http://127.0.0.1:${port}${path}`;
}

/** A connection that says exactly these bytes. */
function say(bytes: string): { readonly socket: Socket; heard(count?: number): Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.on("error", () => undefined);
  socket.write(bytes);
  return {
    socket,
    /** Waits for so many whole answers, or for the end of the connection. */
    async heard(count = 1) {
      const ended = once(socket, "close");
      for (;;) {
        if (text.split("HTTP/1.1 ").length > count && text.endsWith(END_OF_ANSWER.exec(text)?.[0] ?? "\0")) return text;
        if (socket.closed) return text;
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))]);
      }
    },
  };
}

/** Every answer of these tests ends with one of these texts. */
const END_OF_ANSWER =
  /(?:yes|own: too large|own: fault|The request is too large\.\n|failed to answer\.\n|\{"from":"api"\})$/;

function post(path: string, body: string, headers = ""): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe("a request for a dialect", () => {
  it("arrives with its path, query, headers, body, client and time", async () => {
    await fetch(url("/plain?a=1&b=%20x"), {
      method: "POST",
      headers: { "x-forwarded-for": "192.0.2.7", "x-other": "é" },
      body: "töxt",
    });
    expect(asked).toMatchObject([
      {
        method: "POST",
        path: "/plain",
        query: "a=1&b=%20x",
        headers: { "x-other": "é" },
        clientAddress: "192.0.2.7",
        at: now,
      },
    ]);
    expect(asked[0]?.body.toString("utf8")).toBe("töxt");
  });

  it("has its parameters decoded, and its path as it came", async () => {
    await fetch(url("/accounts/a%2Fb%20c/messages/SM%C3%A9.json"));
    expect(asked).toMatchObject([
      { params: { account: "a/b c", message: "SMé" }, path: "/accounts/a%2Fb%20c/messages/SM%C3%A9.json" },
    ]);
  });

  it("may bring its body in pieces, slowly", async () => {
    const body = "0123456789".repeat(50);
    const text = post("/plain", body);
    const { socket, heard } = say(text.slice(0, 40));
    for (let start = 40; start < text.length; start += 100) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      now += 1000;
      socket.write(text.slice(start, start + 100));
    }
    expect(await heard()).toMatch(/^HTTP\/1\.1 200 /);
    expect(asked[0]?.body.toString()).toBe(body);
    // Its time is that of its last byte: a policy that came meanwhile holds for it.
    expect(asked[0]?.at).toBe(now);
  });

  it("may have exactly as many bytes as are allowed, and may have none", async () => {
    expect((await fetch(url("/plain"), { method: "POST", body: "x".repeat(LIMIT) })).status).toBe(200);
    expect((await fetch(url("/plain"), { method: "POST" })).status).toBe(200);
    expect(asked.map(({ body }) => body.length)).toEqual([LIMIT, 0]);
  });

  it("by GET has no body for us, even when it sends one", async () => {
    const head = "GET /accounts/a/messages/b.json HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
    const { heard } = say(`${head}hello${post("/plain", "next")}`);
    expect((await heard(2)).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(asked.map(({ body }) => body.toString())).toEqual(["", "next"]);
  });
});

it("what a dialect answers with 403 is told, by its route", async () => {
  answer = async () => ({ status: 403, headers: {}, body: "yes" });
  await fetch(url("/accounts/1/messages/2.json"), { headers: { "x-forwarded-for": "192.0.2.7" } });
  answer = async () => ({ status: 401, headers: {}, body: "yes" });
  await fetch(url("/accounts/1/messages/2.json"));
  const route = "/accounts/:account/messages/:message.json";
  expect(forbidden).toEqual([{ method: "GET", route, address: "192.0.2.7" }]);
  answer = async () => ({ status: 200, headers: {}, body: "yes" });
});

describe("a body over the limit", () => {
  it.each([
    ["/own", "own: too large"],
    ["/plain", "The request is too large.\n"],
  ])("of %s is answered with 413 in the dialect's words, and no route is asked", async (path, words) => {
    for (const body of ["x".repeat(LIMIT + 1), "x".repeat(4_000_000)]) {
      const reply = await fetch(url(path), { method: "POST", body });
      expect([reply.status, await reply.text(), reply.headers.get("connection")]).toEqual([413, words, "close"]);
    }
    expect(asked).toEqual([]);
  });

  it("is answered while the client still sends, declared or in chunks", async () => {
    const declared = say("POST /own HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n");
    declared.socket.write("x".repeat(LIMIT + 1));
    expect(await declared.heard()).toMatch(/^HTTP\/1\.1 413 [\s\S]*own: too large$/);
    const chunked = say("POST /own HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let count = 0; count < 3; count++) chunked.socket.write(`1f4\r\n${"x".repeat(500)}\r\n`);
    expect(await chunked.heard()).toMatch(/^HTTP\/1\.1 413 [\s\S]*own: too large$/);
    expect(asked).toEqual([]);
  });
});

describe("a client that goes away", () => {
  it("in the middle of its body is forgotten", async () => {
    for (const end of ["destroy", "resetAndDestroy"] as const) {
      const { socket } = say("POST /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket[end]();
      await once(socket, "close");
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([asked, faults]).toEqual([[], []]);
  });

  it("before its answer changes nothing: what was asked for is done", async () => {
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    answer = async () => {
      await answered;
      return { status: 200, headers: {}, body: "yes" };
    };
    const { socket } = say(post("/plain", "x"));
    await expect.poll(() => asked.length).toBe(1);
    socket.resetAndDestroy();
    await once(socket, "close");
    resolve();
    await new Promise((done) => setTimeout(done, 20));
    expect(faults).toEqual([]);
    answer = async () => ({ status: 200, headers: {}, body: "yes" });
  });
});

describe("a fault of ours", () => {
  it.each([
    ["/own", "own: fault"],
    ["/plain", "The server failed to answer.\n"],
  ])("at %s is told, answered in the dialect's words, and the connection goes on", async (path, words) => {
    const failure = new Error("the journal cannot be written");
    answer = () => Promise.reject(failure);
    const { socket, heard } = say(post(path, "x"));
    expect(await heard()).toMatch(new RegExp(`^HTTP/1\\.1 500 [\\s\\S]*${words}$`));
    expect(faults).toEqual([failure]);
    answer = async () => ({ status: 200, headers: {}, body: "yes" });
    socket.write(post(path, "y"));
    expect(await heard(2)).toMatch(/HTTP\/1\.1 500 [\s\S]*HTTP\/1\.1 200 [\s\S]*yes$/);
  });

  it("is also an answer that cannot be written, or a route that throws at once", async () => {
    answer = async () => ({ status: 200, headers: { "x-bad": "a\r\nb: c" }, body: "yes" });
    expect((await fetch(url("/own"), { method: "POST" })).status).toBe(500);
    answer = () => {
      throw new TypeError("not even a promise");
    };
    expect((await fetch(url("/own"), { method: "POST" })).status).toBe(500);
    expect(faults).toHaveLength(2);
    answer = async () => ({ status: 200, headers: {}, body: "yes" });
  });
});

describe("what no dialect has a route for", () => {
  it.each([
    ["HEAD", "/plain"],
    ["OPTIONS", "/plain"],
    ["TRACE", "/plain"],
    ["GET", "/plain"],
    ["PUT", "/own"],
    ["PATCH", "/own"],
    ["GET", "/nowhere"],
    ["POST", "/plain/"],
    ["POST", "/PLAIN"],
    ["GET", "/accounts/%zz/messages/x.json"],
    ["GET", "/accounts/%C3/messages/x.json"],
    ["GET", `/accounts/${"a".repeat(101)}/messages/x.json`],
    ["GET", "//plain"],
    ["GET", "/%00"],
    ["GET", "/../../etc/passwd"],
  ])("%s %s is the API's to answer", async (method, path) => {
    const { heard } = say(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await heard(2)).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(asked).toEqual([]);
  });
});

describe("what is no request", () => {
  it.each([
    ["headers of 20 kB", `POST /plain HTTP/1.1\r\nHost: x\r\nX-Big: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["10,000 headers", `POST /plain HTTP/1.1\r\nHost: x\r\n${"a: b\r\n".repeat(10_000)}\r\n`, 431],
    ["no HTTP", "hello there\r\n\r\n", 400],
    ["another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ["no host", "POST /plain HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400],
    ["two lengths", "POST /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400],
    [
      "a length and chunks",
      "POST /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["a chunk without a size", "POST /plain HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400],
    ["a bare line feed in a header", "POST /plain HTTP/1.1\r\nHost: x\r\nX: a\nb\r\n\r\n", 400],
  ])("%s: refused, and no route is asked", async (_name, bytes, status) => {
    const { heard } = say(bytes);
    expect(await heard(1)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(asked).toEqual([]);
  });
});

it("requests on one connection are answered in their order", async () => {
  answer = async ({ body }) => {
    await new Promise((resolve) => setTimeout(resolve, body.toString() === "first" ? 20 : 0));
    return { status: 200, headers: { "x-is": body.toString() }, body: "yes" };
  };
  const { heard } = say(post("/plain", "first") + post("/plain", "second") + post("/nowhere", ""));
  const text = await heard(3);
  expect([...text.matchAll(/x-is: (\w+)/g)].map(([, word]) => word)).toEqual(["first", "second"]);
  expect(text).toMatch(/HTTP\/1\.1 404 .*$/m);
});

describe("a connection on which plain requests come", () => {
  it("says what any HTTP answer says", async () => {
    answer = async () => ({ status: 201, headers: { "content-type": "text/plain" }, body: "é: yes" });
    const { heard } = say(post("/plain", "x"));
    const text = await heard();
    expect(text).toMatch(/^HTTP\/1\.1 201 Created\r\ncontent-type: text\/plain\r\nConnection: keep-alive\r\n/);
    expect(text).toMatch(/\r\nContent-Length: 7\r\n\r\n\xc3\xa9: yes$/);
    const date = Date.parse(/\r\nDate: (.*? GMT)\r\n/.exec(text)?.[1] ?? "");
    expect(Math.abs(date - Date.now())).toBeLessThan(2000);
    answer = async () => ({ status: 200, headers: {}, body: "yes" });
  });

  it("hears the same wherever its bytes are divided", async () => {
    answer = async ({ body }) => ({ status: 200, headers: { "x-is": body.toString() }, body: "yes" });
    const text = post("/plain", "first") + post("/plain", "second", "Expect: 100-continue\r\n") + post("/own", "third");
    const all = Array.from({ length: text.length - 1 }, async (_, index) => {
      const { socket, heard } = say(text.slice(0, index + 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
      socket.write(text.slice(index + 1));
      const answers = await heard(4);
      return [...answers.matchAll(/x-is: (\w+)/g)].map(([, word]) => word).join();
    });
    expect(new Set(await Promise.all(all))).toEqual(new Set(["first,second,third"]));
  });

  it("hears a body that comes long after its head, or never as a whole", async () => {
    const text = post("/plain", "0123456789");
    const { socket, heard } = say(text.slice(0, -10));
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.write("01234");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toEqual([]);
    socket.write("56789");
    expect(await heard()).toMatch(/yes$/);
    expect(asked[0]?.body.toString()).toBe("0123456789");
  });

  it("answers in order what comes before an answer is ready, one by one or at once", async () => {
    answer = async ({ body }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { status: 200, headers: { "x-is": body.toString() }, body: "yes" };
    };
    const { socket, heard } = say(post("/plain", "1"));
    await expect.poll(() => asked.length).toBe(1);
    socket.write(post("/plain", "2"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    socket.write(post("/plain", "3") + post("/plain", "4"));
    const answers = await heard(4);
    expect([...answers.matchAll(/x-is: (\w+)/g)].map(([, word]) => word)).toEqual(["1", "2", "3", "4"]);
  });

  it("is answered though its client has said its last word, and then ends", async () => {
    answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { status: 200, headers: {}, body: "yes" };
    };
    const { socket, heard } = say(post("/plain", "x"));
    socket.end();
    expect(await heard()).toMatch(/yes$/);
    await expect.poll(() => socket.closed).toBe(true);
  });

  it("does not hold up a server that stops: quiet ones end at once, busy ones with their answer", async () => {
    const stopping = createListener({
      dialects: [{ name: "test", routes: [route({ method: "POST", path: "/plain" })] }],
      api,
      clientAddress: createClientAddress([]),
      tls: undefined,
      now: () => now,
      onFault: (failure) => faults.push(failure),
    });
    stopping.listen(0, "127.0.0.1");
    await once(stopping, "listening");
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    answer = async () => {
      await answered;
      return { status: 200, headers: {}, body: "yes" };
    };
    const connections = [
      connect((stopping.address() as AddressInfo).port),
      connect((stopping.address() as AddressInfo).port),
    ];
    sockets.push(...connections);
    const [quiet, busy] = connections;
    let text = "";
    busy?.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
    });
    quiet?.resume();
    await Promise.all(connections.map((socket) => once(socket, "connect")));
    busy?.write(post("/plain", "x"));
    await expect.poll(() => asked.length).toBe(1);
    const closed = once(stopping, "close");
    stopping.close();
    await expect.poll(() => quiet?.closed).toBe(true);
    expect(busy?.closed).toBe(false);
    resolve();
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\nConnection: close\r\n[\s\S]*yes$/);
    answer = async () => ({ status: 200, headers: {}, body: "yes" });
  });
});
