import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import { RouteLink } from "../shared/route-link.tsx";

/** What the account says of four eyes now; null: they are off; undefined: not known yet. */
export function useFourEyes() {
  const { server, account } = useWorking();
  return useQuery({
    queryKey: ["account", account.id],
    queryFn: () => server.accounts.get(account.id),
    select: ({ fourEyes }) => fourEyes,
  });
}

/** Whether four eyes are on now, and where that is said. */
export function FourEyesState() {
  const { t } = useTranslation();
  const { count } = useFormat();
  const mayWrite = useMay("accounts:write");
  const { data, error } = useFourEyes();
  if (data === undefined) return <Refusal error={error} />;
  const where = data !== null ? "settingsOn" : mayWrite ? "settings" : "settingsOwner";
  return (
    <Text size="sm" mt={4} maw={640}>
      <strong>{t(data === null ? "approvals.off" : "approvals.on")}</strong>{" "}
      {data === null
        ? t("approvals.offText")
        : t("approvals.onText", { count: data.expiresAfterHours, formatted: count(data.expiresAfterHours) })}{" "}
      <RouteLink to="/settings/account" size="sm" underline="always">
        {t(`approvals.${where}`)}
      </RouteLink>
    </Text>
  );
}
