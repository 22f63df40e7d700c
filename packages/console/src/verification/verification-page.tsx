import "./verification.css";
import { Card, Group, SegmentedControl, Select, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { EmptyList } from "../shared/list-states.tsx";
import { NotPermitted } from "../shared/not-permitted.tsx";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { FeedbackMissing } from "./feedback-missing.tsx";
import { type FunnelLine, funnelLines, type VerificationFunnel } from "./funnel-lines.ts";
import { FunnelTable } from "./funnel-table.tsx";
import { StepBars } from "./step-bars.tsx";
import { BREAKDOWNS, type Breakdown, DAYS } from "./verification-search.ts";

const route = getRouteApi("/frame/channels/verification");
const REFRESH_MS = 60_000;

/** How far codes come: asked for, sent, delivered, verified; and where they do not. */
export function VerificationPage() {
  const { t } = useTranslation();
  const { place } = useFormat();
  const { server, account } = useWorking();
  const mayRead = useMay("usage:read");
  const { days = 30, by = "destination", destination } = route.useSearch();
  const navigate = route.useNavigate();
  const funnel = useQuery({
    queryKey: ["verification", account.id, days, destination],
    queryFn: () =>
      server.call<VerificationFunnel>({
        method: "GET",
        path: "/v1/usage/verification",
        query: { days: String(days), ...(destination !== undefined && { destination }) },
      }),
    refetchInterval: REFRESH_MS,
    enabled: mayRead,
  });
  const all = useQuery({
    queryKey: ["verification", account.id, days, undefined],
    queryFn: () =>
      server.call<VerificationFunnel>({
        method: "GET",
        path: "/v1/usage/verification",
        query: { days: String(days) },
      }),
    enabled: mayRead,
  });
  const lines = funnel.data === undefined ? [] : funnelLines(funnel.data, by);
  const places = all.data?.destinations.map((line) => line.destination) ?? [];
  if (!mayRead) {
    return (
      <>
        <PageHead title={t("verification.title")} />
        <NotPermitted text={t("verification.mayNot")} />
      </>
    );
  }
  return (
    <>
      <PageHead title={t("verification.title")}>
        <CsvButton name={`verification-by-${by}`} isEmpty={lines.length === 0} csv={() => csvOfLines(lines, by)} />
      </PageHead>
      <FeedbackMissing isEmpty={funnel.data?.total.verified === 0} />
      <Group mb="md" gap="sm" align="flex-end">
        <Select
          label={t("verification.period")}
          w={{ base: "100%", xs: 140 }}
          allowDeselect={false}
          value={String(days)}
          data={DAYS.map((one) => ({ value: String(one), label: t("overview.days", { count: one }) }))}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, days: DAYS.find((one) => String(one) === value) }) })
          }
        />
        <Select
          label={t("incidents.filter.destination")}
          w={{ base: "100%", xs: 220 }}
          clearable
          searchable
          placeholder={t("incidents.filter.everywhere")}
          value={destination ?? null}
          data={[...new Set([...places, ...(destination === undefined ? [] : [destination])])].map((code) => ({
            value: code,
            label: code === "unknown" ? t("verification.several") : place(code),
          }))}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, destination: value ?? undefined }) })}
        />
      </Group>
      <Refusal error={funnel.error} />
      {funnel.isPending ? (
        <Skeleton height={220} aria-label={t("loading")} />
      ) : (
        funnel.data !== undefined && (
          <>
            <Card withBorder mb="lg" component="section" aria-label={t("verification.funnel")}>
              <StepBars steps={funnel.data.total} />
              <Text size="sm" c="dimmed" mt="sm">
                {t("verification.meaning")}
              </Text>
            </Card>
            <Group justify="space-between" mb="sm">
              <SegmentedControl
                aria-label={t("verification.by")}
                value={by}
                data={BREAKDOWNS.map((value) => ({ value, label: t(`verification.byOf.${value}`) }))}
                onChange={(value) =>
                  void navigate({ search: (old) => ({ ...old, by: value as Breakdown }), resetScroll: false })
                }
              />
            </Group>
            {by !== "destination" && <Examined examined={funnel.data.examined} />}
            {lines.length === 0 ? (
              <EmptyList title={t("verification.none")} text={t("verification.noneText")} />
            ) : (
              <FunnelTable lines={lines} by={by} label={t(`verification.byOf.${by}`)} />
            )}
          </>
        )
      )}
    </>
  );
}

function Examined({ examined }: { readonly examined: VerificationFunnel["examined"] }) {
  const { t } = useTranslation();
  const { count, instant } = useFormat();
  if (examined.since === null) return null;
  return (
    <Text size="sm" c="dimmed" mb="sm">
      {t(examined.complete ? "verification.examinedAll" : "verification.examined", {
        count: examined.messages,
        formatted: count(examined.messages),
        since: instant(examined.since),
      })}
    </Text>
  );
}

function csvOfLines(lines: readonly FunnelLine[], by: Breakdown): string {
  return csvOf(
    [by, "destination", "asked", "sent", "delivered", "verified", "verified_share"],
    lines.map(({ name, destination, asked, sent, delivered, verified, share }) => [
      ...[name, destination, asked, sent, delivered, verified],
      share === undefined ? undefined : Number(share.toFixed(4)),
    ]),
  );
}
