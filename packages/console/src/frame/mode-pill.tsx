import { Badge, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";

const COLOURS = { off: "gray", monitor: "yellow", enforce: "teal" } as const;

/** What detection may do in this account: always in sight. */
export function ModePill() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const policy = useQuery({
    queryKey: ["policy", account.id],
    queryFn: () => server.policies.get("default"),
    staleTime: 30_000,
  });
  const mode = policy.data?.detection.mode;
  if (mode === undefined) return null;
  return (
    <Tooltip label={t(`mode.${mode}.meaning`)} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <Badge color={COLOURS[mode]} variant="light" tabIndex={0} autoContrast>
        {t(`mode.${mode}.name`)}
      </Badge>
    </Tooltip>
  );
}
