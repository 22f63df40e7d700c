import { Badge, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { MESSAGES } from "../messages/messages-search.ts";
import { useFormat } from "../shared/format.ts";
import { RouteLink } from "../shared/route-link.tsx";
import type { FunnelLine } from "./funnel-lines.ts";
import { STEPS } from "./step-bars.tsx";
import type { Breakdown } from "./verification-search.ts";

/** A funnel a line; those whose codes few answer stand out. */
export function FunnelTable({
  lines,
  by,
  label,
}: {
  readonly lines: readonly FunnelLine[];
  readonly by: Breakdown;
  readonly label: string;
}) {
  const { t } = useTranslation();
  const { count, share, place } = useFormat();
  return (
    <Table className="numbers" verticalSpacing="xs" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t(`verification.byOf.${by}`)}</Table.Th>
          {STEPS.map((step) => (
            <Table.Th key={step} ta="right" visibleFrom="sm">
              {t(`verification.step.${step}`)}
            </Table.Th>
          ))}
          <Table.Th ta="right">{t("verification.share")}</Table.Th>
          <Table.Th visibleFrom="md" w={140}>
            <VisuallyHidden>{t("verification.funnel")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.name} data-low={line.isLow || undefined}>
            <Table.Td>
              <Group gap="xs">
                {by === "route" ? (
                  <Text size="sm">{line.name}</Text>
                ) : (
                  <RouteLink to={MESSAGES} search={{ q: searchOf(line, by) }} size="sm" fw={600}>
                    {by === "destination"
                      ? line.name === "unknown"
                        ? t("verification.several")
                        : place(line.name)
                      : line.name}
                  </RouteLink>
                )}
                {by === "range" && line.destination !== undefined && (
                  <Text size="sm" c="dimmed">
                    {line.destination === "unknown" ? t("verification.several") : place(line.destination)}
                  </Text>
                )}
                {line.isLow && (
                  <Badge color="red" variant="light">
                    {t("verification.low")}
                  </Badge>
                )}
              </Group>
              <Text size="sm" c="dimmed" hiddenFrom="sm">
                {STEPS.map((step) => count(line[step])).join(" → ")}
              </Text>
            </Table.Td>
            {STEPS.map((step) => (
              <Table.Td key={step} ta="right" visibleFrom="sm">
                {count(line[step])}
              </Table.Td>
            ))}
            <Table.Td ta="right" fw={600}>
              {line.share === undefined ? "–" : share(line.share)}
            </Table.Td>
            <Table.Td visibleFrom="md">
              <div className="mini-steps" aria-hidden="true">
                {STEPS.map((step) => (
                  <div
                    key={step}
                    style={{ width: `${line.asked === 0 ? 0 : Math.min(100, (line[step] / line.asked) * 100)}%` }}
                  />
                ))}
              </div>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function searchOf(line: FunnelLine, by: Breakdown): string {
  return by === "range" ? `to:${line.name}` : `destination:${line.name}`;
}
