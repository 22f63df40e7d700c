import { z } from "zod";
import { ROLE_MEANINGS, ROLES } from "../accounts/permissions.ts";
import type { Member } from "./member.ts";
import { SECOND_FACTOR_STATES, type SecondFactorState } from "./second-factor-state.ts";

const roleBody = z.enum(ROLES).describe(ROLES.map((role) => `\`${role}\`: ${ROLE_MEANINGS[role]}`).join(" "));

const nameBody = z.string().trim().min(1).max(200);

export const newMemberBody = z
  .strictObject({
    name: nameBody,
    email: z.email("must be an e-mail address").max(254).describe("Tells who it is, in every account."),
    role: roleBody,
  })
  .meta({ id: "NewMember" });
export type NewMember = z.infer<typeof newMemberBody>;

export const memberPatchBody = z
  .strictObject({ name: nameBody, role: roleBody })
  .partial()
  .meta({ id: "MemberChange" });
export type MemberPatch = z.infer<typeof memberPatchBody>;

export const personalKeyBody = z
  .strictObject({
    name: nameBody.describe("What the key is for, so that people recognise it."),
    mode: z.enum(["live", "test"]).default("live").describe("A test key reaches only the sandbox."),
    expiresAt: z.iso
      .datetime({ offset: true, error: "must be a time such as 2027-01-31T00:00:00Z" })
      .exactOptional()
      .describe("From then on the key is refused."),
  })
  .meta({ id: "NewPersonalKey" });
export type NewPersonalKey = z.infer<typeof personalKeyBody>;

export const memberView = z
  .object({
    id: z.string(),
    account: z.string(),
    person: z.string().describe("The same for the same person in every account."),
    name: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    createdAt: z.string(),
    removedAt: z.string().nullable(),
    secondFactor: z
      .enum(SECOND_FACTOR_STATES)
      .describe(
        "`on`, `off`; `identity_provider`: signs in there alone; `no_login`: has made no login yet. The same in every account.",
      ),
  })
  .meta({ id: "Member" });

export function viewOfMember(member: Member, secondFactor: SecondFactorState): z.infer<typeof memberView> {
  const { id, account, person, name, email, role, createdAt, removedAt } = member;
  return {
    id,
    account,
    person,
    name,
    email,
    role,
    createdAt: new Date(createdAt).toISOString(),
    removedAt: removedAt === undefined ? null : new Date(removedAt).toISOString(),
    secondFactor,
  };
}
