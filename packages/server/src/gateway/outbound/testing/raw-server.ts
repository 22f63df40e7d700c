import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

/** A request as its bytes came. */
export interface RawRequest {
  readonly head: string;
  readonly body: string;
}

export interface RawServer {
  /** `http://127.0.0.1:…`. */
  readonly origin: string;
  readonly requests: readonly RawRequest[];
  /** What is done when a request is there in full. */
  onRequest: (socket: Socket, request: RawRequest) => void;
  close(): Promise<void>;
}

/** A server below HTTP: it says exactly the bytes that a test gives it, and can stop anywhere. */
export async function rawServer(onRequest: RawServer["onRequest"]): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = "";
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const split = received.indexOf("\r\n\r\n");
      if (split === -1) return;
      const head = received.slice(0, split);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const body = received.slice(split + 4, split + 4 + length);
      if (body.length < length) return;
      received = received.slice(split + 4 + length);
      const request = { head, body: Buffer.from(body, "latin1").toString("utf8") };
      requests.push(request);
      raw.onRequest(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const raw: RawServer = {
    origin: `http://127.0.0.1:${port}`,
    requests,
    onRequest,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return raw;
}

/** A whole HTTP answer with a body of known length. */
export function httpAnswer(status: number, body: unknown, headers = ""): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${headers}\r\n${text}`;
}

/** Says the first `length` bytes of the answer, then ends the connection: politely or by a reset. */
export function cutAnswer(answer: string, length: number, end: "close" | "reset"): RawServer["onRequest"] {
  return (socket) => {
    const bytes = Buffer.from(answer, "utf8").subarray(0, length);
    const finish = () => (end === "close" ? socket.end() : socket.resetAndDestroy());
    if (bytes.length === 0) finish();
    else socket.write(bytes, () => setImmediate(finish));
  };
}
