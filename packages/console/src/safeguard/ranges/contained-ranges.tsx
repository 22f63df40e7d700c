import { Badge, Button, Group, Table, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { DetectionStatus } from "@safeguard/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDetection } from "../../lockdown/use-detection.ts";
import { useMay, useWorking } from "../../session/session.ts";
import { csvOf } from "../../shared/csv.ts";
import { CsvButton } from "../../shared/csv-button.tsx";
import { useFormat } from "../../shared/format.ts";
import { ReasonDialog } from "../../shared/reason-dialog.tsx";
import { Refusal } from "../../shared/refusal.tsx";
import { RelativeTime } from "../../shared/relative-time.tsx";
import { RouteLink } from "../../shared/route-link.tsx";

type Contained = DetectionStatus["contained"][number];

/** What stops new numbers besides the rules: made by detection, or by a person from an incident. */
export function ContainedRanges() {
  const { t } = useTranslation();
  const { count, place } = useFormat();
  const detection = useDetection();
  const mayRelease = useMay("incidents:write");
  const [releasing, setReleasing] = useState<Contained>();
  const contained = detection.data?.contained ?? [];
  return (
    <section aria-labelledby="contained-ranges">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4" id="contained-ranges">
          {t("ranges.contained.title")}
        </Title>
        {contained.length > 0 && (
          <CsvButton
            size="compact-sm"
            name="contained-ranges"
            isEmpty={false}
            of={t("ranges.contained.title")}
            csv={() => csvOfContained(contained)}
          />
        )}
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {t(contained.length === 0 ? "ranges.contained.none" : "ranges.contained.text")}
      </Text>
      <Refusal error={detection.error} />
      {contained.length > 0 && (
        <Table.ScrollContainer minWidth={300}>
          <Table fz="sm" className="rule-table" aria-labelledby="contained-ranges">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("ranges.column.numbers")}</Table.Th>
                <Table.Th>{t("ranges.column.kind")}</Table.Th>
                <Table.Th className="wide">{t("ranges.column.until")}</Table.Th>
                <Table.Th>
                  <span className="sr-only">{t("ranges.column.do")}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {contained.map((one) => (
                <Table.Tr key={`${one.range} ${one.incident}`}>
                  <Table.Th scope="row" fw={600} className="numbers">
                    {one.range}
                    <Text size="xs" c="dimmed">
                      {one.destination !== null && `${place(one.destination)} · `}
                      {t("ranges.numbersShort", { count: one.size, numbers: count(one.size) })}
                    </Text>
                    <Text size="xs" fw={400} className="narrow">
                      <Until contained={one} />
                    </Text>
                  </Table.Th>
                  <Table.Td>
                    <Badge variant="light" c="bright" color={one.action === "block" ? "red" : "yellow"}>
                      {t(`ranges.contained.action.${one.action}`)}
                    </Badge>
                    <Text size="xs" mt={2}>
                      {t(`ranges.contained.by.${one.by}`)}
                      {one.incident !== null && (
                        <>
                          {", "}
                          <RouteLink
                            underline="always"
                            to="/channels/incidents/$number"
                            params={{ number: String(one.incident) }}
                            size="xs"
                          >
                            {t("ranges.contained.incident", { number: one.incident })}
                          </RouteLink>
                        </>
                      )}
                    </Text>
                  </Table.Td>
                  <Table.Td className="wide">
                    <Until contained={one} />
                  </Table.Td>
                  <Table.Td ta="right">
                    {mayRelease && one.type === "block" && (
                      <Button size="compact-sm" variant="default" onClick={() => setReleasing(one)}>
                        {t("ranges.contained.release")}
                        <span className="sr-only"> {one.range}</span>
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {releasing !== undefined && <ReleaseDialog contained={releasing} onClose={() => setReleasing(undefined)} />}
    </section>
  );
}

function csvOfContained(contained: readonly Contained[]): string {
  return csvOf(
    ["range", "prefix", "size", "destination", "action", "by", "incident", "until"],
    contained.map(({ range, prefix, size, destination, action, by, incident, until }) => [
      ...[range, prefix, size, destination, action, by, incident, until],
    ]),
  );
}

function Until({ contained: { until } }: { readonly contained: Contained }) {
  const { t } = useTranslation();
  return until === null ? t("ranges.contained.open") : <RelativeTime at={until} />;
}

function ReleaseDialog({ contained, onClose }: { readonly contained: Contained; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const { range, prefix, size } = contained;
  const release = useMutation({
    mutationFn: (reason: string) =>
      server.detection.releaseRange(
        prefix === null ? range : prefix + "x".repeat(Math.round(Math.log10(size))),
        reason,
      ),
    onSuccess: async () => {
      notifications.show({ color: "teal", message: t("ranges.contained.released", { range }) });
      onClose();
      await Promise.all(
        ["incidents", "incident", "detection"].map((name) =>
          queries.invalidateQueries({ queryKey: [name, account.id] }),
        ),
      );
    },
  });
  return (
    <ReasonDialog
      title={t("ranges.contained.releaseTitle", { range })}
      go={t("ranges.contained.release")}
      isPending={release.isPending}
      error={release.error}
      onGo={release.mutate}
      onClose={onClose}
    >
      <Text size="sm">{t("ranges.contained.releaseText")}</Text>
    </ReasonDialog>
  );
}
