import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type ConsoleFile, readConsoleFiles } from "./console-files.ts";

/** Pages of the console. What is not among them and no file is not found. */
const PAGES = [
  "/overview",
  "/sign-in",
  "/setup",
  "/join",
  "/new-password",
  "/channels/*",
  "/customers",
  "/customers/*",
  "/backtest",
  "/settings",
  "/settings/*",
  "/sandbox",
] as const;

/** Stands in the built page where each answer puts its own number. */
const NONCE = "__NONCE__";

export interface ConsoleRouteDeps {
  /** Where the built console is. */
  readonly directory: string;
}

/** The console's pages and files. Its page loads nothing from elsewhere, and runs nothing that is not a file of ours. */
export function consoleRoutes(app: FastifyInstance, { directory }: ConsoleRouteDeps): void {
  let files: Promise<ReadonlyMap<string, ConsoleFile> | undefined> | undefined;
  const built = async () => {
    files ??= readConsoleFiles(directory);
    const read = await files;
    // Not built yet: the next request looks again.
    if (read === undefined) files = undefined;
    return read;
  };
  const config = { scope: "public" as const };
  const hidden = { config, schema: { hide: true } };

  const page = async (_request: FastifyRequest, reply: FastifyReply) => {
    const index = (await built())?.get("/index.html");
    const nonce = randomBytes(16).toString("base64");
    reply
      .headers(pageHeaders(nonce))
      .type("text/html; charset=utf-8")
      .code(index === undefined ? 503 : 200);
    return index === undefined ? NOT_BUILT : index.body.toString("utf8").replaceAll(NONCE, nonce);
  };
  for (const path of PAGES) app.get(path, hidden, page);

  app.get("/assets/*", hidden, async (request, reply) => {
    const file = (await built())?.get(new URL(request.url, "http://here").pathname);
    if (file === undefined) return reply.callNotFound();
    return send(request, reply, file);
  });
  app.get("/favicon.svg", hidden, async (request, reply) => {
    const file = (await built())?.get("/favicon.svg");
    return file === undefined ? reply.callNotFound() : send(request, reply, file);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile): FastifyReply {
  const accepted = String(request.headers["accept-encoding"] ?? "");
  reply
    .type(file.type)
    .header("x-content-type-options", "nosniff")
    .header("cross-origin-resource-policy", "same-origin")
    .header("vary", "accept-encoding")
    .header("cache-control", file.isImmutable ? "public, max-age=31536000, immutable" : "public, max-age=300");
  if (file.brotli !== undefined && /\bbr\b/.test(accepted))
    return reply.header("content-encoding", "br").send(file.brotli);
  if (file.gzip !== undefined && /\bgzip\b/.test(accepted))
    return reply.header("content-encoding", "gzip").send(file.gzip);
  return reply.send(file.body);
}

/** `style-src` has a nonce because the components put their variables into style elements of their own. */
function pageHeaders(nonce: string): Record<string, string> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types default",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
  };
}

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Safeguard</title><p>The console is being built; this page looks again by itself. If it stays so: <code>npm run build:console</code>.</p></html>`;
