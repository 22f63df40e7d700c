import { Button, Card, Group, List, Menu, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetchBytes } from "../api/server.ts";
import { useMay, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import { saveFile } from "../shared/save-file.ts";
import type { Backtest } from "./backtest-types.ts";
import { pathOf } from "./use-backtests.ts";

/** Block lists, by what they are for. */
const LISTS = {
  ranges: "ranges.txt",
  "safeguard-policy": "policy.yaml",
  countries: "countries.txt",
  twilio: "twilio.sh",
  vonage: "vonage.sh",
  cm: "cm.txt",
} as const;

/** What can be taken along. */
export function Downloads({ backtest }: { readonly backtest: Backtest }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const mayReveal = useMay("numbers:reveal");
  const path = pathOf(backtest.id);
  const file = useMutation({
    mutationFn: async ([what, name]: readonly [string, string]) => {
      saveFile(name, await fetchBytes(account.id, `${path}/${what}`, { method: "GET" }));
    },
  });
  const list = useMutation({
    mutationFn: async (format: keyof typeof LISTS) => {
      const found = await server.call<{ readonly text: string; readonly notes: readonly string[] }>({
        method: "GET",
        path: `${path}/lists/${format}`,
      });
      saveFile(LISTS[format], found.text);
      return found.notes;
    },
  });
  const hasDecisions = backtest.run?.summary?.hasDecisions === true;
  return (
    <Card withBorder component="section" aria-labelledby="downloads">
      <Title order={2} size="h4" id="downloads">
        {t("backtest.downloads.title")}
      </Title>
      <Text size="sm" mt={4}>
        {t("backtest.downloads.text")}
      </Text>
      <Group gap="xs" mt="md">
        <Button variant="default" onClick={() => file.mutate(["report", "backtest.html"])}>
          {t("backtest.downloads.report")}
        </Button>
        <Button variant="default" onClick={() => file.mutate(["result", "backtest.json"])}>
          {t("backtest.downloads.json")}
        </Button>
        {hasDecisions && mayReveal && (
          <Button variant="default" onClick={() => file.mutate(["decisions", "decisions.csv"])}>
            {t("backtest.downloads.decisions")}
          </Button>
        )}
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default">{t("backtest.downloads.lists")}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {(Object.keys(LISTS) as (keyof typeof LISTS)[]).map((format) => (
              <Menu.Item key={format} onClick={() => list.mutate(format)}>
                {t(`backtest.downloads.list.${format}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Text size="sm" mt="xs" c="dimmed">
        {t(
          !hasDecisions
            ? "backtest.downloads.noDecisions"
            : mayReveal
              ? "backtest.downloads.recorded"
              : "backtest.downloads.mayNotReveal",
        )}
      </Text>
      {list.data !== undefined && list.data.length > 0 && (
        <List size="sm" mt="xs" role="status">
          {list.data.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
      <Refusal error={file.error ?? list.error} />
    </Card>
  );
}
