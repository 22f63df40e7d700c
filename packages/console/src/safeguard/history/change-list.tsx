import { Badge, Code, Group, ScrollArea, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";

export interface Comparison {
  readonly changes: readonly {
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
    readonly loosens: boolean;
  }[];
  readonly loosens: boolean;
}

const MOST_SHOWN = 300;

/** What differs between two policies, one change a line. */
export function ChangeList({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation();
  const { place } = useFormat();
  const { changes } = comparison;
  if (changes.length === 0) return <Text size="sm">{t("policyHistory.same")}</Text>;
  const nameOf = (path: string): string => {
    const [field = "", ...rest] = path.split(".");
    if (field === "destinations") return `${place(rest.join("."))} (${rest.join(".")})`;
    const name = t(`policyHistory.field.${field}`, { defaultValue: field });
    return rest.length === 0 ? name : `${name}: ${rest.join(".")}`;
  };
  const words = (value: unknown): string => {
    if (value === null || value === undefined) return t("policyHistory.nothing");
    if (typeof value === "string") return t(`policyHistory.value.${value}`, { defaultValue: value });
    const { action, ...rest } = value as { readonly action?: string };
    if (action !== undefined && Object.keys(rest).length === 0) return t(`destinations.action.${action}`);
    return JSON.stringify(value);
  };
  return (
    <ScrollArea.Autosize
      mah={320}
      type="auto"
      viewportProps={{ tabIndex: 0, "aria-label": t("policyHistory.changes") }}
    >
      <Table verticalSpacing={4} withRowBorders={false} fz="sm">
        <Table.Tbody>
          {changes.slice(0, MOST_SHOWN).map(({ path, before, after, loosens }) => (
            <Table.Tr key={path}>
              <Table.Th scope="row" fw={500} className="break">
                {nameOf(path)}
              </Table.Th>
              <Table.Td>
                <Group gap={6} wrap="wrap">
                  <Code className="break">{words(before)}</Code>
                  <span aria-hidden="true">→</span>
                  <span className="sr-only">{t("policyHistory.becomes")}</span>
                  <Code className="break">{words(after)}</Code>
                </Group>
              </Table.Td>
              <Table.Td ta="right">
                <Badge size="xs" variant="light" c="bright" color={loosens ? "orange" : "teal"}>
                  {t(loosens ? "policyHistory.looser" : "policyHistory.tighter")}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {changes.length > MOST_SHOWN && (
        <Text size="sm">{t("policyHistory.more", { count: changes.length - MOST_SHOWN })}</Text>
      )}
    </ScrollArea.Autosize>
  );
}
