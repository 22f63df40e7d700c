import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers range look-ups as Pwned Passwords does: lines `REST:COUNT`, parted by CR LF, with padding of count 0. */
export interface RangeServer {
  /** To which the five digits are appended. */
  readonly url: string;
  /** How often a password was seen. */
  readonly leaked: Map<string, number>;
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  answers: "lists" | "a page" | "an error" | "nothing" | "a redirect" | "silence";
  /** Waits so long before it answers, in milliseconds. */
  delayMs: number;
  close(): Promise<void>;
}

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex").toUpperCase();

export async function startRangeServer(): Promise<RangeServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    ranges.asked.push({ path, headers: request.headers });
    const prefix = path.slice(-5);
    const lines = [...ranges.leaked].map(([password, count]) => [sha1(password), count] as const);
    const rests = lines.filter(([hash]) => hash.startsWith(prefix)).map(([hash, count]) => `${hash.slice(5)}:${count}`);
    const others = [1, 2, 3].map((other) => `${sha1(`${prefix} ${other}`).slice(5)}:${other}`);
    const padding = [4, 5].map((other) => `${sha1(`${prefix} ${other}`).slice(5)}:0`);
    if (ranges.answers === "a page") response.writeHead(200, { "content-type": "text/html" }).end("<html>Wi-Fi</html>");
    else if (ranges.answers === "an error") response.writeHead(503).end("Service Unavailable");
    else if (ranges.answers === "nothing") response.writeHead(200).end();
    else if (ranges.answers === "a redirect") response.writeHead(302, { location: "https://evil.example/" }).end();
    else if (ranges.answers === "lists") {
      const list = [...others, ...rests, ...padding].sort().join("\r\n");
      setTimeout(() => response.writeHead(200, { "content-type": "text/plain" }).end(list), ranges.delayMs);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ranges: RangeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`,
    leaked: new Map(),
    asked: [],
    answers: "lists",
    delayMs: 0,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return ranges;
}
