import { Alert, Card, Group, List, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import { Adopt } from "./adopt.tsx";
import { amountsText, moneyOf, stoppedOf } from "./amounts.ts";
import { Attacks } from "./attacks.tsx";
import type { Backtest, BacktestResult } from "./backtest-types.ts";
import { Compared } from "./compared.tsx";
import { Downloads } from "./downloads.tsx";
import { headlineOfResult, remarkWords } from "./found-words.ts";
import { useFound } from "./use-backtests.ts";

/** Rows of a table before the rest is left to the files. */
const SHOWN = 10;

/** What a run found, as the overview and the incidents of live traffic would show it. */
export function Found({ backtest }: { readonly backtest: Backtest }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { day } = format;
  const result = useFound<BacktestResult>(backtest, "result");
  const summary = backtest.run?.summary;
  if (result.isError) return <Refusal error={result.error} />;
  if (result.data === undefined || summary == null) return <Skeleton height={320} />;
  const { data } = result;
  return (
    <Stack gap="lg">
      <div>
        <Text size="lg" fw={600} data-testid="headline">
          {headlineOfResult(data, t, format)}
        </Text>
        <Text size="sm" c="dimmed">
          {summary.from !== null && summary.until !== null
            ? t("backtest.found.span", {
                from: day(summary.from),
                until: day(summary.until),
                policy: backtest.run?.policy,
              })
            : t("backtest.found.by", { policy: backtest.run?.policy })}
        </Text>
      </div>
      <Tiles result={data} />
      {summary.hasComparison && <Compared backtest={backtest} />}
      <Attacks backtest={backtest} attacks={data.incidents} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} className="backtest-tiles" style={{ alignItems: "start" }}>
        <Reasons result={data} />
        <Destinations result={data} />
      </SimpleGrid>
      <Notes result={data} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} className="backtest-tiles no-print">
        <Adopt backtest={backtest} />
        <Downloads backtest={backtest} />
      </SimpleGrid>
    </Stack>
  );
}

function Tiles({ result }: { readonly result: BacktestResult }) {
  const { t } = useTranslation();
  const { count, share, money } = useFormat();
  const { messages, legitimate } = result;
  const stopped = stoppedOf(messages);
  const [saved, spent] = [moneyOf(result.saved), moneyOf(result.spent)];
  const hit = Math.max(0, stoppedOf(legitimate) - legitimate.inDoubt);
  const verified = legitimate.verifiedMessages;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <Tile label={t("backtest.found.messages")} value={count(messages.total)}>
        {t("backtest.found.rows", { count: result.file.rows, formatted: count(result.file.rows) })}
      </Tile>
      <Tile label={t("backtest.found.stopped")} value={count(stopped)}>
        {messages.total > 0 && t("overview.ofAll", { share: share(stopped / messages.total) })}
      </Tile>
      <Tile label={t("backtest.found.saved")} value={saved.length === 0 ? "–" : saved.map(money).join(" + ")}>
        {spent.length > 0 && t("backtest.found.ofSpent", { money: spent.map(money).join(" + ") })}
      </Tile>
      <Tile label={t("backtest.found.hit")} value={verified === 0 ? "–" : count(hit)}>
        {verified === 0
          ? t("backtest.found.hitUnknown")
          : t("backtest.found.ofVerified", { count: verified, formatted: count(verified) })}
      </Tile>
    </SimpleGrid>
  );
}

function Tile({
  label,
  value,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly children: ReactNode;
}) {
  return (
    <Card withBorder>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="28px" fw={700} lh={1.2} className="numbers">
        {value}
      </Text>
      <Text size="sm">{children}</Text>
    </Card>
  );
}

