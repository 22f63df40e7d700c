import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What the provider answers to the next request; taken from the front, and then `accept`. */
export type Answer = "accept" | "throttle" | "refuse" | "hang" | "fail";

/** A provider that speaks plain HTTP, and remembers what it was given. */
export interface QueueProvider {
  readonly url: string;
  /** In the order in which it took them: our id, the number, the text. */
  readonly taken: { readonly id: string; readonly to: string; readonly text: string; readonly at: number }[];
  /** Every request, taken or not. */
  requests: number;
  answers: Answer[];
  close(): Promise<void>;
}

export async function startQueueProvider(): Promise<QueueProvider> {
  const taken: QueueProvider["taken"] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      provider.requests += 1;
      const answer = provider.answers.shift() ?? "accept";
      const reply = (status: number, content: object): void => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(content));
      };
      const message = JSON.parse(body) as { id: string; to: string; text: string };
      if (answer === "accept" || answer === "hang" || answer === "fail") taken.push({ ...message, at: Date.now() });
      if (answer === "accept") reply(200, { id: `P${taken.length}` });
      else if (answer === "throttle") reply(429, { code: "busy" });
      else if (answer === "refuse") reply(400, { code: "no" });
      else if (answer === "fail") reply(500, { code: "broken" });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: QueueProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`,
    taken,
    requests: 0,
    answers: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

/** The settings of a provider of the kind `http` for it. */
export function settingsFor(provider: QueueProvider, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    url: provider.url,
    body: { json: { id: "{{id}}", to: "{{to}}", text: "{{text}}" } },
    answer: {
      accepted: { statuses: [200] },
      refused: { statuses: [400] },
      throttled: { statuses: [429] },
      id: "/id",
      code: "/code",
    },
    ...more,
  };
}

/** Asks until the answer is as wanted; fails after a while, which is long on a busy machine. */
export async function eventually<T>(ask: () => Promise<T> | T, isWanted: (value: T) => boolean): Promise<T> {
  for (const end = Date.now() + 40_000; ; ) {
    const value = await ask();
    if (isWanted(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
