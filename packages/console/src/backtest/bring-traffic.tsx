import { Button, Card, FileButton, Group, Progress, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import "./backtest.css";
import { BACKTEST } from "./backtest-search.ts";
import type { Backtest } from "./backtest-types.ts";
import { bringFile } from "./bring-file.ts";
import { useBacktests, useRenewed } from "./use-backtests.ts";

/** Where a file is dropped, or chosen; or the sample is taken. */
export function BringTraffic() {
  const { t } = useTranslation();
  const { share: percent, count } = useFormat();
  const { server, account } = useWorking();
  const navigate = useNavigate();
  const renewed = useRenewed();
  const { data } = useBacktests();
  const [share, setShare] = useState(0);
  const [isOver, setIsOver] = useState(false);
  const aborting = useRef<AbortController>(undefined);
  const onSuccess = async (made: Backtest): Promise<void> => {
    await renewed();
    await navigate({ to: BACKTEST, search: { run: made.id } });
  };
  const bring = useMutation({
    mutationFn: (file: File) => {
      setShare(0);
      aborting.current = new AbortController();
      return bringFile(server, account.id, file, setShare, aborting.current.signal);
    },
    onSuccess,
  });
  const sample = useMutation({
    mutationFn: () => server.call<Backtest>({ method: "POST", path: "/v1/backtests/sample", body: {} }),
    onSuccess,
  });
  const isBringing = bring.isPending;
  const error = (bring.error as Error | null)?.name === "AbortError" ? null : (bring.error ?? sample.error);
  const mostBytes = data?.mostBytes ?? 0;
  return (
    <Card
      withBorder
      p="xl"
      component="section"
      aria-labelledby="bring-traffic"
      className="drop-zone"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        const [file] = event.dataTransfer.files;
        if (file !== undefined && !isBringing) bring.mutate(file);
      }}
    >
      <Title order={2} size="h4" id="bring-traffic">
        {t("backtest.bring.title")}
      </Title>
      <Text size="sm" mt={4} maw={640}>
        {t("backtest.bring.text")}
      </Text>
      {isBringing ? (
        <div role="status" aria-live="polite">
          <Text size="sm" mt="md">
            {t("backtest.bring.under", { share: percent(share) })}
          </Text>
          <Progress value={share * 100} mt={6} aria-label={t("backtest.bring.title")} />
          <Button variant="default" size="xs" mt="sm" onClick={() => aborting.current?.abort()}>
            {t("cancel")}
          </Button>
        </div>
      ) : (
        <Group mt="md" gap="sm">
          <FileButton
            onChange={(file) => file !== null && bring.mutate(file)}
            accept=".csv,.gz,.txt,.tsv,text/csv,application/gzip"
            inputProps={{ "aria-label": t("backtest.bring.choose") }}
          >
            {(props) => <Button {...props}>{t("backtest.bring.choose")}</Button>}
          </FileButton>
          <Button variant="default" loading={sample.isPending} onClick={() => sample.mutate()}>
            {t("backtest.bring.sample")}
          </Button>
        </Group>
      )}
      {mostBytes > 0 && (
        <Text size="sm" c="dimmed" mt="sm" maw={640}>
          {t("backtest.bring.limits", { megabytes: count(mostBytes / 1_000_000) })}
        </Text>
      )}
      {error !== null && (
        <div style={{ marginTop: 12 }}>
          <Refusal error={error} />
        </div>
      )}
    </Card>
  );
}
