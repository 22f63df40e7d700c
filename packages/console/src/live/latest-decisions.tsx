import { Badge, Table, Text, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type MouseEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import { MESSAGES } from "../messages/messages-search.ts";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
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
  const navigate = useNavigate();
  /** One for all lines; what is to be opened elsewhere, the browser opens. */
  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-message]") : null;
    if (link === null || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void navigate({ to: MESSAGES, search: { message: link.dataset["message"] } });
  };
  return (
    <section aria-labelledby="latest">
      <Title order={2} size="h5" id="latest" mb="sm">
        {t("live.latest")}
      </Title>
      {decisions.length === 0 ? (
        <Text size="sm">{t("live.noneYet")}</Text>
      ) : (
        <Table className="numbers live-latest" verticalSpacing={6} aria-labelledby="latest">
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
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click */}
          <tbody onClick={follow}>
            {decisions.slice(0, SHOWN).map((decision, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: all of them are others after a second; lines that stay cost least
              <Line key={place} decision={decision} />
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
});

/** A line of the table: fifty of them are others every second, so they are made of plain elements. */
function Line({ decision }: { readonly decision: LiveDecision }) {
  const { t } = useTranslation();
  const { clock, place } = useFormat();
  const { id, at, to, destination, action, sentence, reason, would, purpose, from } = decision;
  return (
    <tr>
      <td className="live-wide live-time">{clock(at)}</td>
      <td className="live-to">
        {id.startsWith("msg_") ? (
          <a href={`${MESSAGES}?message=${id}`} data-message={id}>
            <Grouped text={to} />
          </a>
        ) : (
          <strong>
            <Grouped text={to} />
          </strong>
        )}
        <small>{destination === "unknown" ? t("verification.several") : place(destination)}</small>
      </td>
      <td>
        <ActionBadge action={action} />
      </td>
      <td className="live-wide" title={sentence}>
        {t(`reasons.${reason}`)}
        {would !== null && ` · ${t(`messages.would.${would}`)}`}
      </td>
      <td className="live-widest">{t(`messages.purpose.${purpose}`)}</td>
      <td className="live-widest">{from}</td>
    </tr>
  );
}

const ActionBadge = memo(function ActionBadge({ action }: { readonly action: Action }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={COLOURS[action]} miw="max-content">
      {t(`live.action.${action}`)}
    </Badge>
  );
});
