import { useQuery } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";

/** What is the same for all accounts of the server, as `/v1/installation` shows it. */
export interface Installation {
  readonly version: string;
  readonly numberingTable: string;
  readonly importedPrices: number;
  readonly retention: readonly { readonly class: string; readonly days: number }[];
  readonly roles: readonly { readonly role: string; readonly permissions: readonly string[] }[];
}

export function useInstallation() {
  const { server } = useWorking();
  return useQuery({
    queryKey: ["installation"],
    queryFn: () => server.call<Installation>({ method: "GET", path: "/v1/installation" }),
    staleTime: 60_000,
  });
}
