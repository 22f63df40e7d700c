import type { LimitsUse } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { useMay, useWorking } from "../../session/session.ts";
import { LIVE_MS } from "../../shared/live.ts";
import { POLICY } from "../use-policy.ts";

/** How full the limits are now. */
export function useLimitsUse() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["limits", account.id],
    queryFn: () => server.call<LimitsUse>({ method: "GET", path: "/v1/limits", query: { policy: POLICY } }),
    enabled: useMay("usage:read"),
    refetchInterval: LIVE_MS,
  });
}
