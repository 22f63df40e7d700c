/** A provider in the CM.com dialect that answers at once: the wall behind the gateway and the pass-through alike. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serveMeasured } from "./measured-server.ts";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as {
      messages: { msg: { reference?: string; to: { number: string }[] }[] };
    };
    const items = messages.msg.flatMap(({ reference = "", to }) =>
      to.map(({ number }) => ({
        to: number,
        status: "Accepted",
        reference,
        parts: 1,
        messageDetails: null,
        messageErrorCode: 0,
      })),
    );
    const body = JSON.stringify({ details: `Created ${items.length} message(s)`, errorCode: 0, messages: items });
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => serveMeasured((server.address() as AddressInfo).port));
