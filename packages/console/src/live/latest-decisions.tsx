import { Badge, Table, Text, Title } from "@mantine/core";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { MESSAGES } from "../messages/messages-search.ts";
import { useFormat } from "../shared/format.ts";
import { RouteLink } from "../shared/route-link.tsx";
import type { Action } from "./live-search.ts";
import type { LiveDecision } from "./live-window.ts";

const SHOWN = 50;
const COLOURS: Readonly<Record<Action, string>> = { allow: "teal", challenge: "yellow", hold: "yellow", block: "red" };

/** The latest decisions, newest first. */
export const LatestDecisions = memo(function LatestDecisions({
  decisions,
}: {
  readonly decisions: readonly LiveDecision[];
}) {
  const { t } = useTranslation();
  const { clock, place } = useFormat();
  return (
    <section aria-labelledby="latest">
      <Title order={2} size="h5" id="latest" mb="sm">
        {t("live.latest")}
      </Title>
      {decisions.length === 0 ? (
        <Text size="sm">{t("live.noneYet")}</Text>
      ) : (
        <Table className="numbers" verticalSpacing={6} aria-labelledby="latest">
          <Table.Thead>
            <Table.Tr>
              <Table.Th visibleFrom="sm">{t("messages.column.at")}</Table.Th>
              <Table.Th>{t("messages.column.to")}</Table.Th>
              <Table.Th>{t("live.decision")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("messages.column.reason")}</Table.Th>
              <Table.Th visibleFrom="lg">{t("messages.column.purpose")}</Table.Th>
              <Table.Th visibleFrom="lg">{t("messages.column.from")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {decisions.slice(0, SHOWN).map((decision) => (
              <Table.Tr key={decision.id}>
                <Table.Td visibleFrom="sm" style={{ whiteSpace: "nowrap" }}>
                  {clock(decision.at)}
                </Table.Td>
                <Table.Td>
                  {decision.id.startsWith("msg_") ? (
                    <RouteLink to={MESSAGES} search={{ message: decision.id }} size="sm" fw={600}>
                      {decision.to}
                    </RouteLink>
                  ) : (
                    <Text size="sm" fw={600} span>
                      {decision.to}
                    </Text>
                  )}
                  <Text size="xs" c="dimmed">
                    {decision.destination === "unknown" ? t("verification.several") : place(decision.destination)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Badge variant="light" color={COLOURS[decision.action]} miw="max-content">
                    {t(`live.action.${decision.action}`)}
                  </Badge>
                </Table.Td>
                <Table.Td visibleFrom="sm" title={decision.sentence}>
                  {t(`reasons.${decision.reason}`)}
                  {decision.would !== null && ` · ${t(`messages.would.${decision.would}`)}`}
                </Table.Td>
                <Table.Td visibleFrom="lg">{t(`messages.purpose.${decision.purpose}`)}</Table.Td>
                <Table.Td visibleFrom="lg">{decision.from}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
});
