import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { AccountServiceDeps } from "../accounts/account-services.ts";
import { scopesOfRole } from "../accounts/permissions.ts";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import { type brandView, viewOfBrand } from "../brand/brand-view.ts";
import type { Brands } from "../brand/brands.ts";
import { addMember, memberOfAccount } from "../members/member-services.ts";
import { firstPolicy } from "../policies/first-policy.ts";
import type { PolicyServiceDeps } from "../policies/policy-services.ts";
import { putRevision } from "../policies/put-revision.ts";
import { headersOf } from "./library-routes.ts";
import { refuseOtherSites } from "./refuse-other-sites.ts";
import { refuseWithoutSecondFactor } from "./refuse-without-second-factor.ts";
import { membershipsOf } from "./session-principal.ts";
import type { SignedIn, SignIn } from "./sign-in.ts";
import {
  joinBody,
  linkBody,
  linkView,
  pathView,
  resetBody,
  resetLinkBody,
  sessionView,
  setupBody,
  signedInView,
  signInStateView,
  signOutBody,
} from "./sign-in-body.ts";
import { LINK_GOOD_FOR_MS, type SignInLink, type SignInLinks } from "./sign-in-links.ts";
import type { RefuseWeakPassword } from "./weak-password.ts";

export type SignInRouteDeps = AccountServiceDeps & PolicyServiceDeps & SignInParts;

interface SignInParts {
  readonly signIn: SignIn;
  readonly links: SignInLinks;
  readonly refuseWeakPassword: RefuseWeakPassword;
  /** Whose name and logo a page before the sign-in shows. */
  readonly brands: Pick<Brands, "shown">;
  readonly identityProvider: string | undefined;
  readonly sandbox: boolean;
  readonly version: string;
  /** Where people reach this server, without a slash at the end; undefined: it has not been told. */
  readonly publicUrl: () => string | undefined;
  readonly now: () => EpochMilliseconds;
}

const tags = ["People"];
const open = { scope: "public" } as const;

