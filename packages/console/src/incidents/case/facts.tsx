import { Card, SimpleGrid, Text, Tooltip } from "@mantine/core";
import type { IncidentDetail } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { RelativeTime } from "../../shared/relative-time.tsx";
import { areOutcomesUnknown } from "../evidence-sentence.ts";
import { isQuiet } from "../order-incidents.ts";
import { outermost } from "./outermost.ts";

/** What it came to, what it cost, where, and who else is there. */
export function Facts({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation();
  const { count, money: write, place, instant, moment } = useFormat();
  const { counts, money, collateral, ranges, destinations } = incident;
  const stopped = counts.held + counts.challenged + counts.blocked;
  const shown = outermost(ranges);
  const isUntold = areOutcomesUnknown(incident.evidence) && counts.converted === 0;
  const isOver = incident.closedAt !== null;
  const isStill = !isOver && isQuiet(incident, Date.now());
  const amount = (value: (typeof money)["lost"]) => (value === null ? "–" : write(value));
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} mb="lg">
      <Card withBorder>
        <Text size="sm" c="dimmed">
          {t("incidents.fact.attempts")}
        </Text>
        <Text size="xl" fw={600} className="numbers">
          {count(counts.attempts)}
        </Text>
        <Tooltip
          label={t("incidents.means.outcome")}
          multiline
          maw={360}
          events={{ hover: true, focus: true, touch: true }}
        >
          <Text size="sm" tabIndex={0} w="fit-content">
            {t(isUntold ? "incidents.fact.outcomeUntold" : "incidents.fact.outcome", {
              leaked: count(counts.leaked),
              stopped: count(stopped),
              converted: count(counts.converted),
            })}
            {counts.wouldStop > 0 && ` ${t("incidents.fact.wouldStop", { formatted: count(counts.wouldStop) })}`}
          </Text>
        </Tooltip>
      </Card>
      <Card withBorder>
        <Text size="sm" c="dimmed">
          {t(isOver ? "incidents.fact.lost" : "incidents.fact.risk")}
        </Text>
        <Tooltip label={money.formula} multiline maw={360} events={{ hover: true, focus: true, touch: true }}>
          <Text size="xl" fw={600} className="numbers" tabIndex={0} w="fit-content">
            {isOver
              ? amount(money.lost)
              : isStill || money.atRiskPerHour === null
                ? "–"
                : t("incidents.perHour", { money: write(money.atRiskPerHour) })}
          </Text>
        </Tooltip>
        {isStill && <Text size="sm">{t("incidents.quiet", { since: moment(incident.lastSeenAt) })}</Text>}
        <Text size="sm">
          {money.saved === null
            ? t("incidents.fact.noPrice")
            : t("incidents.fact.money", { saved: amount(money.saved), lost: amount(money.lost) })}
        </Text>
      </Card>
      <Card withBorder>
        <Text size="sm" c="dimmed">
          {t("incidents.fact.where", { count: shown.length })}
        </Text>
        {shown.slice(0, 4).map(({ range, containment, inside }) => (
          <Text key={range} fw={600} size="sm" className="numbers">
            {range}
            {containment !== null && (
              <Tooltip
                label={t(`incidents.means.${containment.action}`)}
                multiline
                maw={320}
                events={{ hover: true, focus: true, touch: true }}
              >
                <Text span size="sm" fw={400} tabIndex={0}>
                  {" "}
                  · {t(`incidents.containment.${containment.action}`)} <RelativeTime at={containment.until} />
                </Text>
              </Tooltip>
            )}
            {inside > 0 && (
              <Text span size="sm" fw={400} c="dimmed">
                {" "}
                · {t("incidents.fact.inside", { count: inside })}
              </Text>
            )}
          </Text>
        ))}
        {shown.length > 4 && <Text size="sm">{t("incidents.fact.moreRanges", { count: shown.length - 4 })}</Text>}
        <Text size="sm">{destinations.map(place).join(", ")}</Text>
      </Card>
      <Card withBorder>
        <Text size="sm" c="dimmed">
          {t("incidents.fact.others")}
        </Text>
        <Text size="xl" fw={600} className="numbers">
          {t("incidents.fact.verified", {
            count: collateral.verifiedNumbers,
            formatted: count(collateral.verifiedNumbers),
          })}
        </Text>
        <Text size="sm">
          {collateral.since === null
            ? t("incidents.fact.forgotten")
            : t(
                isUntold && collateral.completed === 0
                  ? "incidents.fact.newNumbersUntold"
                  : "incidents.fact.newNumbers",
                {
                  count: collateral.newNumbers,
                  formatted: count(collateral.newNumbers),
                  completed: count(collateral.completed),
                  since: instant(collateral.since),
                },
              )}
        </Text>
      </Card>
    </SimpleGrid>
  );
}
