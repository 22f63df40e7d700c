import { hash } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import { ERRORS_PAGE, PROBLEM_KINDS } from "./problem.ts";

const HIDDEN = { config: { scope: "public" as const }, schema: { hide: true } };

/** In place of the listener's, which lets nothing run. Everything from ourselves; styles alone may be inline, because the page makes them as it runs. */
function contentSecurityPolicy(html: string): string {
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${hash("sha256", script, "base64")}'`,
  );
  return [
    "default-src 'self'",
    ["script-src 'self'", ...scripts].join(" "),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * The reference page at `/docs/`, with the page's whole program served from here, and the errors at `/docs/errors`.
 * The program (5 MB) is loaded when somebody first looks.
 */
export function serveReference(app: FastifyInstance): void {
  let pages: Promise<FastifyInstance> | undefined;
  const page = async (url: string) => {
    pages ??= createPages();
    return (await pages).inject({ method: "GET", url });
  };
  // A person with a browser wants the console; a program that got lost, the reference.
  app.get("/", HIDDEN, async (request, reply) =>
    reply.redirect(String(request.headers.accept ?? "").includes("text/html") ? "/overview" : "/docs/", 302),
  );
  app.get("/docs", HIDDEN, async (_request, reply) => reply.redirect("/docs/", 301));
  app.get("/docs/", HIDDEN, async (_request, reply) => {
    const payload = withIcon((await page("/docs/")).payload);
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", contentSecurityPolicy(payload))
      .send(payload);
  });
  app.get("/docs/js/scalar.js", HIDDEN, async (_request, reply) => {
    const { payload } = await page("/docs/js/scalar.js");
    return reply.type("text/javascript; charset=utf-8").header("cache-control", "public, max-age=86400").send(payload);
  });
  app.get(ERRORS_PAGE, HIDDEN, async (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      )
      .send(ERRORS_HTML),
  );
}

/** The console's icon; without one a browser asks for a file that is not there. */
const ICON = '<link rel="icon" type="image/svg+xml" href="/favicon.svg">';

function withIcon(html: string): string {
  return html.replace("</title>", `</title>${ICON}`);
}

/** Every way in which the page could call out is off; the content security policy holds it to that. */
async function createPages(): Promise<FastifyInstance> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const pages = Fastify();
  await pages.register(scalar, {
    routePrefix: "/docs",
    configuration: {
      url: "/openapi.json",
      pageTitle: "Safeguard API",
      authentication: { preferredSecurityScheme: "key" },
      telemetry: false,
      withDefaultFonts: false,
      hideClientButton: true,
      showDeveloperTools: "never",
      agent: { disabled: true },
      mcp: { disabled: true },
      bundle: false,
    },
  });
  await pages.ready();
  return pages;
}

const ERRORS_HTML = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Safeguard API errors</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}h2{margin-bottom:0}:target{background:#fff3c4}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}:target{background:#453a10}}</style></head>
<body><h1>Errors</h1>
<p>Every error is a problem details object (RFC 9457) with a stable <code>code</code>.</p>
${Object.entries(PROBLEM_KINDS)
  .map(
    ([code, kind]) =>
      `<section id="${code}"><h2><code>${code}</code> (${kind.status})</h2><p>${escapeHtml(kind.meaning)}</p><p>${escapeHtml(kind.remedy)}</p></section>`,
  )
  .join("\n")}
</body></html>
`;

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/`([^`]*)`/g, "<code>$1</code>");
}
