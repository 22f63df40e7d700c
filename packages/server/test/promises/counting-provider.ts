import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One message that a provider took, or may be taken to have sent. */
export interface Delivery {
  /** Ours: what the provider knows the message by. */
  readonly reference: string;
  readonly to: string;
  readonly by: "twilio" | "cm";
  /** Has the answer been written to the connection? */
  answered: boolean;
}

/** What the provider does with one message. `silent`: takes it and never answers; `drop`: takes it and hangs up. */
export type Fate =
  | { readonly type: "take"; readonly afterMs: number }
  | { readonly type: "silent" | "drop" }
  | { readonly type: "refuse" };

/** Twilio's and CM.com's APIs in one stand-in: takes messages for real, and keeps count of what it took. */
export interface CountingProvider {
  readonly url: string;
  /** Whatever it took, in order; refused ones are not among them. */
  readonly deliveries: readonly Delivery[];
  close(): Promise<void>;
}

export async function startCountingProvider(
  fateOf: (to: string, by: Delivery["by"]) => Fate,
): Promise<CountingProvider> {
  const deliveries: Delivery[] = [];

  /** Takes what is to be taken, and says when the answer may go out: undefined for never. */
  function take(messages: readonly Omit<Delivery, "answered">[]) {
    const taken: Delivery[] = [];
    let afterMs: number | undefined = 0;
    let drops = false;
    for (const message of messages) {
      const fate = fateOf(message.to, message.by);
      if (fate.type === "refuse") continue;
      const delivery = { ...message, answered: false };
      taken.push(delivery);
      deliveries.push(delivery);
      if (fate.type === "drop") drops = true;
      afterMs = fate.type !== "take" || afterMs === undefined ? undefined : Math.max(afterMs, fate.afterMs);
    }
    return { taken, afterMs, drops };
  }

  function answer(response: ServerResponse, status: number, body: unknown, taken: readonly Delivery[]): void {
    if (response.destroyed) return;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    for (const delivery of taken) delivery.answered = true;
  }

  const later = (afterMs: number | undefined, call: () => void): void => {
    if (afterMs === 0) call();
    else if (afterMs !== undefined) setTimeout(call, afterMs);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      if (request.url === "/v1.0/message") {
        const { messages } = JSON.parse(body) as {
          messages: { msg: { reference: string; to: { number: string }[] }[] };
        };
        const asked = messages.msg.map(({ reference, to }) => ({
          reference,
          to: `+${(to[0]?.number ?? "").slice(2)}`,
          by: "cm" as const,
        }));
        const { taken, afterMs, drops } = take(asked);
        if (drops) request.socket.destroy();
        const lines = asked.map(({ reference, to }) => {
          const accepted = taken.some((delivery) => delivery.reference === reference);
          return accepted
            ? { to, status: "Accepted", reference, parts: 1, messageDetails: null, messageErrorCode: 0 }
            : { to, status: "Rejected", reference, parts: 0, messageDetails: "no", messageErrorCode: 403 };
        });
        const errorCode = taken.length === asked.length ? 0 : 201;
        const reply = { details: `Created ${taken.length} message(s)`, errorCode, messages: lines };
        later(afterMs, () => answer(response, taken.length === 0 ? 400 : 200, reply, taken));
        return;
      }
      const form = new URLSearchParams(body);
      const to = form.get("To") ?? "";
      const reference = /[0-9a-f]{32}$/.exec(form.get("StatusCallback") ?? "")?.[0] ?? "";
      const { taken, afterMs, drops } = take([{ reference, to, by: "twilio" }]);
      if (drops) request.socket.destroy();
      else if (taken.length === 0) answer(response, 400, { code: 30007, message: "no", status: 400 }, []);
      else later(afterMs, () => answer(response, 201, { sid: `SM${reference}`, account_sid: "AC", to }, taken));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
