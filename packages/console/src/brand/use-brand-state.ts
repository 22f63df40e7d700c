import { useQuery } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";
import type { Brand } from "./brand-context.ts";

export interface BrandState {
  readonly shown: Brand | null;
  readonly own: Brand | null;
  /** Accounts with others below them, or with none above. */
  readonly mayHaveOne: boolean;
}

/** What the chosen account shows, and what of it is its own. */
export function useBrandState() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["brand", account.id],
    queryFn: () => server.call<BrandState>({ method: "GET", path: "/v1/brand" }),
    staleTime: 60_000,
  });
}
