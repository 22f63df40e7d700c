import { Alert, Box } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverFor } from "../api/server.ts";
import { isUnreachable } from "../shared/unreachable.ts";

const TRY_AGAIN_MS = 3_000;

/** Says once for the whole page that the server does not answer, tries again, and has the page go on when it does. */
export function UnreachableBar() {
  const { t } = useTranslation();
  const isDown = useIsDown();
  useQuery({
    queryKey: ["reachable"],
    queryFn: () => serverFor(undefined).call<unknown>({ method: "GET", path: "/v1/sign-in" }),
    enabled: isDown,
    retry: false,
    refetchInterval: TRY_AGAIN_MS,
  });
  if (!isDown) return null;
  return (
    <Box pos="sticky" top={64} mb="md" bg="var(--mantine-color-body)" style={{ zIndex: 90 }}>
      <Alert color="yellow" variant="light" p="sm" role="alert">
        {t("unreachable")}
      </Alert>
    </Box>
  );
}

/** Of all that is asked, was the latest not answered? */
function useIsDown(): boolean {
  const queries = useQueryClient();
  const [isDown, setIsDown] = useState(false);
  useEffect(() => {
    const note = (action: { readonly type: string; readonly error?: unknown; readonly manual?: boolean }): void => {
      if (isUnreachable(action.error)) setIsDown(true);
      else if (action.type === "success" && action.manual !== true) setIsDown(false);
    };
    const ends = [
      queries.getQueryCache().subscribe((event) => event.type === "updated" && note(event.action)),
      queries.getMutationCache().subscribe((event) => event.type === "updated" && note(event.action)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [queries]);
  useEffect(() => {
    if (!isDown) void queries.invalidateQueries({ predicate: ({ state }) => isUnreachable(state.error) });
  }, [isDown, queries]);
  return isDown;
}
