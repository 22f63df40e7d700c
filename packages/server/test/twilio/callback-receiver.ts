import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One status callback as it arrived. */
interface Callback {
  readonly path: string;
  readonly signature: string;
  readonly parameters: Record<string, string>;
}

export interface CallbackReceiver {
  readonly url: string;
  /** Resolves with the callback that has this status. */
  until(status: string): Promise<Callback>;
  close(): Promise<void>;
}

/** A customer's server: waits for the callback with this status. */
export async function callbackReceiver(): Promise<CallbackReceiver> {
  const waiting = new Map<string, (callback: Callback) => void>();
  const arrived = new Map<string, Callback>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const signature = String(request.headers["x-twilio-signature"]);
      const callback = { path: request.url ?? "", signature, parameters };
      const status = parameters["MessageStatus"] ?? "";
      arrived.set(status, callback);
      waiting.get(status)?.(callback);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    until(status: string): Promise<Callback> {
      const known = arrived.get(status);
      return known === undefined ? new Promise((resolve) => waiting.set(status, resolve)) : Promise.resolve(known);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
