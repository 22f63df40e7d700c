import type { FastifyReply, FastifyRequest } from "fastify";
import type { RoutePlugin } from "../api/app.ts";
import type { ClientAddress } from "../api/client-address.ts";
import { refuseOtherSites } from "./refuse-other-sites.ts";
import { refuseWithoutSecondFactor } from "./refuse-without-second-factor.ts";
import { CLIENT_ADDRESS_HEADER, PROVIDER_ID, SIGN_IN_PATH, type SignIn } from "./sign-in.ts";
import type { RefuseWeakPassword } from "./weak-password.ts";

/** A route of the library, and the fields of a body that reach it. */
interface LibraryRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly takes: readonly string[];
  /** Whoever passes here is signed in, or asked for a second factor. */
  readonly isDoor?: true;
  /** Open also to who must set up a second factor first. */
  readonly withoutSecondFactor?: true;
  /** Whatever is asked. */
  readonly always?: Readonly<Record<string, unknown>>;
}

/** What the console needs of the library; nothing else of it can be reached, and no option of it be chosen. */
const ROUTES: readonly LibraryRoute[] = [
  { method: "POST", path: "/sign-in/email", takes: ["email", "password"], isDoor: true, withoutSecondFactor: true },
  {
    method: "POST",
    path: "/sign-in/social",
    takes: ["callbackURL", "errorCallbackURL"],
    withoutSecondFactor: true,
    always: { provider: PROVIDER_ID },
  },
  { method: "GET", path: `/callback/${PROVIDER_ID}`, takes: [], isDoor: true, withoutSecondFactor: true },
  { method: "POST", path: "/sign-out", takes: [], withoutSecondFactor: true },
  // Whoever has come in with the old password is out with the new one.
  {
    method: "POST",
    path: "/change-password",
    takes: ["currentPassword", "newPassword"],
    always: { revokeOtherSessions: true },
  },
  { method: "POST", path: "/two-factor/enable", takes: ["password"], withoutSecondFactor: true },
  { method: "POST", path: "/two-factor/disable", takes: ["password"] },
  { method: "POST", path: "/two-factor/get-totp-uri", takes: ["password"] },
  { method: "POST", path: "/two-factor/verify-totp", takes: ["code"], isDoor: true, withoutSecondFactor: true },
  { method: "POST", path: "/two-factor/verify-backup-code", takes: ["code"], isDoor: true, withoutSecondFactor: true },
  { method: "POST", path: "/two-factor/generate-backup-codes", takes: ["password"] },
];

export interface LibraryRouteDeps {
  readonly signIn: Pick<SignIn, "handle" | "who">;
  readonly refuseWeakPassword: RefuseWeakPassword;
  readonly clientAddress: ClientAddress;
  /** Where browsers reach this server; undefined: as each request says. */
  readonly publicUrl: () => string | undefined;
  /** Hears of everybody who came in, and of everybody who was refused and not merely slowed down. */
  readonly onDoor: (seen: {
    readonly outcome: "let_in" | "refused";
    readonly route: string;
    readonly address: string;
  }) => void;
}

/** Signing in and out, sessions, second factors: handed to the library as they come. */
export function libraryRoutes(deps: LibraryRouteDeps): RoutePlugin {
  return async (app) => {
    for (const route of ROUTES) {
      app.route({
        method: route.method,
        url: `${SIGN_IN_PATH}${route.path}`,
        config: { scope: "public" },
        schema: { hide: true },
        handler: async (request, reply) => pass(request, reply, route, deps),
      });
    }
  };
}

async function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  { method, path, takes, always, isDoor, withoutSecondFactor }: LibraryRoute,
  deps: LibraryRouteDeps,
): Promise<FastifyReply> {
  if (method === "POST") refuseOtherSites(request.headers);
  const asked = Object(request.body) as Readonly<Record<string, unknown>>;
  const taken = takes.filter((field) => asked[field] !== undefined).map((field) => [field, asked[field]]);
  const body = { ...Object.fromEntries(taken), ...always } as Readonly<Record<string, unknown>>;
  const person = withoutSecondFactor ? undefined : await deps.signIn.who(headersOf(request));
  if (person !== undefined) {
    refuseWithoutSecondFactor(person);
    if (typeof body["newPassword"] === "string")
      await deps.refuseWeakPassword(body["newPassword"], [person.email, person.name]);
  }
  const base = deps.publicUrl() ?? `${request.protocol}://${request.host}`;
  const headers = headersOf(request);
  const address = deps.clientAddress(request.raw.socket.remoteAddress, request.headers);
  headers.set(CLIENT_ADDRESS_HEADER, address);
  const answer = await deps.signIn.handle(
    new Request(new URL(request.url, base), {
      method,
      headers,
      ...(method === "POST" && { body: JSON.stringify(body) }),
    }),
  );
  if (isDoor === true) {
    const isIn = answer.headers.getSetCookie().some((cookie) => /session_token=[^;]/.test(cookie));
    const isRefused = !answer.ok && answer.status !== 429;
    if (isIn || isRefused) deps.onDoor({ outcome: isIn ? "let_in" : "refused", route: path, address });
  }
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
