import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { PlainServer } from "../../src/plain-server.ts";
import { generator, replayable, SEED, size } from "../long-form.ts";
import { noteFuzz } from "./fuzz-outcome.ts";
import { memoryConnection } from "./memory-socket.ts";
import { pick, spoil } from "./mutate.ts";

/**
 * The server reads plain requests from the connection itself, before Node's parser. Whatever bytes come, in whatever chunks, it
 * must hear the same requests as Node's server alone, and answer each once: else two parsers in a row could be told different
 * things (request smuggling).
 */
const COMMAND = "npm run test:fuzz";
const CONNECTIONS = size("FUZZ_CONNECTIONS", 6_000, 500_000);
const random = generator(SEED);

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: unknown;
  readonly body: string;
}

interface Conversation {
  readonly heard: readonly Heard[];
  /** Status and body of each answer, as far as it came. */
  readonly answers: readonly string[];
}

const answerTo = (body: string): string => `heard ${body.length}`;

/** A server that notes what it hears on the connection under way. */
function serverOf(plain: boolean, note: (heard: Heard) => void): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const { method, url, headers } = request;
      const body = Buffer.concat(chunks).toString("latin1");
      note({ method, url, headers: { ...headers }, body });
      response.end(answerTo(body));
    });
  };
  if (!plain) return createServer(listener);
  const server = new PlainServer({}, listener, ({ path, headers, body }, _socket, reply) => {
    if (path.endsWith("/theirs")) return "not_ours";
    const text = body.toString("latin1");
    note({ method: "POST", url: path, headers: { ...headers }, body: text });
    // Now and then the answer takes a while, and more comes in meanwhile.
    const answer = (): void => reply({ status: 200, headers: {}, body: answerTo(text) });
    if (text.length % 2 === 0) answer();
    else setImmediate(answer);
    return "taken";
  });
  // As a server that listens: connections are kept.
  Object.defineProperty(server, "listening", { value: true });
  return server;
}

async function converse(server: Server, heard: Heard[], chunks: readonly Buffer[]): Promise<Conversation> {
  heard.length = 0;
  const { client, socket } = memoryConnection();
  let received = "";
  client.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  const closed = new Promise<void>((resolve) => {
    client.once("end", resolve).once("close", resolve);
  });
  server.emit("connection", socket);
  for (const chunk of chunks) {
    if (!client.writable) break;
    client.write(chunk);
    await turn();
  }
  for (let turns = 0; turns < 12; turns++) await turn();
  client.end();
  await Promise.race([
    closed,
    (async () => {
      for (let turns = 0; turns < 20; turns++) await turn();
    })(),
  ]);
  client.destroy();
  socket.destroy();
  return { heard: [...heard], answers: answersIn(received) };
}

/** `200 heard 21` for each answer. */
function answersIn(text: string): readonly string[] {
  const answers: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\r\n\r\n", at);
    if (end < 0) break;
    const head = text.slice(at, end);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? head;
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    const chunked = /\r\ntransfer-encoding: chunked/i.test(head);
    if (chunked) {
      const [, , body = ""] = /^([0-9a-f]+)\r\n(.*?)\r\n0\r\n\r\n/s.exec(text.slice(end + 4)) ?? [];
      answers.push(`${status} ${body}`);
      at = end + 4 + body.length.toString(16).length + 2 + body.length + 7;
    } else {
      const body = text.slice(end + 4, end + 4 + Number(length ?? 0));
      answers.push(`${status} ${body}`);
      at = end + 4 + body.length;
    }
  }
  return answers;
}

const PATHS = ["/v1/messages", "/v1/decisions", "/a/theirs", "/", "/a?b=c", "*", "http://a/b", "/%41"];
const LINES = [
  "Content-Type: application/json",
  "Accept: */*",
  "Connection: keep-alive",
  "Connection: close",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "X-A: b",
  "x-a:\tc ",
  "X-B:",
  "Content-Length: 0",
  "Authorization: Bearer x",
  "Upgrade: h2c",
  "Host: b",
  "Content-Length : 5",
  " folded: 1",
  "TE: trailers",
];

