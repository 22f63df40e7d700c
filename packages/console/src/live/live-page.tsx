import "./live.css";
import { Badge, Button, Card, Group, Select, Skeleton, Switch, Text, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { MESSAGES } from "../messages/messages-search.ts";
import { SAFEGUARD } from "../safeguard/tabs.ts";
import { useDestinations } from "../safeguard/use-policy.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { LatestDecisions } from "./latest-decisions.tsx";
import { ACTIONS, PURPOSES } from "./live-search.ts";
import { LiveTable } from "./live-table.tsx";
import { columnsOf, countsIn, EMPTY, minutesOf, sumOf } from "./live-window.ts";
import { useLive } from "./use-live.ts";

const LiveChart = lazy(() => import("./live-chart.tsx").then(({ LiveChart: chart }) => ({ default: chart })));
const route = getRouteApi("/frame/channels/live");

/** What is decided, as it is decided: the last 15 minutes, and the latest decisions one by one. */
export function LivePage() {
  const { t } = useTranslation();
  const { place, count } = useFormat();
  const filter = route.useSearch();
  const { destination, purpose, action, from, until } = filter;
  const navigate = route.useNavigate();
  const destinations = useDestinations();
  const [isPaused, setIsPaused] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const { window = EMPTY, error } = useLive({ destination, purpose, action }, isPaused);
  const columns = useMemo(() => columnsOf(window), [window]);
  const isKnown = window.now > 0;
  const counts = countsIn(window, from, until);
  const latest = useMemo(
    () =>
      window.latest.filter(({ at }) => {
        const second = Date.parse(at) / 1000;
        return second >= (from ?? 0) && second < (until ?? Number.POSITIVE_INFINITY);
      }),
    [window, from, until],
  );
  const narrow = (more: Partial<typeof filter>): void =>
    void navigate({ search: (old) => ({ ...old, ...more }), resetScroll: false });
  return (
    <>
      <PageHead title={t("live.title")}>
        <Badge
          variant="light"
          color={isPaused ? "gray" : "teal"}
          size="lg"
          data-testid="state"
          data-now={window.now}
          role="status"
        >
          {t(isPaused ? "live.paused" : "live.running")}
        </Badge>
        <Button variant="default" onClick={() => setIsPaused(!isPaused)}>
          {t(isPaused ? "live.goOn" : "live.pause")}
        </Button>
        <CsvButton
          name="live-traffic"
          isEmpty={window.seconds.length === 0}
          csv={() =>
            csvOf(
              ["second", ...ACTIONS],
              window.seconds.map((second) => [
                new Date(second.at * 1000).toISOString(),
                ...ACTIONS.map((one) => second[one]),
              ]),
            )
          }
        />
      </PageHead>
      <Group mb="md" gap="sm" align="flex-end">
        <Select
          label={t("incidents.filter.destination")}
          w={{ base: "100%", xs: 220 }}
          clearable
          searchable
          limit={40}
          placeholder={t("incidents.filter.everywhere")}
          value={destination ?? null}
          data={(destinations.data ?? []).map(({ code, name }) => ({ value: code, label: name }))}
          onChange={(value) => narrow({ destination: value ?? undefined })}
        />
        <Select
          label={t("messages.column.purpose")}
          w={{ base: "100%", xs: 170 }}
          clearable
          placeholder={t("live.any")}
          value={purpose ?? null}
          data={PURPOSES.map((value) => ({ value, label: t(`messages.purpose.${value}`) }))}
          onChange={(value) => narrow({ purpose: PURPOSES.find((one) => one === value) })}
        />
        <Select
          label={t("live.decision")}
          w={{ base: "100%", xs: 150 }}
          clearable
          placeholder={t("live.any")}
          value={action ?? null}
          data={ACTIONS.map((value) => ({ value, label: t(`live.action.${value}`) }))}
          onChange={(value) => narrow({ action: ACTIONS.find((one) => one === value) })}
        />
        {destination === undefined ? (
          <Text size="sm" c="dimmed" pb={8}>
            {t("live.ruleHint")}
          </Text>
        ) : (
          <Group gap="sm" pb={8}>
            <RouteLink to={SAFEGUARD} search={{ q: destination }} size="sm">
              {t("live.rule", { place: place(destination) })}
            </RouteLink>
            <RouteLink
              to={`${SAFEGUARD}/ranges`}
              search={{ q: `+${destinations.data?.find(({ code }) => code === destination)?.callingCode ?? ""}` }}
              size="sm"
            >
              {t("live.rangeRule")}
            </RouteLink>
          </Group>
        )}
      </Group>
      <Refusal error={error} />
      <Card withBorder mb="md" component="section" aria-labelledby="counts">
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h5" id="counts">
            {from === undefined || until === undefined ? t("live.window") : <Span from={from} until={until} />}
          </Title>
          <Group gap="sm">
            {from !== undefined && until !== undefined && (
              <>
                <RouteLink to={MESSAGES} search={{ q: searchOf(filter) }} size="sm">
                  {t("live.theseMessages")}
                </RouteLink>
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => narrow({ from: undefined, until: undefined })}
                >
                  {t("live.whole")}
                </Button>
              </>
            )}
            <Switch
              label={t("live.asTable")}
              checked={asTable}
              onChange={(event) => setAsTable(event.currentTarget.checked)}
            />
          </Group>
        </Group>
        <div className="live-numbers numbers" data-testid="numbers">
          {ACTIONS.map((one) => (
            <div key={one}>
              <Text size="sm" c="dimmed">
                <span className="live-key" data-action={one} aria-hidden="true" />
                {t(`live.action.${one}`)}
              </Text>
              <Text size="xl" fw={600} data-count={one}>
                {isKnown ? count(counts[one]) : <Skeleton height={28} width={60} component="span" display="block" />}
              </Text>
            </div>
          ))}
        </div>
        {asTable ? (
          <LiveTable minutes={minutesOf(window)} searchOf={(span) => searchOf({ ...filter, ...span })} />
        ) : (
          <Suspense fallback={<Skeleton height={280} />}>
            <LiveChart
              columns={columns}
              from={from}
              until={until}
              onChoose={(span) => narrow(span ?? { from: undefined, until: undefined })}
            />
          </Suspense>
        )}
        {isKnown && sumOf(counts) === 0 && (
          <Text size="sm" c="dimmed">
            {t("live.nothing")}
          </Text>
        )}
        {!asTable && (
          <Text size="sm" c="dimmed" mt="xs">
            {t("live.brush")}
          </Text>
        )}
      </Card>
      <LatestDecisions decisions={latest} />
    </>
  );
}

function Span({ from, until }: { readonly from: number; readonly until: number }) {
  const { t } = useTranslation();
  const { clock } = useFormat();
  return t("live.span", { from: clock(from * 1000), until: clock(until * 1000) });
}

/** The same as a search for messages. */
function searchOf(filter: {
  readonly destination?: string | undefined;
  readonly purpose?: string | undefined;
  readonly action?: (typeof ACTIONS)[number] | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}): string {
  const { destination, purpose, action, from, until } = filter;
  const status = { allow: undefined, challenge: "challenged", hold: "held", block: "blocked" } as const;
  const words = {
    destination,
    purpose,
    status: action && status[action],
    after: from === undefined ? undefined : new Date(from * 1000).toISOString(),
    before: until === undefined ? undefined : new Date(until * 1000).toISOString(),
  };
  return Object.entries(words)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}:${value}`)
    .join(" ");
}
