import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { serverFor } from "../api/server.ts";
import type { Brand } from "../brand/brand-context.ts";

export interface LinkSays {
  readonly type: "setup" | "invitation" | "reset";
  readonly email: string | null;
  readonly account: string | null;
  readonly until: string;
  readonly brand: Brand | null;
}

/** The token in the address's fragment, and what it is for. It is taken out of the address at once. */
export function useLink() {
  const [token] = useState(() => {
    const said = window.location.hash.slice(1);
    if (said !== "") window.history.replaceState(null, "", window.location.pathname);
    return said;
  });
  const link = useQuery({
    queryKey: ["link", token],
    queryFn: () =>
      serverFor(undefined).call<LinkSays>({
        method: "POST",
        path: "/v1/sign-in/link",
        body: { token: token || "none" },
      }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { token, link };
}
