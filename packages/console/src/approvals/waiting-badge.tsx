import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWaiting } from "./use-approvals.ts";

/** In the navigation: how many proposals wait for a second person. */
export function WaitingBadge() {
  const { t } = useTranslation();
  const waiting = useWaiting();
  if (waiting === 0) return null;
  return (
    <Badge size="sm" color="yellow" variant="filled" autoContrast>
      {waiting}
      <span className="sr-only"> {t("approvals.waiting", { count: waiting })}</span>
    </Badge>
  );
}
