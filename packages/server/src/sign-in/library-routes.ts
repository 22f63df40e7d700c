import type { FastifyReply, FastifyRequest } from "fastify";
import type { RoutePlugin } from "../api/app.ts";
import type { ClientAddress } from "../api/client-address.ts";
import { CLIENT_ADDRESS_HEADER, SIGN_IN_PATH, type SignIn } from "./sign-in.ts";

/** What the console needs of the library; nothing else of it can be reached. */
const ROUTES: readonly (readonly ["GET" | "POST", string])[] = [
  ["POST", "/sign-in/email"],
  ["POST", "/sign-in/oauth2"],
  ["GET", "/oauth2/callback/oidc"],
  ["POST", "/sign-out"],
  ["POST", "/change-password"],
  ["POST", "/two-factor/enable"],
  ["POST", "/two-factor/disable"],
  ["POST", "/two-factor/get-totp-uri"],
  ["POST", "/two-factor/verify-totp"],
  ["POST", "/two-factor/verify-backup-code"],
  ["POST", "/two-factor/generate-backup-codes"],
];

export interface LibraryRouteDeps {
  readonly signIn: Pick<SignIn, "handle">;
  readonly clientAddress: ClientAddress;
  /** Where browsers reach this server; undefined: as each request says. */
  readonly publicUrl: () => string | undefined;
}

/** Signing in and out, sessions, second factors: handed to the library as they come. */
export function libraryRoutes(deps: LibraryRouteDeps): RoutePlugin {
  return async (app) => {
    for (const [method, path] of ROUTES) {
      app.route({
        method,
        url: `${SIGN_IN_PATH}${path}`,
        config: { scope: "public" },
        schema: { hide: true },
        handler: async (request, reply) => pass(request, reply, deps),
      });
    }
  };
}

async function pass(request: FastifyRequest, reply: FastifyReply, deps: LibraryRouteDeps): Promise<FastifyReply> {
  const base = deps.publicUrl() ?? `${request.protocol}://${request.host}`;
  const headers = headersOf(request);
  headers.set(CLIENT_ADDRESS_HEADER, deps.clientAddress(request.raw.socket.remoteAddress, request.headers));
  const answer = await deps.signIn.handle(
    new Request(new URL(request.url, base), {
      method: request.method,
      headers,
      ...(request.method === "POST" && { body: JSON.stringify(request.body ?? {}) }),
    }),
  );
  reply.code(answer.status).header("cache-control", "no-store");
  for (const cookie of answer.headers.getSetCookie()) reply.header("set-cookie", cookie);
  for (const name of ["location", "retry-after", "x-retry-after"]) {
    const value = answer.headers.get(name);
    if (value !== null) reply.header(name, value);
  }
  const text = await answer.text();
  return reply.type("application/json").send(withoutToken(text));
}

/** A session's secret goes to the browser as a cookie that no script can read, and in no other way. */
function withoutToken(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), (key, value) => (key === "token" ? undefined : value));
  } catch {
    return text;
  }
}

/** As the library wants them. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string" && name !== "content-length") headers.set(name, value);
  }
  return headers;
}
