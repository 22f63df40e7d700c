import { Card, SimpleGrid, Skeleton, Text, Tooltip } from "@mantine/core";
import type { Incident, Usage } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { sumMoney } from "../incidents/order-incidents.ts";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { LIVE_MS } from "../shared/live.ts";
import { Refusal } from "../shared/refusal.tsx";
import { isWithin, type Period, periods } from "./periods.ts";

/** Messages, blocked, money saved, verified share: of the last days, against as many before. */
export function FourNumbers({ days }: { readonly days: number }) {
  const { t } = useTranslation();
  const { count, share, money, day } = useFormat();
  const { server, account } = useWorking();
  const { current, previous } = periods(days, Date.now());
  const usageOf = (period: Period) => ({
    queryKey: ["usage", account.id, period.from, period.until],
    queryFn: () => server.usage.get({ from: period.from, until: period.until }),
  });
  const now = useQuery({ ...usageOf(current), refetchInterval: LIVE_MS });
  const before = useQuery(usageOf(previous));
  const incidents = useQuery({
    queryKey: ["incidents", account.id, "last", days],
    queryFn: () => server.incidents.list({ state: "all", limit: 1000 }),
    refetchInterval: LIVE_MS,
  });
  if (now.data === undefined || before.data === undefined || incidents.data === undefined) {
    const error = now.error ?? before.error ?? incidents.error;
    if (error !== null) return <Refusal error={error} />;
    return (
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} aria-busy="true" aria-label={t("loading")}>
        {[1, 2, 3, 4].map((card) => (
          <Skeleton key={card} height={116} />
        ))}
      </SimpleGrid>
    );
  }
  const [is, was] = [now.data.total, before.data.total];
  const seen = incidents.data.items.filter(({ lastSeenAt }) => isWithin(current, lastSeenAt));
  const saved = sumMoney(seen.map((incident) => incident.money.saved));
  const wouldSave = sumMoney(seen.map((incident) => incident.money.wouldSave)).filter(
    ({ amount }) => Number(amount) > 0,
  );
  const savedBefore = sumMoney(
    incidents.data.items.filter(({ lastSeenAt }) => isWithin(previous, lastSeenAt)).map((one) => one.money.saved),
  );
  const [verified, verifiedBefore] = [verifiedShare(is), verifiedShare(was)];
  // (before the first verification is told nobody knows whether there were any)
  const isTold = is.verified > 0 || was.verified > 0;
  const waiting = seen.reduce((sum, { counts }) => sum + counts.held + counts.challenged, 0);
  const than = t("overview.than", { from: day(previous.from), until: day(previous.until) });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <Figure label={t("overview.messages")} value={count(is.decided)} than={than} before={count(was.decided)} />
      <Figure
        label={t("overview.blocked")}
        value={count(is.blocked)}
        than={than}
        before={count(was.blocked)}
        hint={t("overview.blockedMeans")}
        note={
          waiting === 0
            ? is.decided > 0 && t("overview.ofAll", { share: share(is.blocked / is.decided) })
            : t("overview.andChallenged", { count: waiting, formatted: count(waiting) })
        }
      />
      <Figure
        label={t("overview.saved")}
        value={saved.length === 0 ? "–" : saved.map(money).join(" + ")}
        than={than}
        before={savedBefore.length === 0 ? "–" : savedBefore.map(money).join(" + ")}
        hint={formulaOf(seen)}
        note={wouldSave.length === 0 ? undefined : t("overview.wouldSave", { money: wouldSave.map(money).join(" + ") })}
      />
      {verified !== undefined && (
        <Figure
          label={t("overview.verified")}
          value={isTold ? share(verified) : "–"}
          than={than}
          before={verifiedBefore === undefined || was.verified === 0 ? "–" : share(verifiedBefore)}
          note={!isTold && t("overview.verifiedUntold")}
          hint={t("overview.verifiedFormula", { verified: count(is.verified ?? 0), billable: count(is.billable) })}
        />
      )}
    </SimpleGrid>
  );

  function formulaOf(incidents: readonly Incident[]): string {
    const stopped = incidents.reduce((sum, { counts }) => sum + counts.held + counts.challenged + counts.blocked, 0);
    return t("overview.savedFormula", { count: incidents.length, stopped: count(stopped) });
  }
}

/** Of the messages that went out, those whose verification was completed. Undefined: nothing went out. */
function verifiedShare({ billable, verified }: Usage["total"]): number | undefined {
  return billable === 0 ? undefined : Math.min(1, verified / billable);
}

function Figure({
  label,
  value,
  before,
  than,
  hint,
  note,
}: {
  readonly label: string;
  readonly value: string;
  readonly before: string;
  readonly than: string;
  readonly hint?: string | undefined;
  readonly note?: ReactNode;
}) {
  const { t } = useTranslation();
  const shown = (
    <Text
      size="28px"
      fw={700}
      lh={1.2}
      className="numbers"
      w="fit-content"
      {...(hint !== undefined && { tabIndex: 0 })}
    >
      {value}
    </Text>
  );
  return (
    <Card withBorder>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {hint === undefined ? (
        shown
      ) : (
        <Tooltip label={hint} multiline maw={360} events={{ hover: true, focus: true, touch: true }}>
          {shown}
        </Tooltip>
      )}
      {note !== undefined && <Text size="sm">{note}</Text>}
      <Tooltip label={than} events={{ hover: true, focus: true, touch: true }}>
        <Text size="sm" c="dimmed" tabIndex={0} w="fit-content">
          {t("overview.before", { value: before })}
        </Text>
      </Tooltip>
    </Card>
  );
}
