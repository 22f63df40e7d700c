import { Badge, ScrollArea, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChangeWords } from "./use-change-words.ts";

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

export interface ChangeListProps {
  readonly comparison: Comparison;
  /** What holds where nothing is said of a path; undefined: that is not known. */
  readonly unsaid?: ((path: string, side: "before" | "after") => string | undefined) | undefined;
}

/** What differs between two policies, one change a line. */
export function ChangeList({ comparison, unsaid }: ChangeListProps) {
  const { t } = useTranslation();
  const words = useChangeWords();
  const { changes } = comparison;
  const said = (path: string, value: unknown, side: "before" | "after"): string =>
    (value == null ? unsaid?.(path, side) : undefined) ?? words.value(path, value);
  if (changes.length === 0) return <Text size="sm">{t("policyHistory.same")}</Text>;
  return (
    <ScrollArea.Autosize
      mah={320}
      type="auto"
      viewportProps={{ tabIndex: 0, "aria-label": t("policyHistory.changes") }}
    >
      <Table verticalSpacing={6} fz="sm" styles={{ th: { verticalAlign: "top" } }}>
        <Table.Tbody>
          {changes.slice(0, MOST_SHOWN).map(({ path, before, after, loosens }) => (
            <Table.Tr key={path}>
              <Table.Th scope="row" fw={600} w="36%" className="break">
                {words.name(path)}
              </Table.Th>
              <Table.Td>
                <span className="break">{said(path, before, "before")}</span>
                <span aria-hidden="true"> → </span>
                <span className="sr-only">{t("policyHistory.becomes")}</span>
                <strong className="break">{said(path, after, "after")}</strong>{" "}
                <Badge size="sm" variant="light" c="bright" color={loosens ? "orange" : "teal"}>
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
