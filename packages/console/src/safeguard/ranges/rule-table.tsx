import { Grouped } from "../../shared/grouped.tsx";
import "./ranges.css";
import { Badge, Button, Group, Table, Text } from "@mantine/core";
import type { Destination } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { RelativeTime } from "../../shared/relative-time.tsx";
import { isOver, numbersOf, type Rule, type RuleLine } from "./rules.ts";

export interface RuleTableProps {
  /** In the order in which they are asked. */
  readonly lines: readonly RuleLine[];
  readonly destinations: readonly Destination[];
  readonly isReadOnly: boolean;
  onEdit(rule: Rule): void;
  onRemove(key: string): void;
  onPutBack(key: string): void;
}

const KIND_COLOURS = {
  block: "red",
  barred: "red",
  trusted: "teal",
  allow: "teal",
  filter: "blue",
  monitor: "gray",
} as const;
/** More are found by the filter. */
const MOST_SHOWN = 500;

/** The rules, each with its numbers, what it does and when it ends. */
export function RuleTable({ lines, destinations, isReadOnly, onEdit, onRemove, onPutBack }: RuleTableProps) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const now = Date.now();
  return (
    <>
      <Table.ScrollContainer minWidth={300}>
        <Table fz="sm" className="rule-table" aria-label={t("ranges.table")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={44} className="wide">
                <span aria-hidden="true">#</span>
                <span className="sr-only">{t("ranges.column.order")}</span>
              </Table.Th>
              <Table.Th>{t("ranges.column.numbers")}</Table.Th>
              <Table.Th>{t("ranges.column.kind")}</Table.Th>
              <Table.Th className="wide">{t("ranges.column.until")}</Table.Th>
              <Table.Th>
                <span className="sr-only">{t("ranges.column.do")}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.slice(0, MOST_SHOWN).map(({ key, rule, state }, index) => {
              const numbers = numbersOf(rule);
              const kind = rule.type === "range" ? rule.said.action : rule.said.kind;
              const { until, note, channels } = rule.said;
              return (
                <Table.Tr key={key} data-state={state}>
                  <Table.Td className="numbers wide">{index + 1}</Table.Td>
                  <Table.Th scope="row" fw={600}>
                    <span className="numbers">
                      <Grouped text={numbers} />
                    </span>
                    {rule.type === "range" && <span aria-hidden="true">…</span>}
                    <Text size="xs" c="dimmed" fw={400} className="break">
                      {placesOf(numbers, destinations) ?? t("ranges.severalPlaces")}
                      {rule.type === "exception" && ` · ${t("ranges.numbersShort", sizeOf(numbers, count))}`}
                      {note !== undefined && ` · ${note}`}
                    </Text>
                    {until !== undefined && (
                      <Text size="xs" className="narrow">
                        <Until rule={rule} now={now} />
                      </Text>
                    )}
                  </Table.Th>
                  <Table.Td>
                    <Group gap={4}>
                      <Badge variant="light" c="bright" color={KIND_COLOURS[kind]}>
                        {t(rule.type === "range" ? `destinations.action.${kind}` : `ranges.kind.${kind}`)}
                      </Badge>
                      {state !== "same" && (
                        <Badge variant="outline" color="gray" c="bright">
                          {t(`ranges.state.${state}`)}
                        </Badge>
                      )}
                    </Group>
                    {channels !== undefined && (
                      <Text size="xs">{channels.map((channel) => t(`ranges.channel.${channel}`)).join(", ")}</Text>
                    )}
                    {rule.type === "exception" && rule.said.evenIfDestinationBlocked === true && (
                      <Text size="xs">{t("ranges.even")}</Text>
                    )}
                  </Table.Td>
                  <Table.Td className="wide">
                    <Until rule={rule} now={now} />
                  </Table.Td>
                  <Table.Td>
                    {!isReadOnly && (
                      <Group gap={4} justify="flex-end" className="rule-buttons">
                        {state === "removed" ? (
                          <Button size="compact-xs" variant="default" onClick={() => onPutBack(key)}>
                            {t("ranges.putBack")}
                            <span className="sr-only"> {numbers}</span>
                          </Button>
                        ) : (
                          <>
                            <Button size="compact-xs" variant="default" onClick={() => onEdit(rule)}>
                              {t("ranges.change")}
                              <span className="sr-only"> {numbers}</span>
                            </Button>
                            <Button size="compact-xs" variant="default" onClick={() => onRemove(key)}>
                              {t("ranges.remove")}
                              <span className="sr-only"> {numbers}</span>
                            </Button>
                          </>
                        )}
                      </Group>
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {lines.length > MOST_SHOWN && <Text size="sm">{t("ranges.more", { count: lines.length - MOST_SHOWN })}</Text>}
    </>
  );
}

function Until({ rule, now }: { readonly rule: Rule; readonly now: number }) {
  const { t } = useTranslation();
  const { until } = rule.said;
  if (until === undefined) return t("ranges.ends.open");
  return (
    <>
      {isOver(rule, now) && <strong>{t("ranges.over")} </strong>}
      <RelativeTime at={until} />
    </>
  );
}

function sizeOf(range: string, count: (value: number) => string): { readonly count: number; readonly numbers: string } {
  const size = 10 ** (range.split("x").length - 1);
  return { count: size, numbers: count(size) };
}

/** Names of the places whose calling code the numbers begin with; undefined: there are many. */
function placesOf(numbers: string, destinations: readonly Destination[]): string | undefined {
  const digits = numbers.slice(1);
  const found = destinations.filter(({ callingCode }) => digits.startsWith(callingCode));
  const longest = Math.max(0, ...found.map(({ callingCode }) => callingCode.length));
  const names = found.filter(({ callingCode }) => callingCode.length === longest).map(({ name }) => name);
  return names.length === 0 || names.length > 3 ? undefined : names.join(", ");
}