function Reasons({ result }: { readonly result: BacktestResult }) {
  const { t } = useTranslation();
  const { count, money } = useFormat();
  const stopped = result.reasons.filter(({ action }) => action !== "allow");
  return (
    <Listed
      id="by-reason"
      title={t("backtest.found.byReason")}
      isEmpty={stopped.length === 0}
      csv={() =>
        csvOf(
          ["reason", "action", "messages", "saved"],
          stopped.map(({ reason, action, messages, cost }) => [reason, action, messages, amountsText(cost)]),
        )
      }
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("backtest.found.reason")}</Table.Th>
          <Table.Th scope="col">{t("backtest.found.action")}</Table.Th>
          <Table.Th scope="col" ta="end">
            {t("backtest.found.messages")}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t("backtest.found.saved")}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {stopped.map(({ reason, action, messages, cost }) => (
          <Table.Tr key={`${reason} ${action}`}>
            <Table.Th scope="row" fw={400}>
              {t(`reasons.${reason}`, { defaultValue: reason })}
            </Table.Th>
            <Table.Td>{t(`backtest.action.${action}`)}</Table.Td>
            <Table.Td ta="end">{count(messages)}</Table.Td>
            <Table.Td ta="end">{moneyOf(cost).map(money).join(" + ") || "–"}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Listed>
  );
}

function Destinations({ result }: { readonly result: BacktestResult }) {
  const { t } = useTranslation();
  const { count, place } = useFormat();
  const shown = result.destinations.slice(0, SHOWN);
  // (where the file has no verifications nobody knows of any, and of nobody hit)
  const isTold = result.file.converted > 0;
  return (
    <Listed
      id="by-destination"
      title={t("backtest.found.byDestination")}
      isEmpty={shown.length === 0}
      csv={() =>
        csvOf(
          ["destination", "messages", "blocked", "challenged", "held", "verified", "hit", "saved"],
          result.destinations.map((one) => [
            ...[one.destination, one.messages, one.stopped.block, one.stopped.challenge, one.stopped.hold],
            ...(isTold ? [one.verifiedMessages, Math.max(0, one.stoppedThoughVerified - one.inDoubt)] : [null, null]),
            amountsText(one.saved),
          ]),
        )
      }
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("backtest.found.destination")}</Table.Th>
          {(["messages", "stopped", "verified", "hit"] as const).map((column) => (
            <Table.Th key={column} scope="col" ta="end">
              {t(`backtest.found.${column}`)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map((one) => (
          <Table.Tr key={one.destination}>
            <Table.Th scope="row" fw={400}>
              {place(one.destination)}
            </Table.Th>
            <Table.Td ta="end">{count(one.messages)}</Table.Td>
            <Table.Td ta="end">{count(stoppedOf(one.stopped))}</Table.Td>
            <Table.Td ta="end">{isTold ? count(one.verifiedMessages) : "–"}</Table.Td>
            <Table.Td ta="end">{isTold ? count(Math.max(0, one.stoppedThoughVerified - one.inDoubt)) : "–"}</Table.Td>
          </Table.Tr>
        ))}
        {result.destinations.length > SHOWN && (
          <Table.Tr>
            <Table.Td colSpan={5}>{t("backtest.found.more", { count: result.destinations.length - SHOWN })}</Table.Td>
          </Table.Tr>
        )}
      </Table.Tbody>
    </Listed>
  );
}

function Listed({
  id,
  title,
  isEmpty,
  csv,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly isEmpty: boolean;
  readonly csv: () => string;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Card withBorder component="section" aria-labelledby={id}>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {!isEmpty && (
          <CsvButton
            className="no-print"
            size="compact-sm"
            name={`backtest-${id}`}
            isEmpty={isEmpty}
            of={title}
            csv={csv}
          />
        )}
      </Group>
      {isEmpty ? (
        <Text size="sm">{t("backtest.found.nothing")}</Text>
      ) : (
        <Table.ScrollContainer minWidth={360} scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": title } }}>
          <Table aria-label={title} className="numbers">
            {children}
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

/** What the reader should know, and what could not be read. */
function Notes({ result }: { readonly result: BacktestResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { count } = format;
  const { file, rejected } = result;
  const remarks = result.remarks.map((remark) => remarkWords(remark, result, t, format));
  return (
    <>
      {(file.badRows > 0 || rejected.messages > 0) && (
        <Alert color="yellow" variant="light" title={t("backtest.found.rejected")} data-testid="rejected">
          <Text size="sm">
            {t("backtest.found.rejectedText", {
              count: file.badRows + rejected.messages,
              formatted: count(file.badRows + rejected.messages),
            })}
          </Text>
          <List size="sm" mt={4}>
            {[
              ...file.badRowSamples.map(({ line, reason }) => ({ line, text: reason })),
              ...rejected.reasons.map(({ example }) => ({
                line: example.line,
                text: t("backtest.found.noNumber", { to: example.to }),
              })),
            ].map(({ line, text }) => (
              <List.Item key={`${line} ${text}`}>
                {t("backtest.look.line", { line: count(line) })} {text}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {remarks.length > 0 && (
        <Card withBorder component="section" aria-labelledby="remarks">
          <Title order={2} size="h4" mb="xs" id="remarks">
            {t("backtest.found.note")}
          </Title>
          <List size="sm">
            {remarks.map(({ text, isServers }) => (
              <List.Item key={text} {...(isServers && { lang: "en" })}>
                {text}
              </List.Item>
            ))}
          </List>
        </Card>
      )}
    </>
  );
}
