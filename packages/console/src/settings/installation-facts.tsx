import { Code, List, Skeleton, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import { Section } from "../shared/section.tsx";
import { useInstallation } from "../shared/use-installation.ts";
import { KnownPrices } from "./known-prices.tsx";

/** How long what is kept, and which data files there are: the same for every account, and for the operator to change. */
export function InstallationFacts() {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { data, error, isPending } = useInstallation();
  if (isPending) return <Skeleton height={240} aria-busy="true" aria-label={t("loading")} />;
  if (data === undefined) return <Refusal error={error} />;
  return (
    <>
      <Section title={t("settings.retention.title")} text={t("settings.retention.text")}>
        <Table mt="sm" aria-label={t("settings.retention.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("settings.retention.what")}</Table.Th>
              <Table.Th ta="right">{t("settings.retention.for")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.retention.map(({ class: name, days }) => (
              <Table.Tr key={name}>
                <Table.Td>{t(`settings.retention.class.${name}`)}</Table.Td>
                <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
                  {t("settings.retention.days", { count: days, formatted: count(days) })}
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td>{t("settings.retention.class.configuration")}</Table.Td>
              <Table.Td ta="right">{t("settings.retention.forEver")}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Section>
      <Section title={t("settings.data.title")} text={t("settings.data.text")}>
        <List size="sm" mt="sm" spacing="xs">
          <List.Item>
            {t("settings.data.version")} <Code>{data.version}</Code>
          </List.Item>
          <List.Item>
            {t("settings.data.numbering")} <Code>{data.numberingTable.slice(0, 12)}</Code>
          </List.Item>
        </List>
      </Section>
      <KnownPrices />
    </>
  );
}
