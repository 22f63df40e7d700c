import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";
import { LIVE_MS } from "../shared/live.ts";
import type { Rollout, RolloutTarget } from "./rollout-types.ts";

/** While something is under way it is looked at so often. */
const UNDER_WAY_MS = 1_000;
const isUnderWay = ({ state }: Rollout): boolean => state === "running" || state === "undoing";

export function useRollouts() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["rollouts", account.id],
    queryFn: async () =>
      (
        await server.call<{ readonly items: readonly Rollout[] }>({
          method: "GET",
          path: "/v1/rollouts",
          query: { limit: 200 },
        })
      ).items,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) === true ? UNDER_WAY_MS : LIVE_MS),
  });
}

export function useRollout(id: string) {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["rollouts", account.id, id],
    queryFn: () => server.call<Rollout>({ method: "GET", path: `/v1/rollouts/${encodeURIComponent(id)}` }),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? UNDER_WAY_MS : LIVE_MS),
  });
}

/** The accounts of a roll-out, in the order in which they get it. */
export function useRolloutTargets({ id, state, applied, undone }: Rollout, outcome: string) {
  const { server, account } = useWorking();
  return useInfiniteQuery({
    queryKey: ["rollout-targets", account.id, id, outcome, state, applied, undone],
    queryFn: ({ pageParam }) =>
      server.call<{ readonly items: readonly RolloutTarget[]; readonly next: string | null }>({
        method: "GET",
        path: `/v1/rollouts/${encodeURIComponent(id)}/accounts`,
        query: { outcome, limit: 200, ...(pageParam !== undefined && { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
  });
}

/** Begins a stage, stops, or undoes. */
export function useRolloutAct(id: string) {
  const { server, account } = useWorking();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, body }: { readonly verb: "stages" | "stop" | "undo"; readonly body: object }) =>
      server.call<Rollout>({ method: "POST", path: `/v1/rollouts/${encodeURIComponent(id)}/${verb}`, body }),
    onSuccess: async (rollout) => {
      queries.setQueryData(["rollouts", account.id, id], rollout);
      await queries.invalidateQueries({ queryKey: ["rollouts", account.id] });
    },
  });
}
