import { ActionIcon, Badge, Button, Group, Menu, Select, Table, Text, TextInput, VisuallyHidden } from "@mantine/core";
import type { Key, MintedKey } from "@safeguard/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { EmptyList, LoadingRows, MoreButton } from "../shared/list-states.tsx";
import { NotPermitted } from "../shared/not-permitted.tsx";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { type KeyAct, KeyActDialog } from "./key-act-dialog.tsx";
import { KeyForm } from "./key-form.tsx";
import { KEY_STATES, type KeyState, stateOfKey } from "./key-state.ts";
import { MintedDialog } from "./minted-dialog.tsx";
import { SCOPES, scopeKey } from "./scopes.ts";

const route = getRouteApi("/frame/channels/settings/keys");
/** Of so many scopes the words are shown. */
const MOST_SCOPES = 5;
const COLOURS = { good: "teal", suspended: "yellow", expired: "gray", revoked: "red" } as const;

/** As `/v1/keys/uses` says it. */
interface KeyUse {
  readonly key: string;
  readonly lastUsedAt: string | null;
  readonly requests7Days: number;
}

type Opened =
  | { readonly what: "new" }
  | { readonly what: "change"; readonly key: Key }
  | { readonly what: "act"; readonly key: Key; readonly act: KeyAct };

/** The account's keys: what each may do, and how it is made, stopped and replaced. */
export function KeysPage() {
  const { t } = useTranslation();
  const mayWrite = useMay("keys:write");
  if (mayWrite) return <Keys />;
  return (
    <>
      <PageHead title={t("keys.title")} />
      <NotPermitted text={t("keys.notPermitted")} />
    </>
  );
}

function Keys() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const { q = "", state, mode } = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, setOpened] = useState<Opened>();
  const [minted, setMinted] = useState<MintedKey>();
  const list = useInfiniteQuery({
    queryKey: ["keys", account.id],
    queryFn: ({ pageParam }) => server.keys.list({ limit: 200, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const uses = useQuery({
    queryKey: ["key-uses", account.id],
    queryFn: async () => {
      const { items } = await server.call<{ readonly items: readonly KeyUse[] }>({
        method: "GET",
        path: "/v1/keys/uses",
      });
      return new Map(items.map((use) => [use.key, use]));
    },
    refetchInterval: 60_000,
  });
  const now = Date.now();
  const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const wanted = q.trim().toLowerCase();
  const shown = all
    .map((key) => ({ key, is: stateOfKey(key, now) }))
    .filter(
      ({ key, is }) =>
        (state === "all" || (state === undefined ? is !== "revoked" : is === state)) &&
        (mode === undefined || key.mode === mode) &&
        (wanted === "" || `${key.name} ${key.hint} ${key.id} ${key.scopes.join(" ")}`.toLowerCase().includes(wanted)),
    )
    .reverse();
  const close = () => setOpened(undefined);
  return (
    <>
      <PageHead title={t("keys.title")}>
        <CsvButton name="keys" isEmpty={shown.length === 0} csv={() => csvOfKeys(shown)} />
        <Button onClick={() => setOpened({ what: "new" })}>{t("keys.create")}</Button>
      </PageHead>
      <Text mb="md" maw={720}>
        {t("keys.text")}
      </Text>
      <Group mb="md" gap="sm" align="flex-end">
        <TextInput
          type="search"
          label={t("keys.search")}
          w={{ base: "100%", xs: 240 }}
          value={q}
          onChange={({ currentTarget: { value } }) =>
            void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true })
          }
        />
        <Select
          label={t("keys.column.state")}
          w={{ base: "100%", xs: 180 }}
          allowDeselect={false}
          value={state ?? "usable"}
          data={["usable", ...KEY_STATES, "all"].map((value) => ({ value, label: t(`keys.state.${value}`) }))}
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, state: ([...KEY_STATES, "all"] as const).find((one) => one === value) }),
            })
          }
        />
        <Select
          label={t("keys.form.mode")}
          w={{ base: "100%", xs: 150 }}
          clearable
          placeholder={t("keys.mode.any")}
          value={mode ?? null}
          data={(["live", "test"] as const).map((value) => ({ value, label: t(`keys.mode.${value}`) }))}
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, mode: (["live", "test"] as const).find((one) => one === value) }),
            })
          }
        />
      </Group>
      <Refusal error={list.error ?? uses.error} />
      {list.isPending && <LoadingRows height={64} />}
      {list.data !== undefined && shown.length === 0 && (
        <EmptyList title={t(all.length === 0 ? "keys.none" : "keys.noneSuch")} text={t("keys.noneText")} />
      )}
      {shown.length > 0 && (
        <Table verticalSpacing="sm" aria-label={t("keys.title")} styles={{ td: { verticalAlign: "top" } }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("keys.column.key")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("keys.column.may")}</Table.Th>
              <Table.Th visibleFrom="lg">{t("keys.column.networks")}</Table.Th>
              <Table.Th visibleFrom="md">{t("keys.column.used")}</Table.Th>
              <Table.Th visibleFrom="xl">{t("keys.column.made")}</Table.Th>
              <Table.Th visibleFrom="md">{t("keys.column.expires")}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t("keys.column.acts")}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ key, is }) => (
              <Row key={key.id} of={key} is={is} use={uses.data?.get(key.id)} onOpen={setOpened} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <MoreButton list={list} />
      {opened?.what === "new" && <KeyForm onMinted={setMinted} onClose={close} />}
      {opened?.what === "change" && <KeyForm changed={opened.key} onMinted={setMinted} onClose={close} />}
      {opened?.what === "act" && <KeyActDialog of={opened.key} act={opened.act} onMinted={setMinted} onClose={close} />}
      {minted !== undefined && <MintedDialog minted={minted} onDone={() => setMinted(undefined)} />}
    </>
  );
}

