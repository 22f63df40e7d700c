import { Card, Group, SimpleGrid, Skeleton, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Funnel } from "../incidents/pictures/funnel.tsx";
import { Latency } from "../incidents/pictures/latency.tsx";
import { NumberLine } from "../incidents/pictures/number-line.tsx";
import { NumberTime } from "../incidents/pictures/number-time.tsx";
import { Rate } from "../incidents/pictures/rate.tsx";
import { useHeadline } from "../incidents/use-headline.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { moneyOfAttack, stoppedOfAttack } from "./amounts.ts";
import type { Backtest, BacktestAttack, BacktestEvidence } from "./backtest-types.ts";
import { useFound } from "./use-backtests.ts";

const route = getRouteApi("/frame/backtest");
/** Further ones stand in the report. */
const SHOWN = 50;

/** The attacks, the most money first; of the chosen one the same pictures as of a live incident. */
export function Attacks({
  backtest,
  attacks,
}: {
  readonly backtest: Backtest;
  readonly attacks: readonly BacktestAttack[];
}) {
  const { t } = useTranslation();
  const { place } = useFormat();
  const headlineOf = useHeadline();
  const { attack: asked = 1, run } = route.useSearch();
  const navigate = route.useNavigate();
  const evidence = useFound<BacktestEvidence>(backtest, "evidence", attacks.length > 0);
  if (attacks.length === 0) {
    return (
      <Card withBorder>
        <Text fw={600}>{t("backtest.attacks.none")}</Text>
        <Text size="sm">{t("backtest.attacks.noneText")}</Text>
      </Card>
    );
  }
  const shown = attacks.slice(0, SHOWN);
  const at = Math.min(asked, shown.length) - 1;
  const attack = shown[at];
  const pictures = evidence.data?.items[at];
  return (
    <Card withBorder component="section" aria-labelledby="attacks">
      <Group justify="space-between" gap="xs" mb="sm">
        <Title order={2} size="h4" id="attacks">
          {t("backtest.attacks.title", { count: attacks.length })}
        </Title>
        <CsvButton
          className="no-print"
          size="compact-sm"
          name="backtest-attacks"
          isEmpty={false}
          of={t("backtest.attacks.title", { count: attacks.length })}
          csv={() => csvOfAttacks(attacks)}
        />
      </Group>
      {shown.length > 1 && (
        <Stack gap={4} mb="md" role="group" aria-labelledby="attacks">
          {shown.map((one, index) => (
            <UnstyledButton
              key={`${one.begunAt} ${one.incident.number}`}
              p={6}
              bd={index === at ? "1px solid var(--mantine-primary-color-filled)" : "1px solid transparent"}
              aria-pressed={index === at}
              onClick={() => navigate({ search: { run, attack: index + 1 }, replace: true, resetScroll: false })}
            >
              <Text size="sm" fw={index === at ? 600 : 400}>
                {index + 1}. {one.incident.destinations.map(place).join(", ")}:{" "}
                <Grouped text={headlineOf(one.incident)} />
              </Text>
            </UnstyledButton>
          ))}
        </Stack>
      )}
      {attacks.length > SHOWN && <Text size="sm">{t("backtest.attacks.more", { count: attacks.length - SHOWN })}</Text>}
      {attack !== undefined && (
        <>
          <Text mb="sm" data-testid="attack">
            <Grouped text={headlineOf(attack.incident)} />
          </Text>
          <AttackFacts attack={attack} />
        </>
      )}
      {evidence.isError ? (
        <Refusal error={evidence.error} />
      ) : pictures === undefined ? (
        <Skeleton height={260} />
      ) : (
        <>
          <NumberLine evidence={pictures} isAlone />
          <SimpleGrid cols={{ base: 1, lg: 2 }} mt="md">
            <NumberTime evidence={pictures} />
            <Funnel funnel={pictures.funnel} />
            <Latency latency={pictures.latency} funnel={pictures.funnel} />
            <Rate rate={pictures.rate} />
          </SimpleGrid>
        </>
      )}
    </Card>
  );
}

function csvOfAttacks(attacks: readonly BacktestAttack[]): string {
  const at = (instant: number): string => new Date(instant).toISOString();
  return csvOf(
    [
      ...["number", "begun", "last_seen", "destinations", "attempts", "stopped", "leaked_before_first_stop"],
      ...["stopped_though_verified", "saved", "of", "currency", "sentence"],
    ],
    attacks.map((attack) => {
      const { incident, begunAt, leakedBeforeFirstStop, stoppedThoughVerified, outcomesKnown, sentence } = attack;
      const amounts = moneyOfAttack(attack);
      return [
        ...[incident.number, at(begunAt), at(Math.max(begunAt, incident.lastSeenAt)), incident.destinations.join(" ")],
        ...[incident.counts.attempts, stoppedOfAttack(attack), leakedBeforeFirstStop],
        ...[outcomesKnown ? stoppedThoughVerified : null, amounts?.saved.amount, amounts?.all.amount],
        ...[amounts?.saved.currency, sentence],
      ];
    }),
  );
}

function AttackFacts({ attack }: { readonly attack: BacktestAttack }) {
  const { t } = useTranslation();
  const { count, money, instant } = useFormat();
  const { incident, begunAt, leakedBeforeFirstStop, stoppedThoughVerified, outcomesKnown, completionsInDoubt } = attack;
  const stopped = stoppedOfAttack(attack);
  const amounts = moneyOfAttack(attack);
  const facts: readonly (readonly [label: string, value: string, text: string])[] = [
    [
      t("backtest.attack.messages"),
      count(incident.counts.attempts),
      t("backtest.attack.span", {
        from: instant(begunAt),
        until: instant(Math.max(begunAt, incident.lastSeenAt)),
      }),
    ],
    [
      t("backtest.attack.firstStop"),
      stopped === 0 ? "–" : count(leakedBeforeFirstStop),
      t(stopped === 0 ? "backtest.attack.neverStopped" : "backtest.attack.firstStopText", {
        count: stopped,
        formatted: count(stopped),
      }),
    ],
    [
      t("backtest.found.saved"),
      amounts === undefined ? "–" : money(amounts.saved),
      amounts === undefined ? t("incidents.fact.noPrice") : t("backtest.found.ofSpent", { money: money(amounts.all) }),
    ],
    [
      t("backtest.attack.others"),
      outcomesKnown ? count(stoppedThoughVerified) : "–",
      t(
        !outcomesKnown
          ? "backtest.attack.othersUnknown"
          : completionsInDoubt && stoppedThoughVerified > 0
            ? "backtest.attack.othersInDoubt"
            : "backtest.attack.othersText",
        { verified: count(incident.counts.verified) },
      ),
    ],
  ];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} mb="md">
      {facts.map(([label, value, text]) => (
        <div key={label}>
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text size="xl" fw={600} className="numbers">
            {value}
          </Text>
          <Text size="sm">{text}</Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
