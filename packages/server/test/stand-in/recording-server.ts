import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as a server outside received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PreparedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server on loopback that stands for one outside: keeps what it received, answers as it is told. */
export interface RecordingServer {
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** Resolves with the `count`-th request (from 1), at once when it is there already. */
  request(count: number): Promise<ReceivedRequest>;
  close(): Promise<void>;
}

export async function startRecordingServer(
  answer: (request: ReceivedRequest) => PreparedAnswer | Promise<PreparedAnswer>,
): Promise<RecordingServer> {
  const received: ReceivedRequest[] = [];
  const waiting: { readonly count: number; readonly resolve: (request: ReceivedRequest) => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one: ReceivedRequest = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      received.push(one);
      for (const waiter of waiting) if (waiter.count === received.length) waiter.resolve(one);
      void Promise.resolve(answer(one)).then((reply) => {
        response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
        response.end(reply.body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    request(count) {
      const one = received[count - 1];
      if (one !== undefined) return Promise.resolve(one);
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
