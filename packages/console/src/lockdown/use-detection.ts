import { useQuery } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";
import { LIVE_MS } from "../shared/live.ts";

/** How detection stands: mode, what arrives of outcomes, what is switched, contained and to be known. */
export function useDetection() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["detection", account.id],
    queryFn: () => server.detection.status(),
    refetchInterval: LIVE_MS,
  });
}
