import { Code, ScrollArea, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { type FieldChange, isObject } from "./audit-diff.ts";
import type { Json } from "./audit-types.ts";

const MOST_SHOWN = 200;

/** Before and after, a line for each field that differs. */
export function ChangeTable({ changes }: { readonly changes: readonly FieldChange[] }) {
  const { t } = useTranslation();
  const words = useValueWords();
  const { place } = useFormat();
  const nameOf = (path: readonly string[]): string => {
    const [field = "", ...rest] = path;
    if (field === "destinations" && rest.length > 0) return `${place(rest.join("."))} (${rest.join(".")})`;
    return path.map((name) => t(`audit.field.${name}`, { defaultValue: spaced(name) })).join(" › ");
  };
  if (changes.length === 0) return null;
  return (
    <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, "aria-label": t("audit.changes") }}>
      <Table
        verticalSpacing={4}
        fz="sm"
        aria-label={t("audit.changes")}
        styles={{ td: { overflowWrap: "break-word" } }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("audit.fieldName")}</Table.Th>
            <Table.Th>{t("audit.before")}</Table.Th>
            <Table.Th>{t("audit.after")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.slice(0, MOST_SHOWN).map(({ path, before, after }) => (
            <Table.Tr key={path.join(".")}>
              <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
                {path.length === 0 ? t("audit.state") : nameOf(path)}
              </Table.Th>
              <Table.Td
                c="dimmed"
                style={{ overflowWrap: before === null || before === undefined ? "normal" : "anywhere" }}
              >
                {words(path, before)}
              </Table.Td>
              <Table.Td>
                <Code style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{words(path, after)}</Code>
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

function useValueWords(): (path: readonly string[], value: Json | undefined) => string {
  const { t } = useTranslation();
  const { instant } = useFormat();
  const words = (path: readonly string[], value: Json | undefined): string => {
    if (value === undefined || value === null) return t("audit.none");
    if (typeof value === "boolean") return t(value ? "audit.yes" : "audit.no");
    if (typeof value === "number") return isInstant(path.at(-1) ?? "", value) ? instant(value) : String(value);
    if (typeof value === "string") return value === "" ? t("audit.none") : value;
    if (isObject(value)) {
      return Object.entries(value)
        .map(([name, field]) => `${spaced(name)}: ${words([name], field)}`)
        .join("\n");
    }
    const items: readonly Json[] = value as readonly Json[];
    return items.length === 0
      ? t("audit.none")
      : items.map((item) => words(path, item)).join(items.some(isObject) ? "\n" : ", ");
  };
  return words;
}

function isInstant(name: string, value: number): boolean {
  return /(?:At|^at|^until|^from|^expires)$/.test(name) && value > 1_000_000_000_000;
}

/** `mayChoosePolicies` → `may choose policies`. */
function spaced(name: string): string {
  return name.replaceAll(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("_", " ");
}
