import { Agent, request } from "undici";
import type { ApiReply, ApiRequest, ApiTransport } from "./api-client.ts";
import { CommandFailed } from "./command-failed.ts";

export interface HttpTarget {
  /** Without a trailing slash. */
  readonly url: string;
  readonly secret: string;
  /** PEM: the one certificate to trust, whatever name it is for. */
  readonly certificate?: string;
}

/** Longer than any answer takes; a server that hangs must not hang the command for ever. */
const TIMEOUT_MILLISECONDS = 60_000;

/** The API over HTTP. */
export function httpTransport(target: HttpTarget): ApiTransport {
  const dispatcher = new Agent({
    headersTimeout: TIMEOUT_MILLISECONDS,
    bodyTimeout: TIMEOUT_MILLISECONDS,
    ...(target.certificate !== undefined && {
      connect: { ca: target.certificate, allowPartialTrustChain: true, checkServerIdentity: () => undefined },
    }),
  });
  return {
    address: target.url,
    async send({ method, path, body, account }: ApiRequest): Promise<ApiReply> {
      try {
        const reply = await request(`${target.url}${path}`, {
          method,
          dispatcher,
          headers: {
            authorization: `Bearer ${target.secret}`,
            ...(account !== undefined && { "safeguard-account": account }),
            ...(body !== undefined && { "content-type": "application/json" }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return { status: reply.statusCode, body: await reply.body.text() };
      } catch (error) {
        throw new CommandFailed(`No answer from ${target.url}: ${causeOf(error)}.`, {
          hints: ["Is the server running there? `safeguard doctor` looks."],
        });
      }
    },
    close: () => dispatcher.close(),
  };
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "the connection failed";
  if ("code" in error && error.code === "ECONNREFUSED") return "nothing listens there";
  return error.message === "" ? "the connection failed" : error.message;
}
