import { Accordion, Button, Code, CopyButton, Group, Select, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
import { EmptyList } from "../shared/list-states.tsx";
import { NotPermitted } from "../shared/not-permitted.tsx";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { saveFile } from "../shared/save-file.ts";
import { actOf, rangeOf } from "./act-of.ts";
import { auditDiff, isObject } from "./audit-diff.ts";
import { SUBJECTS, spanOfDays } from "./audit-search.ts";
import type { AuditRow } from "./audit-types.ts";
import { ChainCheck } from "./chain-check.tsx";
import { ChangeTable } from "./change-table.tsx";
import { useActor, useAudit } from "./use-audit.ts";

const route = getRouteApi("/frame/channels/settings/audit");
/** So many rows are shown before the reader asks for older ones, where a filter leaves few of each page. */
const FEWEST_SHOWN = 20;
/** Looking for them ends after so many rows. */
const MOST_LOOKED_THROUGH = 2_000;
const MOST_EXPORTED = 20_000;

/** Every change: who, what, when, from where and why, with what was before and after. */
export function AuditPage() {
  const { t } = useTranslation();
  const mayRead = useMay("audit:read");
  return (
    <>
      {mayRead ? (
        <AuditLog />
      ) : (
        <>
          <PageHead title={t("audit.title")} />
          <NotPermitted text={t("audit.notPermitted")} />
        </>
      )}
    </>
  );
}

function AuditLog() {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { account } = useWorking();
  const { who, what, from, until, q } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useAudit(spanOfDays({ from, until }));
  const actorOf = useActor();
  const sentenceOf = useSentence();
  const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const wanted = q?.trim().toLowerCase() ?? "";
  const isWanted = (row: AuditRow): boolean =>
    (what === undefined || row.what?.type === what) &&
    (who === undefined || actorOf(row.who).id === who) &&
    (wanted === "" ||
      `${sentenceOf(row)} ${actorOf(row.who).name} ${row.reason ?? ""} ${row.address ?? ""} ${row.what?.id ?? ""} ${row.number}`
        .toLowerCase()
        .includes(wanted));
  const shown = all.filter(isWanted);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const looksOn = hasNextPage && shown.length < FEWEST_SHOWN && all.length < MOST_LOOKED_THROUGH;
  useEffect(() => {
    if (looksOn && !isFetchingNextPage) void fetchNextPage();
  }, [looksOn, isFetchingNextPage, fetchNextPage]);
  const people = new Map(all.map((row) => [actorOf(row.who).id, actorOf(row.who).name]));
  if (who !== undefined && !people.has(who)) people.set(who, who);
  const save = useMutation({
    mutationFn: async (type: "csv" | "json") => {
      let pages = list.data?.pages ?? [];
      while (pages.at(-1)?.next != null && pages.length * 200 < MOST_EXPORTED) {
        const more = await fetchNextPage({ throwOnError: true });
        if ((more.data?.pages.length ?? 0) <= pages.length) break;
        pages = more.data?.pages ?? pages;
      }
      const rows = pages.flatMap(({ items }) => items).filter(isWanted);
      const name = `safeguard-audit-${account.id}`;
      if (type === "json") saveFile(`${name}.json`, `${JSON.stringify(rows, null, 2)}\n`, "application/json");
      else saveFile(`${name}.csv`, csvOfRows(rows, actorOf, sentenceOf), "text/csv");
    },
  });
  const isFiltered = [who, what, from, until, q].some((one) => one !== undefined);
  return (
    <>
      <PageHead title={t("audit.title")}>
        <Button
          variant="default"
          loading={save.isPending && save.variables === "csv"}
          disabled={shown.length === 0}
          onClick={() => save.mutate("csv")}
        >
          {t("incidents.csv")}
        </Button>
        <Button
          variant="default"
          loading={save.isPending && save.variables === "json"}
          disabled={shown.length === 0}
          onClick={() => save.mutate("json")}
        >
          {t("audit.json")}
        </Button>
      </PageHead>
      <ChainCheck />
      <Group mb="md" gap="sm" align="flex-end">
        <Select
          label={t("audit.filter.who")}
          w={{ base: "100%", xs: 200 }}
          clearable
          searchable
          placeholder={t("audit.filter.anybody")}
          value={who ?? null}
          data={[...people].map(([value, label]) => ({ value, label }))}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, who: value ?? undefined }) })}
        />
        <Select
          label={t("audit.filter.what")}
          w={{ base: "100%", xs: 190 }}
          clearable
          searchable
          placeholder={t("audit.filter.anything")}
          value={what ?? null}
          data={SUBJECTS.map((value) => ({ value, label: t(`audit.subject.${value}`) }))}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, what: SUBJECTS.find((one) => one === value) }) })
          }
        />
        {(["from", "until"] as const).map((end) => (
          <TextInput
            key={end}
            type="date"
            label={t(`audit.filter.${end}`)}
            w={{ base: "calc(50% - 6px)", xs: 160 }}
            value={(end === "from" ? from : until) ?? ""}
            onChange={({ currentTarget: { value } }) =>
              void navigate({ search: (old) => ({ ...old, [end]: value || undefined }), replace: true })
            }
          />
        ))}
        <TextInput
          type="search"
          label={t("audit.filter.text")}
          w={{ base: "100%", xs: 200 }}
          value={q ?? ""}
          onChange={({ currentTarget: { value } }) =>
            void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true })
          }
        />
      </Group>
      <Refusal error={list.error ?? save.error} />
      {list.isPending && (
        <Stack aria-busy="true" aria-label={t("loading")} gap="xs">
          {[1, 2, 3, 4, 5].map((row) => (
            <Skeleton key={row} height={52} />
          ))}
        </Stack>
      )}
      {list.data !== undefined && shown.length === 0 && !looksOn && (
        <EmptyList title={t(isFiltered ? "audit.noneSuch" : "audit.empty")} text={t("audit.emptyText")} />
      )}
      {shown.length > 0 && (
        <Accordion variant="contained" keepMounted={false} order={2}>
          {shown.map((row) => (
            <Row key={row.number} row={row} who={actorOf(row.who).name} sentence={sentenceOf(row)} />
          ))}
        </Accordion>
      )}
      <Group mt="md" gap="sm">
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("audit.older")}
          </Button>
        )}
        {list.data !== undefined && isFiltered && (
          <Text size="sm" c="dimmed" role="status">
            {t("audit.looked", { count: shown.length, shown: count(shown.length), all: count(all.length) })}
          </Text>
        )}
      </Group>
    </>
  );
}

