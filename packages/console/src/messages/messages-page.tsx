import "./messages.css";
import { Alert, Button, Card, Chip, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { LIVE_MS } from "../shared/live.ts";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { saveFile } from "../shared/save-file.ts";
import { exportMessages } from "./export-messages.ts";
import { InDoubt } from "./in-doubt.tsx";
import { MessageDrawer } from "./message-drawer.tsx";
import { MessageList } from "./message-list.tsx";
import { SearchField } from "./search-field.tsx";
import { type ReadSearch, readSearch, withWord } from "./search-syntax.ts";

const route = getRouteApi("/frame/channels/messages");
const PAGE = 200;
/** Offered at a touch, each a word of the search. */
const QUICK = [
  ["status", "blocked"],
  ["status", "challenged"],
  ["status", "delivered"],
  ["purpose", "otp"],
  ["since", "1h"],
  ["since", "24h"],
  ["since", "7d"],
] as const;

/** Every message, newest first, narrowed by a search; each opens beside the list. */
export function MessagesPage() {
  const { t } = useTranslation();
  const { q = "", message } = route.useSearch();
  const navigate = route.useNavigate();
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;
  // A span is counted from when it was searched for: the pages of one list must begin at one time.
  const search = useMemo(() => readSearch(q, Date.now()), [q]);
  const messages = useMessages(q, search);
  const { fetchNextPage, isFetchingNextPage, hasNextPage } = messages;
  const items = useMemo(() => messages.data?.pages.flatMap((page) => page.items) ?? [], [messages.data]);
  const senders = useMemo(() => [...new Set(items.slice(0, 500).map(({ from }) => from))], [items]);
  const searchFor = (wanted: string): void =>
    void navigate({ search: (old) => ({ ...old, q: wanted === "" ? undefined : wanted }) });
  const onEndNear = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const opened = message ?? search.id;
  return (
    <>
      <PageHead title={t("messages.title")}>
        <ExportButton search={search} isEmpty={items.length === 0} />
      </PageHead>
      <InDoubt />
      <Stack gap="xs" mb="md">
        <SearchField search={q} senders={senders} onSearch={searchFor} />
        <Group gap={6} role="group" aria-label={t("messages.quick")}>
          {QUICK.map(([key, value]) => {
            const word = `${key}:${value}`;
            const isOn = q.split(/\s+/).includes(word);
            return (
              <Chip
                key={word}
                size="xs"
                checked={isOn}
                onChange={() => searchFor(withWord(q, key, isOn ? undefined : value))}
              >
                {key === "since" ? t(`messages.span.${value}`) : t(`messages.${key}.${value}`)}
              </Chip>
            );
          })}
        </Group>
        <Problems problems={search.problems} />
      </Stack>
      <Refusal error={messages.error} />
      {messages.isPending ? (
        <Stack gap="xs" aria-busy="true" aria-label={t("loading")}>
          {[1, 2, 3, 4, 5, 6].map((row) => (
            <Skeleton key={row} height={40} />
          ))}
        </Stack>
      ) : items.length === 0 && !hasNextPage ? (
        !messages.isError && <Nothing isFiltered={q !== ""} onAll={() => searchFor("")} />
      ) : (
        <MessageList
          key={q}
          label={t("messages.title")}
          messages={items}
          isMore={hasNextPage}
          isNarrow={isNarrow}
          onEndNear={onEndNear}
        />
      )}
      {opened !== undefined && (
        <MessageDrawer
          key={opened}
          id={opened}
          onClose={() =>
            void navigate({
              search: (old) => ({ ...old, message: undefined, ...(search.id !== undefined && { q: undefined }) }),
              resetScroll: false,
            })
          }
        />
      )}
    </>
  );
}

function useMessages(q: string, { query }: ReadSearch) {
  const { server, account } = useWorking();
  return useInfiniteQuery({
    queryKey: ["messages", account.id, "list", q],
    queryFn: ({ pageParam }) =>
      server.messages.list({ ...query, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // Not compared with what was there: with hundreds of pages that takes longer than to show what is in sight.
    structuralSharing: false,
    // Whoever has scrolled on reads what was; the first page follows what comes.
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) > 1 ? false : LIVE_MS),
    refetchOnWindowFocus: false,
  });
}

function ExportButton({ search, isEmpty }: { readonly search: ReadSearch; readonly isEmpty: boolean }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { server } = useWorking();
  const [done, setDone] = useState(0);
  const run = useMutation({
    mutationFn: () => exportMessages(server, search.query, setDone),
    onSuccess: (file) => {
      saveFile("messages.csv", file.csv, "text/csv");
      if (!file.isWhole)
        notifications.show({ color: "yellow", message: t("messages.exportCut", { count: count(file.count) }) });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Button variant="default" disabled={isEmpty || run.isPending} onClick={() => run.mutate()}>
      {run.isPending ? t("messages.exporting", { count: count(done) }) : t("incidents.csv")}
    </Button>
  );
}

function Problems({ problems }: { readonly problems: ReadSearch["problems"] }) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" role="status">
      {problems.map((problem) => (
        <Text size="sm" key={`${problem.why} ${problem.text}`}>
          {problem.why === "unknown_key"
            ? t("messages.problem.unknown_key", { text: problem.text })
            : t(`messages.problem.${problem.key}`, { text: problem.text })}
        </Text>
      ))}
    </Alert>
  );
}

function Nothing({ isFiltered, onAll }: { readonly isFiltered: boolean; readonly onAll: () => void }) {
  const { t } = useTranslation();
  return (
    <Card withBorder p="xl">
      <Text fw={600}>{t(isFiltered ? "messages.noneSuch" : "messages.none")}</Text>
      <Text size="sm" mt={4} maw={640}>
        {t(isFiltered ? "messages.noneSuchText" : "messages.noneText")}
      </Text>
      {isFiltered && (
        <Button variant="default" mt="sm" onClick={onAll} style={{ alignSelf: "flex-start" }}>
          {t("messages.all")}
        </Button>
      )}
    </Card>
  );
}
