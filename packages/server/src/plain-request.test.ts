import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PlainRequest, PlainRequestReader } from "./plain-request.ts";

const read = (text: string) => new PlainRequestReader().read(Buffer.from(text, "latin1"));
const whole = (read: ReturnType<PlainRequestReader["read"]>): PlainRequest => {
  if (typeof read !== "object") throw new Error(`read ${read}, and no request`);
  return read;
};

const BODY = '{"to":"+31612345678"}';
const request = (lines: readonly string[], body = BODY): string =>
  ["POST /v1/decisions HTTP/1.1", ...lines, "", body].join("\r\n");
const LINES = ["Host: a:1", "Content-Type: application/json", `Content-Length: ${BODY.length}`];

describe("a plain request", () => {
  it("is read with its path, headers and body", () => {
    const lines = [...LINES, "X-Other:\t a b\xa0 \t", "Connection: Keep-Alive"];
    const { path, headers, body } = whole(read(request(lines)));
    expect({ path, headers, body: body.toString() }).toEqual({
      path: "/v1/decisions",
      headers: {
        host: "a:1",
        "content-type": "application/json",
        "content-length": String(BODY.length),
        "x-other": "a b\xa0",
        connection: "Keep-Alive",
      },
      body: BODY,
    });
  });

  it("is read by itself each time, though its head is the same as before", () => {
    const reader = new PlainRequestReader();
    const bodies = [BODY, BODY.replace("8", "9"), BODY].map((body) =>
      whole(reader.read(Buffer.from(request(LINES, body)))).body.toString(),
    );
    expect(bodies).toEqual([BODY, BODY.replace("8", "9"), BODY]);
    expect(reader.read(Buffer.from(request(LINES, `${BODY} `)))).toBeUndefined();
    expect(whole(reader.read(Buffer.from(request(["X-New: 1", ...LINES])))).headers["x-new"]).toBe("1");
  });

  it("has begun when its head is there and its body not yet", () => {
    const text = request(LINES);
    const head = text.length - BODY.length;
    for (let length = head; length < text.length; length++) expect(read(text.slice(0, length))).toBe("begun");
    expect(read(text.slice(0, head - 1))).toBeUndefined();
  });
});

describe("left to a full parser", () => {
  it.each([
    ["another method", request(LINES).replace("POST", "PUT")],
    ["a query", request(LINES).replace("decisions", "decisions?a=1")],
    ["an escape in the path", request(LINES).replace("decisions", "%64ecisions")],
    ["an absolute target", request(LINES).replace("/v1", "http://a/v1")],
    ["an older version", request(LINES).replace("1.1", "1.0")],
    ["no host", request(LINES.slice(1))],
    ["no length", request(LINES.slice(0, 2))],
    ["two lengths", request([...LINES, `content-length: ${BODY.length}`])],
    ["a length with a sign", request([LINES[0] ?? "", `Content-Length: +${BODY.length}`])],
    ["a length with two values", request([LINES[0] ?? "", `Content-Length: ${BODY.length}, ${BODY.length}`])],
    ["chunks", request([...LINES, "Transfer-Encoding: chunked"])],
    ["an expectation", request([...LINES, "Expect: 100-continue"])],
    ["an upgrade", request([...LINES, "Upgrade: h2c"])],
    ["an end of the connection", request([...LINES, "Connection: close"])],
    ["a header twice", request([...LINES, "X-A: 1", "x-a: 2"])],
    ["a folded header", request([...LINES, "X-A: 1", " 2"])],
    ["a space before the colon", request([...LINES, "X-A : 1"])],
    ["a bare line feed", request([...LINES, "X-A: 1\nX-B: 2"])],
    ["a name of every object", request([...LINES, "__proto__: 1"])],
    ["more than its length", `${request(LINES)}x`],
    ["half a head", request(LINES).slice(0, 40)],
  ])("%s", (_name, text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe("beside Node's own parser", () => {
  let server: Server;
  let heard: { method: string | undefined; url: string | undefined; headers: unknown; body: string }[] = [];
  beforeAll(async () => {
    server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const { method, url, headers } = incoming;
        heard.push({ method, url, headers, body: Buffer.concat(chunks).toString("latin1") });
        response.end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => server.close());

  const piece = fc.constantFrom(
    "a",
    "A",
    "-",
    ":",
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "0",
    "2",
    "\0",
    "\xa0",
    "\x7f",
    ",",
    "/",
    "?",
  );
  const odd = fc
    .tuple(fc.array(piece, { maxLength: 4 }), fc.array(piece, { maxLength: 4 }))
    .map(([name, value]) => `${name.join("")}:${value.join("")}`);
  const usual = fc.constantFrom(
    "X-A: b",
    "Accept: */*",
    "connection: keep-alive",
    "X-B:\tc ",
    "x-c:",
    "content-length:2 ",
  );
  const line = fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
  const text = fc
    .record({
      lines: fc.array(line, { maxLength: 4 }),
      body: fc.constantFrom("{}", "", "{}x", "\xff\xfe"),
      at: fc.nat(),
      changed: fc.option(piece),
    })
    .map(({ lines, body, at, changed }) => {
      const whole = request(["Host: a", "Content-Length: 2", ...lines], body);
      const place = at % whole.length;
      return changed === null ? whole : whole.slice(0, place) + changed + whole.slice(place + 1);
    });

  it("whatever is read is what that parser reads, and one request", async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(text, async (bytes) => {
        const found = read(bytes);
        if (typeof found !== "object") return;
        plain++;
        heard = [];
        const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
        socket.resume().end(Buffer.from(bytes, "latin1"));
        await once(socket, "close");
        const { path, headers, body } = found;
        expect(heard).toEqual([{ method: "POST", url: path, headers: { ...headers }, body: body.toString("latin1") }]);
      }),
      { numRuns: 2000 },
    );
    expect(plain).toBeGreaterThan(100);
  });
});
