import { Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../session/session.ts";
import { NotPermitted } from "../shared/not-permitted.tsx";
import { PageHead } from "../shared/page-head.tsx";
import { BringTraffic } from "./bring-traffic.tsx";
import { OneBacktest } from "./one-backtest.tsx";
import { PastBacktests } from "./past-backtests.tsx";

const route = getRouteApi("/frame/backtest");

/** Past traffic through the engine that decides live: bring a file, see what would have been stopped, take the policy over. */
export function BacktestPage() {
  const { t } = useTranslation();
  const { run } = route.useSearch();
  const mayRun = useMay("backtests:write");
  if (run !== undefined) return <OneBacktest key={run} id={run} />;
  return (
    <>
      <PageHead title={t("backtest.title")} />
      <Text maw={720} mb="lg">
        {t("backtest.intro")}
      </Text>
      <Stack gap="lg">
        {mayRun ? <BringTraffic /> : <NotPermitted text={t("backtest.mayNot")} />}
        <PastBacktests />
      </Stack>
    </>
  );
}
