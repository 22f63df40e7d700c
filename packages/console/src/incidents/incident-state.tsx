import { Badge } from "@mantine/core";
import type { IncidentState } from "@safeguard/client";
import { useTranslation } from "react-i18next";

const COLOURS: Readonly<Record<IncidentState, string>> = {
  open: "red",
  acknowledged: "yellow",
  contained: "teal",
  closed: "gray",
  false_alarm: "gray",
};

/** What an incident is in. */
export function IncidentStateBadge({ state }: { readonly state: IncidentState }) {
  const { t } = useTranslation();
  return (
    <Badge
      color={COLOURS[state]}
      variant={state === "open" ? "filled" : "light"}
      autoContrast
      style={{ flexShrink: 0 }}
    >
      {t(`incidents.state.${state}`)}
    </Badge>
  );
}