function Row({ row, who, sentence }: { readonly row: AuditRow; readonly who: string; readonly sentence: string }) {
  const { t } = useTranslation();
  const { since, instant } = useFormat();
  return (
    <Accordion.Item value={String(row.number)}>
      <Accordion.Control>
        <Group justify="space-between" gap="xs" wrap="wrap">
          <Text size="sm" style={{ overflowWrap: "anywhere", flex: "1 1 260px" }}>
            <Text span inherit fw={600}>
              {who}
            </Text>{" "}
            <Grouped text={sentence} />
          </Text>
          <Text size="sm" c="dimmed" mr="xs" title={instant(row.at)}>
            {since(row.at, Date.now())}
          </Text>
        </Group>
        {row.reason !== null && (
          <Text size="sm" c="dimmed" lineClamp={2}>
            {t("audit.because", { reason: row.reason })}
          </Text>
        )}
      </Accordion.Control>
      <Accordion.Panel>
        <Opened row={row} />
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Opened({ row }: { readonly row: AuditRow }) {
  const { t } = useTranslation();
  const { instant } = useFormat();
  const changes = auditDiff(row.before, row.after);
  return (
    <Stack gap="sm">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {[
          t("audit.row", { number: row.number }),
          instant(row.at),
          t("audit.from", { address: row.address ?? t("audit.here") }),
          ...(row.what === null ? [] : [row.what.id]),
          ...(row.account === null ? [t("audit.ofDeployment")] : []),
        ].join(" · ")}{" "}
        (<RelativeTime at={row.at} size="sm" />)
      </Text>
      {row.erased && <Text size="sm">{t("audit.erased")}</Text>}
      <ChangeTable changes={changes} />
      {changes.length === 0 && !row.erased && <Text size="sm">{t("audit.noChange")}</Text>}
      <Group gap="xs" align="center">
        <Text size="xs" c="dimmed">
          {t("audit.hash")}
        </Text>
        <Code fz="xs" style={{ overflowWrap: "anywhere" }}>
          {row.hash}
        </Code>
        <CopyButton value={JSON.stringify(row, null, 2)}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {t(copied ? "copied" : "audit.copyJson")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}

/** What was done, after the name of who did it. */
function useSentence(): (row: AuditRow) => string {
  const { t } = useTranslation();
  const { place } = useFormat();
  return (row) => {
    const { what, action, after, before } = row;
    const named = [after, before].map((one) => (one as { readonly name?: unknown } | null)?.name).find(isText);
    const id = what?.id ?? "";
    const changed = auditDiff(before, after);
    const places = changed.flatMap(({ path }) => (path[0] === "destinations" ? [place(path.slice(1).join("."))] : []));
    const sentence = t(`audit.act.${actOf(row)}`, {
      defaultValue: t("audit.act.other", { action: action.replaceAll("_", " ") }),
      name: named ?? id,
      id,
      range: rangeOf(row) ?? "",
      what: fieldText(after, "what"),
      after: isText(after) ? t(`audit.word.${after}`, { defaultValue: after }) : "",
    });
    if (action !== "revision_saved" || places.length === 0) return sentence;
    const few = places.slice(0, 3).join(", ");
    return `${sentence}: ${few}${places.length > 3 ? ` ${t("audit.andMore", { count: places.length - 3 })}` : ""}`;
  };
}

function fieldText(of: AuditRow["after"], name: string): string {
  const value = isObject(of) ? of[name] : undefined;
  return isText(value) ? value : "";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function csvOfRows(
  rows: readonly AuditRow[],
  actorOf: ReturnType<typeof useActor>,
  sentenceOf: (row: AuditRow) => string,
): string {
  return csvOf(
    [
      "number",
      "at",
      "account",
      "who",
      "action",
      "sentence",
      "what",
      "id",
      "address",
      "reason",
      "before",
      "after",
      "hash",
    ],
    rows.map((row) => [
      ...[row.number, row.at, row.account, actorOf(row.who).name, row.action, sentenceOf(row)],
      ...[row.what?.type, row.what?.id, row.address, row.reason],
      ...[
        row.before === null ? null : JSON.stringify(row.before),
        row.after === null ? null : JSON.stringify(row.after),
      ],
      row.hash,
    ]),
  );
}