function request(): string {
  const usual = random() < 0.6;
  const body = pick(random, [
    "{}",
    "",
    '{"to":"+31612345678"}',
    "x".repeat(300),
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  ]);
  const method = usual || random() < 0.7 ? "POST" : pick(random, ["GET", "PUT", "post", "HEAD", "OPTIONS", "PRI"]);
  const path = usual ? pick(random, PATHS.slice(0, 3)) : pick(random, PATHS);
  const version =
    usual || random() < 0.8 ? "HTTP/1.1" : pick(random, ["HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", "http/1.1"]);
  const lines = ["Host: a", `Content-Length: ${usual || random() < 0.8 ? body.length : Math.floor(random() * 40)}`];
  const more = usual ? 3 : LINES.length;
  while (random() < 0.5) lines.splice(Math.floor(random() * 3), 0, LINES[Math.floor(random() * more)] ?? "");
  return `${method} ${path} ${version}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

function bytes(): Buffer {
  let text = "";
  do text += request();
  while (random() < 0.4);
  if (random() < 0.35) text = spoil(random, text);
  return Buffer.from(text, "latin1");
}

/** In one piece mostly; else cut anywhere, often between head and body. */
function cut(all: Buffer): readonly Buffer[] {
  if (random() < 0.4) return [all];
  const chunks: Buffer[] = [];
  let rest = all;
  const headEnd = all.indexOf("\r\n\r\n") + 4;
  if (random() < 0.4 && headEnd > 4) {
    chunks.push(rest.subarray(0, headEnd));
    rest = rest.subarray(headEnd);
  }
  while (rest.length > 0 && chunks.length < 12) {
    const length = 1 + Math.floor(random() * rest.length);
    chunks.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  if (rest.length > 0) chunks.push(rest);
  return chunks;
}

/** Throws where the two hear or answer anything else. */
async function compare(connections: number, plain: Server, heard: Heard[]) {
  const reference: Heard[] = [];
  const full = serverOf(false, (one) => reference.push(one));
  const found = { requests: 0, refused: 0, fewer: 0 };
  for (let connection = 0; connection < connections; connection++) {
    const chunks = cut(bytes());
    const one = await converse(plain, heard, chunks);
    const other = await converse(full, reference, chunks);
    const told = chunks.map((chunk) => chunk.toString("latin1"));
    // Where bytes that are no HTTP follow in the same piece, Node gives up the request before them as well; a request that
    // began in one piece is handed to it as one. Never is more heard, or another.
    const bad = one.answers.includes("400 ") && other.answers.includes("400 ");
    const until = <T>(all: readonly T[], length: number) => (bad ? all.slice(0, length) : all);
    expect({ told, heard: one.heard }).toEqual({ told, heard: until(other.heard, one.heard.length) });
    const answered = ({ answers }: Conversation) => answers.filter((answer) => answer.startsWith("200"));
    const ours = answered(one);
    expect({ told, answers: ours }).toEqual({ told, answers: until(answered(other), ours.length) });
    found.requests += one.heard.length;
    if (one.heard.length < other.heard.length) found.fewer++;
    if (other.answers.some((answer) => answer.startsWith("4"))) found.refused++;
  }
  return found;
}

it(
  `${CONNECTIONS} connections with any bytes on them: the same requests are heard as by Node's server`,
  {
    timeout: 60_000 + CONNECTIONS * 20,
  },
  () =>
    replayable(COMMAND, async () => {
      const heard: Heard[] = [];
      const { requests, refused, fewer } = await compare(
        CONNECTIONS,
        serverOf(true, (one) => heard.push(one)),
        heard,
      );
      expect(requests).toBeGreaterThan(CONNECTIONS / 4);
      noteFuzz("raw-http", "raw HTTP connections", CONNECTIONS, {
        "requests heard by both": requests,
        "with bytes that are no HTTP": refused,
        "given up with what followed": fewer,
      });
    }),
);

it("a server that reads one thing differently is caught", async () => {
  const heard: Heard[] = [];
  // One that takes a last chunk for the end of a body that has a length.
  const wrong = serverOf(true, (one) => heard.push({ ...one, body: one.body.replace(/\r\n0\r\n\r\n$/, "") }));
  await expect(compare(3000, wrong, heard)).rejects.toThrow();
});
