import type { EpochMilliseconds } from "@safeguard/core";
import type { FastifyReply } from "fastify";
import type { Directory } from "../accounts/directory.ts";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import { containIncident, type IncidentServiceDeps } from "../incidents/incident-services.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { ConfirmationLinks } from "./confirmation-link.ts";

export interface ConfirmRouteDeps extends IncidentServiceDeps {
  readonly directory: Pick<Directory, "account">;
  readonly links: Pick<ConfirmationLinks, "read">;
  readonly now: () => EpochMilliseconds;
}

/** Nothing of the page may be loaded from elsewhere, put into a frame, or told to others. */
const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/**
 * The page behind the link in an alert. Looking at it does nothing (mail programs follow links by themselves); its button
 * contains the incident for the usual time. The link is the credential: sealed, for one incident, for a day.
 */
export function confirmRoutes(deps: ConfirmRouteDeps): RoutePlugin {
  const config = { scope: "public" } as const;
  return async (app) => {
    // What a form without fields sends.
    app.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: 1024 },
      (_, __, done) => done(null, undefined),
    );
    const open = (token: string) => {
      const at = deps.now();
      const confirmation = deps.links.read(token, at);
      const account = confirmation && deps.directory.account(confirmation.account);
      if (confirmation === undefined || account === undefined) return undefined;
      const actor = { type: "operator", name: "alert link" } as const;
      return {
        incident: confirmation.incident,
        context: { account, principal: { type: "operator" }, actor, at } as const,
      };
    };
    const answered = async (reply: FastifyReply, token: string, dryRun: boolean) => {
      reply.headers(PAGE_HEADERS);
      const opened = open(token);
      if (opened === undefined) return reply.code(404).send(page("This link is not good (any more)", [LATE]));
      const { context, incident: number } = opened;
      try {
        const reason = "confirmed by the link in an alert";
        const { incident, until } = await containIncident(deps, context, number, { reason, dryRun });
        const where = incident.destinations.map(destinationName).join(", ");
        const end = `${new Date(until).toISOString().slice(0, 16).replace("T", " ")} UTC`;
        const ranges = incident.ranges.length === 1 ? "1 range" : `${incident.ranges.length} ranges`;
        const facts = `Incident ${number} in ${where}: ${ranges}, ${incident.counts.attempts} attempts, ${incident.counts.verified} verified.`;
        return dryRun
          ? reply.send(
              page(`Contain incident ${number}?`, [facts, `Its ranges would be blocked until ${end}.`], BUTTON),
            )
          : reply.send(page(`Incident ${number} is contained`, [facts, `Blocked until ${end}.`]));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return reply.code(409).send(page("Nothing to contain", [error.message]));
      }
    };
    const params = (value: unknown): string => String((value as { token?: unknown }).token ?? "");
    app.get("/confirm/:token", { config, schema: { hide: true } }, (request, reply) =>
      answered(reply, params(request.params), true),
    );
    app.post("/confirm/:token", { config, schema: { hide: true } }, (request, reply) =>
      answered(reply, params(request.params), false),
    );
  };
}

const LATE = "A link in an alert is good for a day. Look at the incident with: safeguard incidents list";
const BUTTON = `<form method="post"><button type="submit">Contain it now</button></form>`;
const STYLE =
  "body{font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.2rem}";

function page(title: string, paragraphs: readonly string[], more = ""): string {
  const body = paragraphs.map((text) => `<p>${escaped(text)}</p>`).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style><h1>${escaped(title)}</h1>${body}${more}</html>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
