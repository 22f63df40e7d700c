import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useAuthorName } from "../safeguard/use-policy.ts";
import { useMay, useWorking } from "../session/session.ts";
import type { AuditRow } from "./audit-types.ts";

interface AuditPage {
  readonly items: readonly AuditRow[];
  readonly next: string | null;
}

const PAGE = 200;

/** What was done between two instants, newest first. */
export function useAudit(span: { readonly from?: string; readonly until?: string }) {
  const { server, account } = useWorking();
  return useInfiniteQuery({
    queryKey: ["audit", account.id, span],
    queryFn: ({ pageParam }) =>
      server.call<AuditPage>({
        method: "GET",
        path: "/v1/audit",
        query: { ...span, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** Whoever did something, as people call him; `id` is the same for the same one. */
export function useActor(): (who: AuditRow["who"]) => { readonly id: string; readonly name: string } {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const nameOf = useAuthorName();
  const mayKeys = useMay("keys:write");
  const keys = useQuery({
    queryKey: ["key-names", account.id],
    queryFn: async () => new Map((await server.keys.list({ limit: 1000 })).items.map(({ id, name }) => [id, name])),
    enabled: mayKeys,
    staleTime: 60_000,
  });
  return (who) => {
    if (who === null) return { id: "", name: t("audit.nobody") };
    const { type, name, person } = who;
    if (person !== null) {
      const known = nameOf({ type, name, person });
      // (of a person who is a member elsewhere only, the name of a session says nothing)
      return { id: person, name: known === name ? person : known };
    }
    if (type === "operator") return { id: `operator ${name}`, name: t("audit.operator", { name }) };
    return { id: name, name: t("audit.key", { name: keys.data?.get(name) ?? name }) };
  };
}
