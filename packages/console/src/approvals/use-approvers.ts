import type { PolicyAuthor } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";

/** A member who may approve what another has proposed. */
export interface Approver {
  readonly person: string;
  readonly email: string;
  readonly role: "owner" | "operator";
}

interface Page {
  readonly items: readonly { readonly person: string; readonly email: string; readonly role: string }[];
  readonly next: string | null;
}

/** Everybody of the account who may approve; people of accounts above, and the operator of the server, are not among them. */
export function useApprovers() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["members", account.id, "approvers"],
    queryFn: async () => {
      const approvers: Approver[] = [];
      let cursor: string | null = null;
      do {
        const query: Record<string, string | number> = { limit: 200, ...(cursor !== null && { cursor }) };
        const page: Page = await server.call<Page>({ method: "GET", path: "/v1/members", query });
        for (const { person, email, role } of page.items) {
          if (role === "owner" || role === "operator") approvers.push({ person, email, role });
        }
        cursor = page.next;
      } while (cursor !== null);
      return approvers;
    },
    staleTime: 30_000,
  });
}

/** Is nobody else of the account there to approve it? False also while that is not known. */
export function useNobodyElse(author: PolicyAuthor, mine: boolean, ownersOnly = false): boolean {
  const { signedIn } = useWorking();
  const approvers = useApprovers();
  const own = signedIn.person.email.toLowerCase();
  return (
    approvers.data?.every(
      ({ person, email, role }) =>
        person === author.person || (mine && email.toLowerCase() === own) || (ownersOnly && role !== "owner"),
    ) ?? false
  );
}
