import { Badge } from "@mantine/core";
import type { Incident, IncidentState } from "@safeguard/client";
import { useTranslation } from "react-i18next";

const COLOURS: Readonly<Record<IncidentState, string>> = {
  open: "red",
  acknowledged: "yellow",
  contained: "teal",
  closed: "gray",
  false_alarm: "gray",
};

/** What an incident is in; one that was released is open and no new alarm. */
export function IncidentStateBadge({
  state,
  releasedAt = null,
}: Pick<Incident, "state"> & Partial<Pick<Incident, "releasedAt">>) {
  const { t } = useTranslation();
  return (
    <Badge
      color={releasedAt === null ? COLOURS[state] : "gray"}
      variant={state === "open" && releasedAt === null ? "filled" : "light"}
      autoContrast
      style={{ flexShrink: 0 }}
    >
      {t(`incidents.state.${releasedAt === null ? state : "released"}`)}
    </Badge>
  );
}