/** How people come in, and who they are then. */
export function signInRoutes(deps: SignInRouteDeps): RoutePlugin {
  const { signIn, links, directory } = deps;

  /** The link behind a token; refuses what is none, or would do nothing any more. */
  async function readLink(token: string, type?: SignInLink["type"]): Promise<SignInLink> {
    const link = links.read(token, deps.now());
    const isGood = link !== undefined && (type === undefined || link.type === type) && !(await isSpent(link));
    if (isGood) return link;
    throw linkNotGood();
  }

  function useLink(token: string, link: SignInLink): void {
    if (!links.use(token, link)) throw linkNotGood();
  }

  const linkNotGood = (): ServiceError =>
    new ServiceError("not_found", "This link is not good (any more): ask for a new one.");

  async function isSpent(link: SignInLink): Promise<boolean> {
    if (link.type === "setup") return signIn.hasAnybody();
    if (link.type === "reset") return (await signIn.passwordMark(link.email)) !== link.mark;
    const member = directory.member(link.member);
    return member === undefined || member.removedAt !== undefined || signIn.knows(member.email);
  }

  /** Whoever is signed in, a second factor or not. */
  async function whoAsks(request: FastifyRequest): Promise<SignedIn> {
    const found = await signIn.who(headersOf(request));
    if (found === undefined) throw new ServiceError("unauthenticated", "Sign in first.");
    return found;
  }

  async function signedIn(request: FastifyRequest): Promise<SignedIn> {
    const found = await whoAsks(request);
    refuseWithoutSecondFactor(found);
    return found;
  }

  function shown(link: SignInLink): z.output<typeof pathView> {
    const path = links.pathFor(link);
    const base = deps.publicUrl();
    return { path, url: base === undefined ? null : `${base}${path}`, until: new Date(link.until).toISOString() };
  }

  function rootAccount() {
    const root = directory.accounts().find(({ parent }) => parent === undefined);
    if (root === undefined) throw new ServiceError("conflict", "There is no account yet.");
    return root;
  }

  const brandOf = (account: AccountId): z.output<typeof brandView> | null => {
    const brand = deps.brands.shown(account);
    return brand === undefined ? null : viewOfBrand(brand);
  };

  /** Before anybody has signed in only this is known: where all accounts are one's own or below it, whose they are. */
  function brandBefore(): z.output<typeof brandView> | null {
    const [only, ...others] = directory.accounts().filter(({ parent }) => parent === undefined);
    return only === undefined || others.length > 0 ? null : brandOf(only.id);
  }

  return async (app) => {
    app.get(
      "/v1/sign-in",
      { config: open, schema: { tags, summary: "What signing in needs here", response: { 200: signInStateView } } },
      async () => ({
        needsSetup: !(await signIn.hasAnybody()),
        identityProvider: deps.identityProvider ?? null,
        sandbox: deps.sandbox,
        version: deps.version,
        brand: brandBefore(),
      }),
    );

    app.post(
      "/v1/sign-in/link",
      {
        config: open,
        schema: { tags, summary: "What a link is for", body: linkBody, response: { 200: linkView } },
      },
      async (request) => {
        const link = await readLink(request.body.token);
        const member = link.type === "invitation" ? directory.member(link.member) : undefined;
        const account = link.type === "setup" ? rootAccount() : member && directory.account(member.account);
        return {
          type: link.type,
          email: member?.email ?? (link.type === "reset" ? link.email : null),
          account: account?.name ?? null,
          brand: account === undefined || account === null ? null : brandOf(account.id),
          until: new Date(link.until).toISOString(),
        };
      },
    );

    app.post(
      "/v1/sign-in/setup",
      {
        config: open,
        schema: {
          tags,
          summary: "Become the owner of the first account, by the link that was printed at the start",
          body: setupBody,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        const { token, name, email, password, countries } = request.body;
        const link = await readLink(token, "setup");
        const policy = firstPolicy(countries);
        if (countries.length > 0 && !policy.ok) {
          const problems = policy.problems.map((message) => ({ field: "countries", message }));
          throw new ServiceError("invalid_request", "Not valid: countries.", problems);
        }
        const account = rootAccount();
        await deps.refuseWeakPassword(password, [email, name, account.name]);
        useLink(token, link);
        const at = deps.now();
        const principal = { type: "operator" } as const;
        const context = { account, principal, actor: { type: "operator", name: "setup link" }, at } as const;
        if (!directory.membersOf(account.id).some((member) => member.email === email.toLowerCase())) {
          await addMember(deps, context, { name, email, role: "owner" });
        }
        if (countries.length > 0 && policy.ok) {
          const before = deps.book.inForce(account.id, account.defaultPolicy, at)?.document.detection;
          await putRevision(deps, context, account.defaultPolicy, {
            document: { ...policy.document, ...(before !== undefined && { detection: before }) },
            reason: "countries of business, chosen at the set-up",
            state: "in_force",
          });
        }
        await signIn.enrol({ email, name, password });
        reply.code(204);
        return null;
      },
    );

    app.post(
      "/v1/sign-in/join",
      {
        config: open,
        schema: { tags, summary: "Make a login by an invitation", body: joinBody, response: { 204: z.null() } },
      },
      async (request, reply) => {
        const { token, password } = request.body;
        const link = await readLink(token, "invitation");
        const member = link.type === "invitation" ? directory.member(link.member) : undefined;
        if (member === undefined) throw new ServiceError("not_found", "This link is not good (any more).");
        await deps.refuseWeakPassword(password, [member.email, member.name]);
        useLink(token, link);
        await signIn.enrol({ email: member.email, name: member.name, password });
        reply.code(204);
        return null;
      },
    );

    app.post(
      "/v1/sign-in/new-password",
      {
        config: open,
        schema: { tags, summary: "Set a new password by a link", body: resetBody, response: { 204: z.null() } },
      },
      async (request, reply) => {
        const { token, password } = request.body;
        const link = await readLink(token, "reset");
        if (link.type === "reset") {
          await deps.refuseWeakPassword(password, [link.email]);
          useLink(token, link);
          await signIn.resetPassword(link.email, password, link.secondFactor);
        }
        reply.code(204);
        return null;
      },
    );

    app.post(
      "/v1/sign-in/reset-link",
      {
        config: { scope: "operator", account: "optional" },
        schema: {
          tags,
          summary: "Make a link by which a person sets a new password",
          body: resetLinkBody,
          response: { 201: pathView },
        },
      },
      async (request, reply) => {
        const email = request.body.email.toLowerCase();
        const mark = await signIn.passwordMark(email);
        if (mark === undefined) throw new ServiceError("not_found", "Nobody signs in with this address.");
        const secondFactor = request.body.removeSecondFactor ? "removed" : "kept";
        reply.code(201);
        return shown({ type: "reset", email, mark, secondFactor, until: deps.now() + LINK_GOOD_FOR_MS.reset });
      },
    );

    app.post(
      "/v1/sign-in/sign-out",
      {
        config: { scope: "operator", account: "optional" },
        schema: {
          tags,
          summary: "End every session of a person",
          body: signOutBody,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        const { email } = request.body;
        if (!(await signIn.knows(email))) throw new ServiceError("not_found", "Nobody signs in with this address.");
        await signIn.signOutEverywhere(email);
        reply.code(204);
        return null;
      },
    );

    app.post(
      "/v1/members/:id/invitation",
      {
        config: { scope: "members:write" },
        schema: {
          tags,
          summary: "Make a link by which a member makes a login",
          params: z.object({ id: z.string() }),
          response: { 201: pathView },
        },
      },
      async (request, reply) => {
        const member = memberOfAccount(deps, request.accountContext, request.params.id);
        if (await signIn.knows(member.email)) {
          throw new ServiceError("conflict", "This person has a login already, which is good here, too.");
        }
        reply.code(201);
        return shown({ type: "invitation", member: member.id, until: deps.now() + LINK_GOOD_FOR_MS.invitation });
      },
    );

    app.get(
      "/v1/session",
      { config: open, schema: { tags, summary: "Who is signed in", response: { 200: signedInView } } },
      async (request) => {
        const { session, email, name, twoFactor, lacksSecondFactor } = await whoAsks(request);
        const memberships = lacksSecondFactor ? [] : membershipsOf(directory, email);
        const accounts = directory.accounts().flatMap((account) => {
          const own = memberships.find((one) => one.account.id === account.id);
          const above = own ?? memberships.find((one) => directory.isWithin(account.id, one.account.id));
          if (above === undefined) return [];
          const { role } = above.member;
          const suspended = directory.isSuspended(account.id);
          const parent = account.parent ?? null;
          return [{ id: account.id, name: account.name, parent, role, permissions: scopesOfRole(role), suspended }];
        });
        return { person: { name, email, twoFactor, lacksSecondFactor }, session, accounts };
      },
    );

    app.get(
      "/v1/session/all",
      {
        config: open,
        schema: {
          tags,
          summary: "Where the person is signed in",
          response: { 200: z.object({ items: z.array(sessionView) }).meta({ id: "Sessions" }) },
        },
      },
      async (request) => {
        const { email, session } = await signedIn(request);
        const items = (await signIn.sessionsOf(email)).map((one) => ({
          id: one.id,
          isThisOne: one.id === session,
          createdAt: new Date(one.createdAt).toISOString(),
          expiresAt: new Date(one.expiresAt).toISOString(),
          address: one.address ?? null,
          userAgent: one.userAgent ?? null,
        }));
        return { items };
      },
    );

    app.delete(
      "/v1/session/all",
      {
        config: open,
        schema: { tags, summary: "End all of the person's sessions but this one", response: { 204: z.null() } },
      },
      async (request, reply) => {
        refuseOtherSites(request.headers);
        const { email, session } = await signedIn(request);
        await signIn.signOutEverywhere(email, session);
        reply.code(204);
        return null;
      },
    );

    app.delete(
      "/v1/session/all/:id",
      {
        config: open,
        schema: {
          tags,
          summary: "End one of the person's sessions",
          params: z.object({ id: z.string() }),
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        refuseOtherSites(request.headers);
        const { email } = await signedIn(request);
        const { id } = request.params;
        if (!(await signIn.endSession(email, id))) throw new ServiceError("not_found", "There is no such session.");
        reply.code(204);
        return null;
      },
    );
  };
}
