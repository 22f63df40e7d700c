import { Alert, Breadcrumbs, Button, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import "./backtest.css";
import { BACKTEST } from "./backtest-search.ts";
import type { Backtest } from "./backtest-types.ts";
import { Found } from "./found.tsx";
import { Prepare } from "./prepare.tsx";
import { UnderWay } from "./under-way.tsx";
import { pathOf, useBacktest, useRenewed } from "./use-backtests.ts";

/** One file: what it is read as, how far the run is, what it found. */
export function OneBacktest({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const backtest = useBacktest(id);
  if (backtest.isPending) {
    return (
      <Stack aria-busy="true" aria-label={t("loading")}>
        <Skeleton height={36} width={260} />
        <Skeleton height={180} />
      </Stack>
    );
  }
  return (
    <div className="report backtest">
      <Breadcrumbs mb={4} className="no-print">
        <RouteLink to={BACKTEST} size="sm">
          {t("backtest.title")}
        </RouteLink>
        <Text size="sm">{backtest.data?.name ?? id}</Text>
      </Breadcrumbs>
      {backtest.data === undefined ? (
        <Stack>
          <PageHead title={t("backtest.title")} />
          <Refusal error={backtest.error} />
          <Text size="sm">{t("backtest.gone")}</Text>
        </Stack>
      ) : (
        <Loaded backtest={backtest.data} />
      )}
    </div>
  );
}

function Loaded({ backtest }: { readonly backtest: Backtest }) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const navigate = useNavigate();
  const renewed = useRenewed();
  const mayRun = useMay("backtests:write");
  const [isPrepared, setIsPrepared] = useState(false);
  const { run, hasFile, name, expiresAt } = backtest;
  const remove = useMutation({
    mutationFn: () => server.call({ method: "DELETE", path: pathOf(backtest.id) }),
    onSuccess: async () => {
      await renewed();
      await navigate({ to: BACKTEST, search: {} });
    },
  });
  const isDone = run?.state === "done";
  const mayPrepare = mayRun && hasFile && run?.state !== "running";
  return (
    <>
      <PageHead title={name}>
        {isDone && mayPrepare && (
          <Button variant="default" onClick={() => setIsPrepared(!isPrepared)}>
            {t(isPrepared ? "backtest.backToResult" : "backtest.again")}
          </Button>
        )}
        {mayRun && (
          <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("backtest.past.delete")}
          </Button>
        )}
      </PageHead>
      <Stack gap="lg">
        {run?.state === "failed" && (
          <Alert color="red" variant="light" role="alert" title={t("backtest.failed")}>
            {run.failure}
          </Alert>
        )}
        {run?.state === "canceled" && (
          <Alert color="gray" variant="light" title={t("backtest.canceled")}>
            {t("backtest.canceledText")}
          </Alert>
        )}
        {run?.state === "running" && run.progress !== null && (
          <UnderWay backtest={backtest} progress={run.progress} mayCancel={mayRun} />
        )}
        {mayPrepare && (!isDone || isPrepared) && (
          <Prepare backtest={backtest} onStarted={() => setIsPrepared(false)} />
        )}
        {isDone && !isPrepared && <Found backtest={backtest} />}
        {!isDone && run?.state !== "running" && !mayPrepare && <Text>{t("backtest.nothingYet")}</Text>}
        <Text size="sm" c="dimmed">
          {t("backtest.keptUntil")} <RelativeTime at={expiresAt} size="sm" />. {t("backtest.fileKept")}
        </Text>
      </Stack>
      <Refusal error={remove.error} />
    </>
  );
}
