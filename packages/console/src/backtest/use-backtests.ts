import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";
import type { Backtest } from "./backtest-types.ts";

/** How often a run under way is asked how far it is. */
const RUNNING_MS = 700;
const LISTED_MS = 3000;

export function useBacktests() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["backtests", account.id],
    queryFn: () =>
      server.call<{ readonly items: readonly Backtest[]; readonly mostBytes: number }>({
        method: "GET",
        path: "/v1/backtests",
      }),
    refetchOnMount: "always",
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ run }) => run?.state === "running") === true ? LISTED_MS : false,
  });
}

export function useBacktest(id: string) {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["backtest", account.id, id],
    queryFn: () => server.call<Backtest>({ method: "GET", path: pathOf(id) }),
    refetchInterval: ({ state }) => (state.data?.run?.state === "running" ? RUNNING_MS : false),
    retry: false,
  });
}

/** What a finished run has written; it does not change until the next one. */
export function useFound<T>(backtest: Backtest, what: string, isWanted = true) {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["backtest", account.id, backtest.id, what, backtest.run?.startedAt],
    queryFn: () => server.call<T>({ method: "GET", path: `${pathOf(backtest.id)}/${what}` }),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** After something was done with one. */
export function useRenewed(): (changed?: Backtest) => Promise<void> {
  const queries = useQueryClient();
  const { account } = useWorking();
  return async (changed) => {
    if (changed !== undefined) queries.setQueryData(["backtest", account.id, changed.id], changed);
    await queries.invalidateQueries({ queryKey: ["backtests", account.id] });
  };
}

export function pathOf(id: string): string {
  return `/v1/backtests/${encodeURIComponent(id)}`;
}
