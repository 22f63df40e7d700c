import { Badge, Button, Card, Code, Group, Skeleton, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Account, Key } from "@safeguard/client";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../../session/session.ts";
import { csvOf } from "../../shared/csv.ts";
import { NotPermitted } from "../../shared/not-permitted.tsx";
import { Refusal } from "../../shared/refusal.tsx";
import { saveFile } from "../../shared/save-file.ts";
import { TabHead } from "../tab-head.tsx";
import { NetworksDialog } from "./networks-dialog.tsx";
import { admits } from "./read-network.ts";

const route = getRouteApi("/frame/channels/settings/business-messaging/safeguard/networks");

type Changed = { readonly type: "account"; readonly is: Account } | { readonly type: "key"; readonly is: Key };

/** From where requests may come: of the account, and of each key besides. */
export function NetworksPage() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const mayReadAccount = useMay("accounts:read");
  const mayChangeAccount = useMay("accounts:write");
  const mayKeys = useMay("keys:write");
  const { q = "", address = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const [changing, setChanging] = useState<Changed>();
  const whole = useQuery({
    queryKey: ["account", account.id],
    queryFn: () => server.accounts.get(account.id),
    enabled: mayReadAccount,
  });
  const listed = useInfiniteQuery({
    queryKey: ["keys", account.id, "networks"],
    queryFn: ({ pageParam }) => server.keys.list({ limit: 100, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: mayKeys,
  });
  const here = useQuery({
    queryKey: ["session", "all", "here"],
    queryFn: async () => {
      const { items } = await server.call<{
        readonly items: readonly { readonly isThisOne: boolean; readonly address: string | null }[];
      }>({ method: "GET", path: "/v1/session/all" });
      return items.find(({ isThisOne }) => isThisOne)?.address ?? null;
    },
  });
  const keys = listed.data?.pages
    .flatMap(({ items }) => items)
    .filter(
      ({ name, hint, revokedAt }) =>
        revokedAt === null && `${name} ${hint}`.toLowerCase().includes(q.trim().toLowerCase()),
    );
  const search = (change: { readonly q?: string | undefined; readonly address?: string | undefined }): void =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });

  const write = async ({ type, is }: Changed, networks: readonly string[]): Promise<void> => {
    if (type === "account") await server.accounts.update(is.id, { networks });
    else await server.keys.update(is.id, { networks });
    await Promise.all(["account", "keys"].map((name) => queries.invalidateQueries({ queryKey: [name, account.id] })));
  };
  const save = async (changed: Changed, networks: readonly string[]): Promise<void> => {
    await write(changed, networks);
    const id = `networks-${changed.is.id}`;
    notifications.show({
      id,
      color: "teal",
      autoClose: 30_000,
      title: t("safeguard.saved"),
      message: (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            write(changed, changed.is.networks).then(
              () => notifications.show({ color: "teal", message: t("safeguard.undone") }),
              (error: Error) => notifications.show({ color: "red", title: t("refused"), message: error.message }),
            );
          }}
        >
          {t("networks.undo")}
        </Button>
      ),
    });
  };
  const ofAccount = whole.data?.networks ?? [];
  const exportCsv = (): void =>
    saveFile(
      `safeguard-networks-${account.id}.csv`,
      csvOf(
        ["of", "name", "mode", "networks"],
        [
          ["account", account.name, null, ofAccount.join(" ")],
          ...(keys ?? []).map((key) => ["key", key.name, key.mode, key.networks.join(" ")]),
        ],
      ),
      "text/csv",
    );

  if (!mayReadAccount && !mayKeys) return <NotPermitted text={t("networks.mayNot")} />;
  return (
    <Stack gap="lg">
      <section aria-labelledby="networks">
        <TabHead id="networks" title={t("networks.title")} text={t("networks.text")}>
          <Button variant="default" onClick={exportCsv} disabled={whole.data === undefined && keys === undefined}>
            {t("destinations.csv")}
          </Button>
        </TabHead>
        <Group gap="xs" align="flex-end">
          <TextInput
            label={t("networks.test")}
            placeholder="192.0.2.7"
            w={280}
            value={address}
            error={address.trim() !== "" && admits([], address) === undefined && t("networks.noAddress")}
            onChange={({ currentTarget: { value } }) => search({ address: value || undefined })}
          />
          {typeof here.data === "string" && here.data !== address && (
            <Button variant="subtle" onClick={() => search({ address: here.data ?? undefined })}>
              {t("networks.own", { address: here.data })}
            </Button>
          )}
        </Group>
      </section>
      {mayReadAccount && (
        <Card withBorder p="md" component="section" aria-labelledby="networks-account">
          <Group justify="space-between" align="flex-start" gap="xs">
            <div>
              <Title order={3} size="h5" id="networks-account">
                {t("networks.account", { name: account.name })}
              </Title>
              <Text size="sm" c="dimmed" maw={560}>
                {t("networks.accountText")}
              </Text>
            </div>
            {mayChangeAccount && whole.data !== undefined && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setChanging({ type: "account", is: whole.data })}
              >
                {t("ranges.change")}
                <span className="sr-only"> {account.name}</span>
              </Button>
            )}
          </Group>
          <Refusal error={whole.error} />
          {whole.data === undefined ? (
            whole.error === null && <Skeleton height={28} mt="xs" />
          ) : (
            <Group gap={6} mt="xs">
              <Blocks networks={ofAccount} />
              <LetIn networks={[ofAccount]} address={address} />
            </Group>
          )}
        </Card>
      )}
      {mayKeys ? (
        <section aria-labelledby="networks-keys">
          <Group justify="space-between" align="flex-end" gap="xs" mb="xs">
            <div>
              <Title order={3} size="h5" id="networks-keys">
                {t("networks.keys")}
              </Title>
              <Text size="sm" c="dimmed">
                {t("networks.keysText")}
              </Text>
            </div>
            <TextInput
              type="search"
              label={t("networks.search")}
              value={q}
              onChange={({ currentTarget: { value } }) => search({ q: value || undefined })}
            />
          </Group>
          <Refusal error={listed.error} />
          {keys === undefined && listed.error === null && <Skeleton height={120} />}
          {keys?.length === 0 && <Text size="sm">{t(q === "" ? "networks.noKeys" : "networks.noneFound")}</Text>}
          {keys !== undefined && keys.length > 0 && (
            <Table.ScrollContainer minWidth={300}>
              <Table fz="sm" aria-labelledby="networks-keys">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("networks.key")}</Table.Th>
                    <Table.Th>{t("networks.from")}</Table.Th>
                    <Table.Th>
                      <span className="sr-only">{t("ranges.column.do")}</span>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {keys.map((key) => (
                    <Table.Tr key={key.id}>
                      <Table.Th scope="row" fw={600} style={{ overflowWrap: "break-word" }}>
                        {key.name}
                        <Text size="xs" c="dimmed" fw={400}>
                          {t(`networks.mode.${key.mode}`)} · …{key.hint}
                        </Text>
                      </Table.Th>
                      <Table.Td>
                        <Group gap={6}>
                          <Blocks networks={key.networks} />
                          <LetIn networks={[ofAccount, key.networks]} address={address} />
                        </Group>
                      </Table.Td>
                      <Table.Td ta="right">
                        <Button
                          size="compact-sm"
                          variant="default"
                          onClick={() => setChanging({ type: "key", is: key })}
                        >
                          {t("ranges.change")}
                          <span className="sr-only"> {key.name}</span>
                        </Button>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          {listed.hasNextPage && (
            <Button
              variant="default"
              mt="xs"
              loading={listed.isFetchingNextPage}
              onClick={() => void listed.fetchNextPage()}
            >
              {t("networks.more")}
            </Button>
          )}
        </section>
      ) : (
        <Text size="sm">{t("networks.mayNotKeys")}</Text>
      )}
      {changing !== undefined && (
        <NetworksDialog
          title={t("networks.of", { name: changing.is.name })}
          networks={changing.is.networks}
          ownAddress={here.data ?? undefined}
          asksPeople={changing.type === "account"}
          save={(networks) => save(changing, networks)}
          onClose={() => setChanging(undefined)}
        />
      )}
    </Stack>
  );
}

function Blocks({ networks }: { readonly networks: readonly string[] }) {
  const { t } = useTranslation();
  if (networks.length === 0) return <Text size="sm">{t("networks.anywhere")}</Text>;
  return networks.map((network) => <Code key={network}>{network}</Code>);
}

/** Is the address that is looked for in one block of each list? */
function LetIn({ networks, address }: { readonly networks: readonly (readonly string[])[]; readonly address: string }) {
  const { t } = useTranslation();
  const answers = networks.map((one) => admits(one, address));
  if (answers.includes(undefined)) return null;
  const isIn = !answers.includes(false);
  return (
    <Badge variant="light" c="bright" color={isIn ? "teal" : "red"}>
      {t(isIn ? "networks.letIn" : "networks.refused", { address: address.trim() })}
    </Badge>
  );
}
