import { useQuery } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";
import type { ProviderKind, Routes, UsableProvider } from "./provider-types.ts";

export function useProviders() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["providers", account.id],
    queryFn: async () =>
      (
        await server.call<{ readonly items: readonly UsableProvider[] }>({
          method: "GET",
          path: "/v1/routes/providers",
        })
      ).items,
  });
}

export function useRoutes() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["routes", account.id],
    queryFn: () => server.call<Routes>({ method: "GET", path: "/v1/routes" }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useProviderKinds() {
  const { server } = useWorking();
  return useQuery({
    queryKey: ["provider-kinds"],
    queryFn: async () =>
      (await server.call<{ readonly items: readonly ProviderKind[] }>({ method: "GET", path: "/v1/provider-kinds" }))
        .items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What the open alerts say of providers that fail, by their names. */
export function useFailing(): ReadonlyMap<string, string> {
  const { server, account } = useWorking();
  const { data } = useQuery({
    queryKey: ["alerts", account.id, "failing"],
    queryFn: () => server.alerts.list({ state: "open", limit: 200 }),
    refetchInterval: 30_000,
  });
  return new Map(
    (data?.items ?? []).flatMap(({ code, sentence }) => {
      const id = code === "connector_failing" ? /^The provider (\S+) fails/.exec(sentence)?.[1] : undefined;
      return id === undefined ? [] : [[id, sentence]];
    }),
  );
}
