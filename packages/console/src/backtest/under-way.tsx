import { Button, Card, Group, Progress, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import type { Backtest, RunProgress } from "./backtest-types.ts";
import { pathOf, useRenewed } from "./use-backtests.ts";

/** How far a run is. The page may be left meanwhile: its address finds it again. */
export function UnderWay({
  backtest,
  progress,
  mayCancel,
}: {
  readonly backtest: Backtest;
  readonly progress: RunProgress;
  readonly mayCancel: boolean;
}) {
  const { t } = useTranslation();
  const { share: percent, count } = useFormat();
  const { server } = useWorking();
  const renewed = useRenewed();
  const cancel = useMutation({
    mutationFn: () => server.call<Backtest>({ method: "POST", path: `${pathOf(backtest.id)}/cancel`, body: {} }),
    onSuccess: (canceled) => renewed(canceled),
  });
  const { phase, done, total, perSecond, secondsLeft } = progress;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const isOfRows = phase === "deciding" || phase === "comparing";
  return (
    <Card withBorder component="section" aria-labelledby="under-way">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Title order={2} size="h4" id="under-way">
          {t(`backtest.phase.${phase}`)}
        </Title>
        {mayCancel && (
          <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("backtest.cancel")}
          </Button>
        )}
      </Group>
      <Progress value={share * 100} mt="sm" size="lg" aria-label={t(`backtest.phase.${phase}`)} />
      <Text size="sm" mt="xs" className="numbers" role="status">
        {isOfRows
          ? t("backtest.progress.rows", {
              done: count(done),
              total: count(total),
              share: percent(share),
              perSecond: count(perSecond),
            })
          : percent(share)}
        {isOfRows && secondsLeft !== null && (
          <>
            {" "}
            {t("backtest.progress.left", { count: Math.ceil(secondsLeft), formatted: count(Math.ceil(secondsLeft)) })}
          </>
        )}
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        {t("backtest.progress.leave")}
      </Text>
      <Refusal error={cancel.error} />
    </Card>
  );
}
