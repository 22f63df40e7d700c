import { Badge } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDetection } from "../lockdown/use-detection.ts";

/** That a lockdown or a bypass is in force: in sight on every page. */
export function SwitchPill() {
  const { t } = useTranslation();
  const { data } = useDetection();
  if (data?.lockdown == null && data?.bypass == null) return null;
  const isLocked = data.lockdown !== null;
  return (
    <Badge component={Link} to="/overview" color={isLocked ? "red" : "yellow"} variant="filled" autoContrast>
      {t(isLocked ? "lockdown.pill" : "lockdown.bypassPill")}
    </Badge>
  );
}