function Row({
  of: key,
  is,
  use,
  onOpen,
}: {
  readonly of: Key;
  readonly is: KeyState;
  /** Undefined: it is being asked for. */
  readonly use: KeyUse | undefined;
  readonly onOpen: (opened: Opened) => void;
}) {
  const { t } = useTranslation();
  const may = useScopeWords()(key);
  const networks = key.networks.length === 0 ? t("keys.anywhere") : key.networks.join(", ");
  const acts: readonly KeyAct[] = is === "suspended" ? ["resume", "revoke"] : ["reroll", "suspend", "revoke"];
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs" wrap="wrap">
          <Text fw={600} style={{ overflowWrap: "anywhere" }}>
            {key.name}
          </Text>
          <Badge {...(key.mode === "test" && { variant: "outline", color: "gray", c: "bright" })}>
            {t(`keys.mode.${key.mode}`)}
          </Badge>
          {is !== "good" && (
            <Badge variant="light" color={COLOURS[is]} c="bright">
              {t(`keys.state.${is}`)}
            </Badge>
          )}
          {key.person !== null && (
            <Badge variant="light" color="gray" c="bright">
              {t("keys.personal")}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" ff="monospace">
          {`sg_${key.mode}_…${key.hint}`}
        </Text>
        {key.oldSecretsUntil !== null && Date.parse(key.oldSecretsUntil) > Date.now() && (
          <Text size="sm">
            {t("keys.oldSecrets")} <RelativeTime at={key.oldSecretsUntil} />
          </Text>
        )}
        {key.suspendedAt !== null && is === "suspended" && (
          <Text size="sm">
            {t("keys.suspended")} <RelativeTime at={key.suspendedAt} />
          </Text>
        )}
        <Text size="sm" hiddenFrom="sm">
          {may}
        </Text>
        <Text size="sm" hiddenFrom="lg">
          {t("keys.from", { networks })}
        </Text>
        {use !== undefined && (
          <Text size="sm" component="div" hiddenFrom="md">
            {t("keys.column.used")}: <Used use={use} />
          </Text>
        )}
        <Text size="sm" hiddenFrom="md">
          {key.expiresAt === null ? (
            t("keys.neverExpires")
          ) : (
            <>
              {t("keys.expires")} <RelativeTime at={key.expiresAt} />
            </>
          )}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm" maw={360}>
        <Text size="sm">{may}</Text>
      </Table.Td>
      <Table.Td visibleFrom="lg" maw={220}>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {networks}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md" style={{ whiteSpace: "nowrap" }} fz="sm">
        {use !== undefined && <Used use={use} />}
      </Table.Td>
      <Table.Td visibleFrom="xl" style={{ whiteSpace: "nowrap" }} fz="sm">
        <RelativeTime at={key.createdAt} />
      </Table.Td>
      <Table.Td visibleFrom="md" style={{ whiteSpace: "nowrap" }}>
        {key.expiresAt === null ? (
          <Text size="sm">{t("keys.span.never")}</Text>
        ) : (
          <RelativeTime at={key.expiresAt} fz="sm" />
        )}
      </Table.Td>
      <Table.Td ta="right">
        {is !== "revoked" && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                c="bright"
                size="lg"
                aria-label={t("keys.actsOf", { name: key.name })}
              >
                ⋯
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onOpen({ what: "change", key })}>{t("keys.change.name")}</Menu.Item>
              {acts.map((act) => (
                <Menu.Item
                  key={act}
                  {...(act === "revoke" && { color: "red" })}
                  onClick={() => onOpen({ what: "act", key, act })}
                >
                  {t(`keys.do.${act}.name`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** When a key was used last, and how often of late: one that nobody uses can go. */
function Used({ use: { lastUsedAt, requests7Days } }: { readonly use: KeyUse }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  if (lastUsedAt === null) return t("keys.neverUsed");
  return (
    <>
      <RelativeTime at={lastUsedAt} />
      <Text span size="sm" c="dimmed" display="block">
        {t("keys.requests7Days", { count: requests7Days, formatted: count(requests7Days) })}
      </Text>
    </>
  );
}

/** What a key may do, in words; of many scopes the first few. */
function useScopeWords(): (key: Key) => string {
  const { t, i18n } = useTranslation();
  return ({ person, scopes }) => {
    if (person !== null) return t("keys.asPerson");
    if (SCOPES.every((scope) => scopes.includes(scope))) return t("keys.everything");
    const words = scopes.map((scope) => t(scopeKey(scope)));
    const more = words.length - MOST_SCOPES;
    const listed = more > 1 ? [...words.slice(0, MOST_SCOPES), t("keys.more", { count: more })] : words;
    return new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(listed);
  };
}

function csvOfKeys(keys: readonly { readonly key: Key; readonly is: KeyState }[]): string {
  return csvOf(
    [
      "id",
      "name",
      "mode",
      "state",
      "hint",
      "scopes",
      "networks",
      "purpose",
      "created",
      "expires",
      "suspended",
      "revoked",
    ],
    keys.map(({ key, is }) => [
      ...[key.id, key.name, key.mode, is, key.hint, key.scopes.join(" "), key.networks.join(" "), key.purpose],
      ...[key.createdAt, key.expiresAt, key.suspendedAt, key.revokedAt],
    ]),
  );
}
