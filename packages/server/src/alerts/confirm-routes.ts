import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { FastifyReply } from "fastify";
import type { Directory } from "../accounts/directory.ts";
import { createSerially } from "../accounts/serially.ts";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import { containIncident, type IncidentServiceDeps } from "../incidents/incident-services.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { Store } from "../store/store.ts";
import type { ConfirmationLinks } from "./confirmation-link.ts";
import { escapedHtml } from "./html-text.ts";

export interface ConfirmRouteDeps extends IncidentServiceDeps {
  readonly directory: Pick<Directory, "account">;
  readonly links: Pick<ConfirmationLinks, "read">;
  readonly store: IncidentServiceDeps["store"] & Pick<Store, "audit">;
  readonly now: () => EpochMilliseconds;
}

/** Who it was, in the audit trail. */
const BY_LINK = "alert link";
const ROWS = 500;

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
 * contains the incident for the usual time. The link is the credential: sealed, for one incident, for a day, and for one use.
 */
export function confirmRoutes(deps: ConfirmRouteDeps): RoutePlugin {
  const config = { scope: "public" } as const;
  /** So that of two that come together the second finds what the first did. */
  const serially = createSerially();
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
      const actor = { type: "operator", name: BY_LINK } as const;
      return {
        incident: confirmation.incident,
        since: confirmation.since,
        context: { account, principal: { type: "operator" }, actor, at } as const,
      };
    };
    const answered = async (reply: FastifyReply, token: string, dryRun: boolean) => {
      reply.headers(PAGE_HEADERS);
      const opened = open(token);
      if (opened === undefined) return reply.code(404).send(page("This link is not good (any more)", [LATE]));
      const { context, incident: number, since } = opened;
      try {
        if (await wasPressed(deps.store.audit, context.account.id, number, since))
          return reply
            .code(409)
            .send(page("This link is used up", [`Incident ${number} was contained by it. ${LOOK}`]));
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
    const params = (value: unknown): string => String((value as { "*"?: unknown })["*"] ?? "");
    app.get("/confirm/*", { config, schema: { hide: true } }, (request, reply) =>
      answered(reply, params(request.params), true),
    );
    app.post("/confirm/*", { config, schema: { hide: true } }, (request, reply) =>
      serially(() => answered(reply, params(request.params), false)),
    );
  };
}

/** Was the button behind a link to this incident pressed since? By the audit trail, which every use stands in. */
async function wasPressed(
  audit: Store["audit"],
  account: AccountId,
  incident: number,
  since: number,
): Promise<boolean> {
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page: Awaited<ReturnType<Store["audit"]["list"]>> = await audit.list(
      [account],
      { from: since as EpochMilliseconds },
      ROWS,
      cursor,
    );
    for (const { action, content } of page.items) {
      if (action !== "range_contained" || content === undefined) continue;
      const { who, after } = JSON.parse(content.text) as { who?: { name?: string }; after?: { incident?: number } };
      if (who?.name === BY_LINK && after?.incident === incident) return true;
    }
    cursor = page.next;
  }
  return false;
}

const LOOK = "Look at it with: safeguard incidents list";
const LATE = `A link in an alert is good for a day. ${LOOK}`;
const BUTTON = `<form method="post"><button type="submit">Contain it now</button></form>`;
const STYLE =
  "body{font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.6rem 1.2rem}";

function page(title: string, paragraphs: readonly string[], more = ""): string {
  const body = paragraphs.map((text) => `<p>${escapedHtml(text)}</p>`).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapedHtml(title)}</title><style>${STYLE}</style><h1>${escapedHtml(title)}</h1>${body}${more}</html>`;
}
