import { Badge, Checkbox, NativeSelect, Popover, Table, Text, UnstyledButton } from "@mantine/core";
import type { DestinationAction } from "@safeguard/client";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { CONTINENTS, continentOf, type DestinationLine, type Sort, verifiedShare } from "./destination-line.ts";
import { RiskReasons } from "./destination-words.tsx";
import { ACTIONS } from "./draft.ts";

export interface DestinationTableProps {
  /** Those that are shown, in order. */
  readonly lines: readonly DestinationLine[];
  /** There are others, which are not shown. */
  readonly isPart: boolean;
  readonly sort: Sort;
  readonly days: number;
  readonly isReadOnly: boolean;
  onSort(sort: Sort): void;
  onAllow(codes: readonly string[], isAllowed: boolean): void;
  onAction(code: string, action: DestinationAction): void;
}

/** The destinations by continent (or, sorted by a number, in one list): the same checkboxes as on the map. */
export function DestinationTable({
  lines,
  isPart,
  sort,
  days,
  isReadOnly,
  onSort,
  onAllow,
  onAction,
}: DestinationTableProps) {
  const { t } = useTranslation();
  const head = (name: Sort, words: string, isWide: boolean): ReactNode => (
    <Table.Th
      {...(isWide && { className: "wide", ta: "right" as const })}
      aria-sort={sort === name ? (name === "name" ? "ascending" : "descending") : "none"}
    >
      <UnstyledButton fz="sm" fw={700} onClick={() => onSort(name)}>
        {words}
        {sort === name && <span aria-hidden="true">{name === "name" ? " ▲" : " ▼"}</span>}
      </UnstyledButton>
    </Table.Th>
  );
  const row = (line: DestinationLine): ReactNode => (
    <Row key={line.destination.code} line={line} isReadOnly={isReadOnly} onAllow={onAllow} onAction={onAction} />
  );
  return (
    <Table className="destination-table" fz="sm" aria-label={t("destinations.table")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={36}>
            <Text span fz={{ base: "xs", sm: "sm" }} fw={700}>
              {t("destinations.allowed")}
            </Text>
          </Table.Th>
          {head("name", t("destinations.column.name"), false)}
          <Table.Th>{t("destinations.column.action")}</Table.Th>
          {head("sent", t("destinations.column.sent", { days }), true)}
          {head("verified", t("destinations.column.verified"), true)}
          {head("spend", t("destinations.column.spend"), true)}
        </Table.Tr>
      </Table.Thead>
      {sort === "name" ? (
        CONTINENTS.map((continent) => {
          const its = lines.filter(({ destination }) => continentOf(destination) === continent);
          return (
            its.length > 0 && (
              <Table.Tbody key={continent}>
                <ContinentRow
                  name={t(`destinations.continent.${continent}`)}
                  lines={its}
                  isPart={isPart}
                  isReadOnly={isReadOnly}
                  onAllow={onAllow}
                />
                {its.map(row)}
              </Table.Tbody>
            )
          );
        })
      ) : (
        <Table.Tbody>{lines.map(row)}</Table.Tbody>
      )}
    </Table>
  );
}

interface ContinentRowProps extends Pick<DestinationTableProps, "lines" | "isPart" | "isReadOnly" | "onAllow"> {
  readonly name: string;
}

function ContinentRow({ name, lines, isPart, isReadOnly, onAllow }: ContinentRowProps) {
  const { t } = useTranslation();
  const allowed = lines.filter(({ action }) => action !== "block").length;
  return (
    <Table.Tr className="continent">
      <Table.Th>
        <Checkbox
          size="xs"
          aria-label={t("destinations.allOf", { name })}
          checked={allowed === lines.length}
          indeterminate={allowed > 0 && allowed < lines.length}
          disabled={isReadOnly}
          onChange={() =>
            onAllow(
              lines.map(({ destination }) => destination.code),
              allowed < lines.length,
            )
          }
        />
      </Table.Th>
      <Table.Th colSpan={5} scope="rowgroup">
        {name}{" "}
        <Text span size="xs" c="dimmed">
          {t(isPart ? "destinations.allowedOfShown" : "destinations.allowedOf", { allowed, count: lines.length })}
        </Text>
      </Table.Th>
    </Table.Tr>
  );
}

interface RowProps extends Pick<DestinationTableProps, "isReadOnly" | "onAllow" | "onAction"> {
  readonly line: DestinationLine;
}

const Row = memo(
  function Row({ line, isReadOnly, onAllow, onAction }: RowProps) {
    const { t } = useTranslation();
    const { count, share, money } = useFormat();
    const { destination, action, because, traffic, isChanged } = line;
    const { code, name, callingCode, twins } = destination;
    const verified = verifiedShare(line);
    return (
      <Table.Tr data-changed={isChanged} data-code={code}>
        <Table.Td>
          <Checkbox
            size="xs"
            aria-label={t("destinations.allow", { name })}
            checked={action !== "block"}
            disabled={isReadOnly}
            onChange={(event) => onAllow([code], event.currentTarget.checked)}
          />
        </Table.Td>
        <Table.Th scope="row" fw={500} className="break">
          {name}{" "}
          <Text span size="xs" c="dimmed" className="numbers">
            {code} · +{callingCode}
          </Text>
          <RiskMark line={line} />
          {twins.length > 0 && (
            <Text size="xs" c="dimmed" fw={400}>
              {t("destinations.twins", { names: twins.map((twin) => twin.name).join(", ") })}
            </Text>
          )}
        </Table.Th>
        <Table.Td>
          <NativeSelect
            size="xs"
            miw={124}
            variant={isChanged ? "filled" : "unstyled"}
            aria-label={t("destinations.actionOf", { name })}
            value={action}
            disabled={isReadOnly}
            data={ACTIONS.map((value) => ({ value, label: t(`destinations.action.${value}`) }))}
            onChange={(event) => {
              const chosen = ACTIONS.find((one) => one === event.currentTarget.value);
              if (chosen !== undefined) onAction(code, chosen);
            }}
          />
          {because !== "list_mode" && (
            <Text size="xs" c="dimmed">
              {t(`destinations.because.${because}`)}
            </Text>
          )}
        </Table.Td>
        <Table.Td className="wide numbers" ta="right">
          {traffic === null || traffic.decided === 0 ? "–" : count(traffic.billable)}
          {traffic !== null && traffic.blocked > 0 && (
            <Text size="xs" c="dimmed">
              {t("destinations.blockedCount", { count: traffic.blocked, blocked: count(traffic.blocked) })}
            </Text>
          )}
        </Table.Td>
        <Table.Td className="wide numbers" ta="right">
          {verified === undefined ? "–" : share(verified)}
        </Table.Td>
        <Table.Td className="wide numbers" ta="right">
          {traffic === null || traffic.spend.length === 0
            ? "–"
            : traffic.spend.map((amount) => <div key={amount.currency}>{money(amount)}</div>)}
        </Table.Td>
      </Table.Tr>
    );
  },
  (before, after) =>
    before.line.destination === after.line.destination &&
    before.line.action === after.line.action &&
    before.line.because === after.line.because &&
    before.line.isChanged === after.line.isChanged &&
    before.line.traffic === after.line.traffic &&
    before.line.incidents === after.line.incidents &&
    before.isReadOnly === after.isReadOnly &&
    before.onAllow === after.onAllow &&
    before.onAction === after.onAction,
);

/** A mark with its reasons, and who gives them: on pressing it, so that the links can be reached. */
function RiskMark({ line }: { readonly line: DestinationLine }) {
  const { t } = useTranslation();
  const { risk, mark, name } = line.destination;
  const { incidents } = line;
  return (
    <>
      {(risk !== null || mark !== null) && (
        <Popover withArrow shadow="md" width={280}>
          <Popover.Target>
            <UnstyledButton ml={6} aria-label={t("destinations.riskOf", { name })} title={t("destinations.riskShort")}>
              <Badge size="xs" variant="light" color="orange" c="bright">
                {t("destinations.risk")}
              </Badge>
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown p="xs">
            <RiskReasons line={line} links />
          </Popover.Dropdown>
        </Popover>
      )}
      {incidents > 0 && (
        <Badge ml={6} size="xs" variant="light" color="red" c="bright">
          {t("destinations.incidents", { count: incidents })}
        </Badge>
      )}
    </>
  );
}
