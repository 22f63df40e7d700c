import { z } from "zod";
import type { AccountServiceDeps } from "../accounts/account-services.ts";
import { keyView, viewOfKey } from "../accounts/key-body.ts";
import type { RoutePlugin } from "../api/app.ts";
import { pageOf, pageQuery, pageView } from "../api/page.ts";
import type { Member } from "./member.ts";
import {
  type MemberPatch,
  memberPatchBody,
  memberView,
  type NewMember,
  newMemberBody,
  personalKeyBody,
  viewOfMember,
} from "./member-body.ts";
import { addMember, changeMember, createPersonalKey, memberOfAccount, removeMember } from "./member-services.ts";
import type { SecondFactorsOf } from "./second-factor-state.ts";

export interface MemberRouteDeps {
  /** Absent: nobody signs in here. */
  readonly secondFactorsOf?: SecondFactorsOf;
}

const params = z.object({ id: z.string() });
const tags = ["Members"];
const read = { scope: "accounts:read" } as const;
const write = { scope: "members:write" } as const;

const personalKeyView = keyView
  .extend({ secret: z.string().describe("For the native API. Shown once.") })
  .meta({ id: "PersonalKey" });

/** `/v1/members`: the persons in the account that the request is for. */
export function memberRoutes(deps: AccountServiceDeps & MemberRouteDeps): RoutePlugin {
  const viewsOf = async (members: readonly Member[]): Promise<z.infer<typeof memberView>[]> => {
    const known = await deps.secondFactorsOf?.(members.map(({ email }) => email));
    return members.map((member) => viewOfMember(member, known?.get(member.email) ?? "no_login"));
  };
  const shown = async (member: Member): Promise<z.infer<typeof memberView>> => {
    const known = await deps.secondFactorsOf?.([member.email]);
    return viewOfMember(member, known?.get(member.email) ?? "no_login");
  };
  return async (app) => {
    app.get(
      "/v1/members",
      {
        config: read,
        schema: {
          tags,
          summary: "List the account's members, oldest first",
          querystring: pageQuery,
          response: { 200: pageView(memberView, "MemberPage") },
        },
      },
      async (request) => {
        const all = deps.directory.membersOf(request.accountContext.account.id);
        const { items, next } = pageOf(
          all,
          request.query,
          ({ id }) => id,
          (member) => member,
        );
        return { items: await viewsOf(items), next };
      },
    );
    app.post(
      "/v1/members",
      {
        config: { ...write, loosens: ({ body }) => ({ type: "add_member", member: body as NewMember }) },
        schema: { tags, summary: "Make a person a member", body: newMemberBody, response: { 201: memberView } },
      },
      async (request, reply) => {
        reply.code(201);
        return shown(await addMember(deps, request.accountContext, request.body));
      },
    );
    app.get(
      "/v1/members/:id",
      { config: read, schema: { tags, summary: "Get a member", params, response: { 200: memberView } } },
      async (request) => shown(memberOfAccount(deps, request.accountContext, request.params.id)),
    );
    app.patch(
      "/v1/members/:id",
      {
        config: {
          ...write,
          loosens: ({ params: named, body }) => ({
            type: "change_member",
            member: (named as { readonly id: string }).id,
            patch: body as MemberPatch,
          }),
        },
        schema: {
          tags,
          summary: "Change a member's role or name",
          params,
          body: memberPatchBody,
          response: { 200: memberView },
        },
      },
      async (request) => shown(await changeMember(deps, request.accountContext, request.params.id, request.body)),
    );
    app.delete(
      "/v1/members/:id",
      {
        config: write,
        schema: { tags, summary: "Remove a member, with its keys", params, response: { 200: memberView } },
      },
      async (request) => shown(await removeMember(deps, request.accountContext, request.params.id)),
    );
    app.post(
      "/v1/members/:id/keys",
      {
        config: write,
        schema: {
          tags,
          summary: "Make a personal access key for a member; its secret is shown this once",
          params,
          body: personalKeyBody,
          response: { 201: personalKeyView },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { key, minted } = await createPersonalKey(deps, request.accountContext, id, request.body);
        reply.code(201);
        return { ...viewOfKey(key), secret: minted.secret };
      },
    );
  };
}
