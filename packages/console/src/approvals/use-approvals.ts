import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMay, useWorking } from "../session/session.ts";
import type { ActProposal, PolicyProposal } from "./approval-types.ts";

interface PageOf<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const OFTEN_MS = 30_000;

/** Changes of policies that wait for a second person. */
export function usePolicyProposals() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["approvals", account.id, "policies"],
    queryFn: () => server.call<PageOf<PolicyProposal>>({ method: "GET", path: "/v1/approvals", query: { limit: 100 } }),
    enabled: useMay("policies:read"),
    refetchInterval: OFTEN_MS,
  });
}

/** Other acts: those that wait, or all, newest first. */
export function useActProposals(state: "open" | "all") {
  const { server, account } = useWorking();
  return useInfiniteQuery({
    queryKey: ["approvals", account.id, "acts", state],
    queryFn: ({ pageParam }) =>
      server.call<PageOf<ActProposal>>({
        method: "GET",
        path: "/v1/approvals/acts",
        query: { state, limit: 100, ...(pageParam !== undefined && { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: useMay("policies:read"),
    refetchInterval: OFTEN_MS,
  });
}

export function useOpenActs(): readonly ActProposal[] {
  return useActProposals("open").data?.pages.flatMap(({ items }) => items) ?? [];
}

/** How many proposals wait, as far as is known. */
export function useWaiting(): number {
  const policies = usePolicyProposals();
  return (policies.data?.items.length ?? 0) + useOpenActs().length;
}

/** After something was decided: what was approved has changed whatever it was about. */
export function useForgetDecided(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}
