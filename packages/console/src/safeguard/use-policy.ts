import type { Policy, PolicyAuthor, PolicyDocument, PolicyImpactRequest, PolicyRevision } from "@safeguard/client";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";

/** The policy that the pages below Safeguard are about. */
export const POLICY = "default";

/** How long a change can be undone with one press. */
export const UNDO_MS = 10 * 60_000;

export function usePolicy() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["policy", account.id],
    queryFn: () => server.policies.get(POLICY),
    staleTime: 10_000,
  });
}

export function useDestinations() {
  const { server } = useWorking();
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ["destinations", i18n.language],
    queryFn: () => server.destinations.list(i18n.language),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type ImpactDays = NonNullable<PolicyImpactRequest["days"]>;

/** `revision`: the latest one, as whose words count; `document`: in its place; undefined: what holds now. */
export function useImpact(
  revision: number | undefined,
  days: ImpactDays,
  document: PolicyDocument | undefined,
  isWanted = true,
) {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["impact", account.id, revision, days, document === undefined ? null : JSON.stringify(document)],
    queryFn: () => server.policies.impact(POLICY, { days, ...(document !== undefined && { document }) }),
    enabled: revision !== undefined && isWanted,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
}

/** Names whoever changed something: a person by name, where the account has such a member; else the key or the operator. */
export function useAuthorName(): (author: PolicyAuthor) => string {
  const { server, account } = useWorking();
  const members = useQuery({
    queryKey: ["members", account.id, "names"],
    queryFn: async () => {
      const { items } = await server.call<{ readonly items: readonly { person: string; name: string }[] }>({
        method: "GET",
        path: "/v1/members",
        query: { limit: 100 },
      });
      return new Map(items.map(({ person, name }) => [person, name]));
    },
    staleTime: 60_000,
  });
  return ({ person, name }) => (person === null ? name : (members.data?.get(person) ?? name));
}

/** After something was saved, all that was read of the policy is old. */
export function useForgetPolicy(): () => Promise<void> {
  const queries = useQueryClient();
  const { account } = useWorking();
  return async () => {
    await Promise.all(
      ["policy", "impact", "revisions", "approvals", "diff"].map((name) =>
        queries.invalidateQueries({ queryKey: [name, account.id] }),
      ),
    );
  };
}

/** The revision that decided when this one came; undefined: none did. */
export function decidedBefore(
  revisions: readonly PolicyRevision[],
  { number, createdAt }: Pick<PolicyRevision, "number" | "createdAt">,
): PolicyRevision | undefined {
  const at = Date.parse(createdAt);
  return revisions.find(
    (one) =>
      one.number < number &&
      one.state === "in_force" &&
      Date.parse(one.from) <= at &&
      (one.until === null || Date.parse(one.until) > at),
  );
}

/** Brings back what decided before a revision, as a new one. Gives what was made. */
export function useUndo(): (undone: Pick<PolicyRevision, "number" | "createdAt">) => Promise<PolicyRevision> {
  const { server } = useWorking();
  const { t } = useTranslation();
  const forget = useForgetPolicy();
  return async (undone) => {
    const revisions = await server.policies.revisions(POLICY, { limit: 100 });
    const before = decidedBefore(revisions.items, undone);
    const change = {
      reason: t("safeguard.undoReason", { number: undone.number }),
      baseRevision: revisions.items[0]?.number ?? 0,
    };
    const made =
      before === undefined
        ? await server.policies.put(POLICY, { document: {}, ...change })
        : await server.policies.restore(POLICY, before.number, {
            ...change,
            ...(before.until !== null && { until: before.until }),
          });
    await forget();
    return made;
  };
}

/** May this policy be changed here? A file that keeps it is changed instead. */
export function isKeptElsewhere(policy: Policy): boolean {
  return policy.managedBy !== null;
}
