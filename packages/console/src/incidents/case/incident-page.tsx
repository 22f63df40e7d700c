import { Alert, Breadcrumbs, Button, Group, Menu, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { IncidentDetail, IncidentEvidence } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LockdownBanner } from "../../lockdown/lockdown-banner.tsx";
import { useMay, useWorking } from "../../session/session.ts";
import { useFormat } from "../../shared/format.ts";
import { Grouped } from "../../shared/grouped.tsx";
import { LIVE_MS } from "../../shared/live.ts";
import { PageHead } from "../../shared/page-head.tsx";
import { Refusal } from "../../shared/refusal.tsx";
import { RouteLink } from "../../shared/route-link.tsx";
import { saveFile } from "../../shared/save-file.ts";
import { areOutcomesUnknown } from "../evidence-sentence.ts";
import { IncidentStateBadge } from "../incident-state.tsx";
import { Funnel } from "../pictures/funnel.tsx";
import { Latency } from "../pictures/latency.tsx";
import { NumberLine } from "../pictures/number-line.tsx";
import { NumberTime } from "../pictures/number-time.tsx";
import { Rate } from "../pictures/rate.tsx";
import { plainSentence } from "../plain-sentence.ts";
import { useHeadline } from "../use-headline.ts";
import { Actions } from "./actions.tsx";
import { Facts } from "./facts.tsx";
import { IncidentMessages } from "./incident-messages.tsx";
import { Timeline } from "./timeline.tsx";

const route = getRouteApi("/frame/channels/incidents/$number");

/** One attack: the sentence, the pictures, what can be done, what happened, its messages. */
export function IncidentPage() {
  const { t } = useTranslation();
  const { instant } = useFormat();
  const headlineOf = useHeadline();
  const { server, account } = useWorking();
  const number = Number(route.useParams().number);
  const mayReveal = useMay("numbers:reveal");
  const [reveal, setReveal] = useState(false);
  const incident = useQuery({
    queryKey: ["incident", account.id, number],
    queryFn: () => server.incidents.get(number),
    refetchInterval: LIVE_MS,
  });
  const evidence = useQuery({
    queryKey: ["evidence", account.id, number, reveal],
    queryFn: () => server.incidents.evidence(number, { reveal }),
    // (each look at whole numbers is recorded: they are not looked at again by themselves)
    refetchInterval: reveal ? false : LIVE_MS,
    refetchOnWindowFocus: !reveal,
    retry: false,
  });
  if (incident.isPending) {
    return (
      <Stack aria-busy="true" aria-label={t("loading")}>
        <Skeleton height={36} width={220} />
        <Skeleton height={56} />
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <Skeleton height={260} />
          <Skeleton height={260} />
        </SimpleGrid>
      </Stack>
    );
  }
  if (incident.isError) return <Refusal error={incident.error} />;
  const { data } = incident;
  const factors = plainSentence(data.sentence).factors;
  return (
    <div className="report">
      <Breadcrumbs mb={4} className="no-print">
        <RouteLink to="/channels/incidents" size="sm">
          {t("incidents.title")}
        </RouteLink>
        <Text size="sm">{number}</Text>
      </Breadcrumbs>
      <PageHead title={t("incidents.name", { number })}>
        {mayReveal && (
          <Button variant="default" onClick={() => setReveal(!reveal)} loading={reveal && evidence.isFetching}>
            {t(reveal ? "incidents.mask" : "incidents.reveal")}
          </Button>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default">{t("incidents.export")}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => window.print()}>{t("incidents.report")}</Menu.Item>
            <Menu.Item
              onClick={() =>
                saveFile(`incident-${number}.json`, jsonOf(data, evidence.data, account.name), "application/json")
              }
            >
              {t("incidents.json")}
            </Menu.Item>
            <Menu.Label maw={240}>{t("incidents.pictureFiles")}</Menu.Label>
          </Menu.Dropdown>
        </Menu>
      </PageHead>
      <LockdownBanner />
      <Text className="print-only" size="sm" mb="sm">
        {t("incidents.reportHead", { account: account.name, at: instant(Date.now()) })}{" "}
        {t(reveal ? "incidents.whole" : "incidents.masked")}
      </Text>
      <Group gap="sm" align="flex-start" mb="md">
        <IncidentStateBadge state={data.state} releasedAt={data.releasedAt} />
        <div style={{ flex: "1 1 280px" }}>
          <Text size="lg" data-testid="sentence">
            <Grouped text={headlineOf(data)} />
          </Text>
          {(factors.length > 0 || areOutcomesUnknown(data.evidence)) && (
            <Text size="sm" c="dimmed">
              {factors.length > 0 && t("incidents.strength", { factors: factors.join(", ") })}{" "}
              {areOutcomesUnknown(data.evidence) && t("incidents.outcomesUnknown")}
            </Text>
          )}
        </div>
      </Group>
      <Actions incident={data} />
      <Facts incident={data} />
      {reveal && (
        <Alert color="yellow" variant="light" mb="md" className="no-print">
          {t("incidents.revealed")}
        </Alert>
      )}
      <Title order={2} size="h4" mb="sm">
        {t("incidents.evidence")}
      </Title>
      {evidence.isError ? (
        <Refusal error={evidence.error} />
      ) : evidence.data === undefined ? (
        <Skeleton height={260} />
      ) : (
        <Pictures evidence={evidence.data} />
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} mt="xl" spacing="xl">
        <Timeline incident={data} />
        <IncidentMessages number={number} reveal={reveal} />
      </SimpleGrid>
    </div>
  );
}

function Pictures({ evidence }: { readonly evidence: IncidentEvidence }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { funnel, latency, rate, ticksLeftOut } = evidence;
  return (
    <>
      <NumberLine evidence={evidence} />
      {ticksLeftOut > 0 && (
        <Text size="sm" mt={4}>
          {t("pictures.leftOut", { count: ticksLeftOut, formatted: count(ticksLeftOut) })}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} mt="md">
        <NumberTime evidence={evidence} />
        <Funnel funnel={funnel} />
        <Latency latency={latency} funnel={funnel} />
        <Rate rate={rate} />
      </SimpleGrid>
    </>
  );
}

function jsonOf(incident: IncidentDetail, evidence: IncidentEvidence | undefined, account: string): string {
  const exportedAt = new Date().toISOString();
  return JSON.stringify({ exportedAt, accountName: account, incident, evidence: evidence ?? null }, undefined, 2);
}
