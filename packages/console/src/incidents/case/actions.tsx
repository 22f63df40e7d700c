import { Alert, Anchor, Button, Group, Text } from "@mantine/core";
import type { IncidentDetail } from "@safeguard/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsOfAct } from "../../approvals/act-words.ts";
import { APPROVALS } from "../../approvals/approvals-search.ts";
import { useOpenActs } from "../../approvals/use-approvals.ts";
import { useMay } from "../../session/session.ts";
import { useFormat } from "../../shared/format.ts";
import { RouteLink } from "../../shared/route-link.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import { type IncidentAction, possibleActions, wordsOf } from "./possible-actions.ts";

/** What can be done about it now, each with what it would do. */
export function Actions({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { place, instant } = format;
  const waiting = useOpenActs().filter(({ act }) => act.type === "judge_incident" && act.incident === incident.number);
  const mayAct = useMay("incidents:write");
  const [chosen, setChosen] = useState<IncidentAction | undefined>();
  const actions = possibleActions(incident);
  const [destination] = incident.destinations;
  return (
    <>
      {waiting.map((proposal) => (
        <Alert key={proposal.id} color="yellow" variant="light" mb="md" className="no-print">
          {t("approvals.waitsFor", { what: wordsOfAct(proposal, t, format).title })}{" "}
          <RouteLink to={APPROVALS} size="sm" underline="always">
            {t("approvals.see")}
          </RouteLink>
        </Alert>
      ))}
      {incident.lesson !== null && (
        <Alert variant="light" color="gray" mb="md">
          {t("incidents.lesson", { ranges: incident.lesson.ranges.join(", "), until: instant(incident.lesson.until) })}
        </Alert>
      )}
      <Group gap="xs" mb="lg" className="no-print">
        {mayAct ? (
          actions.map((action, place) => (
            <Button
              key={action}
              variant={place === 0 && action === "contain" && incident.releasedAt === null ? "filled" : "default"}
              onClick={() => setChosen(action)}
            >
              {t(`incidents.do.${wordsOf(action, incident)}.name`)}
            </Button>
          ))
        ) : (
          <Text size="sm">{t("incidents.mayNotAct")}</Text>
        )}
        {destination !== undefined && incident.closedAt === null && (
          <Anchor href="/channels/settings/business-messaging/safeguard" size="sm" ml="xs">
            {t("incidents.bar", { place: place(destination) })}
          </Anchor>
        )}
      </Group>
      {chosen !== undefined && (
        <ActionDialog key={chosen} incident={incident} action={chosen} onDone={() => setChosen(undefined)} />
      )}
    </>
  );
}
