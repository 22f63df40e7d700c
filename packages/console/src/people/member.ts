import type { Role } from "./people-search.ts";

/** A person in an account, as `/v1/members` shows it. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: string;
  /** `identity_provider`: signs in there alone; `no_login`: has made none yet. */
  readonly secondFactor: "on" | "off" | "identity_provider" | "no_login";
}

/** A link by which somebody comes in, as the server makes it. */
export interface MadeLink {
  /** Below the address of the server. */
  readonly path: string;
  /** Null: the server has not been told where it is reached, so that this page's own address must do. */
  readonly url: string | null;
  readonly until: string;
}

export function addressOf({ path, url }: MadeLink, origin: string): string {
  return url ?? `${origin}${path}`;
}

/** Those whose name or address has the words, with this role. */
export function findMembers(
  all: readonly Member[],
  { q = "", role }: { readonly q?: string | undefined; readonly role?: Role | undefined },
): readonly Member[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(
    (member) =>
      (role === undefined || member.role === role) &&
      words.every((word) => `${member.name} ${member.email}`.toLowerCase().includes(word)),
  );
}
