import { Badge, Button, Group, Skeleton, Table, Text, Title, Tooltip } from "@mantine/core";
import type { IncidentMessages as Messages } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { csvOf } from "../../shared/csv.ts";
import { CsvButton } from "../../shared/csv-button.tsx";
import { Grouped } from "../../shared/grouped.tsx";
import { Refusal } from "../../shared/refusal.tsx";
import { RelativeTime } from "../../shared/relative-time.tsx";

const FIRST = 12;
const COLOURS: Readonly<Record<string, string>> = { allow: "red", hold: "yellow", challenge: "yellow", block: "teal" };

/** What was asked for, and what was said to it. */
export function IncidentMessages({ number, reveal }: { readonly number: number; readonly reveal: boolean }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const [isWhole, setIsWhole] = useState(false);
  const messages = useQuery({
    queryKey: ["incident-messages", account.id, number, reveal],
    queryFn: () =>
      server.call<Messages>({ method: "GET", path: `/v1/incidents/${number}/messages`, query: { reveal } }),
    refetchInterval: reveal ? false : 15_000,
    refetchOnWindowFocus: !reveal,
  });
  const items = messages.data?.items ?? [];
  return (
    <section aria-labelledby="messages">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="messages">
          {t("incidents.messages")}
        </Title>
        <CsvButton
          size="compact-sm"
          variant="subtle"
          className="no-print"
          name={`incident-${number}-messages`}
          isEmpty={items.length === 0}
          csv={() => csvOfMessages(items)}
        />
      </Group>
      <Refusal error={messages.error} />
      {messages.isPending && <Skeleton height={200} />}
      {messages.data !== undefined && items.length === 0 && <Text size="sm">{t("incidents.noMessages")}</Text>}
      {items.length > 0 && (
        <Table className="numbers" fz="sm" horizontalSpacing="xs" verticalSpacing={6} aria-labelledby="messages">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("incidents.message.to")}</Table.Th>
              <Table.Th>{t("incidents.message.verdict")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("incidents.message.at")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(isWhole ? items : items.slice(0, FIRST)).map((message) => (
              <Table.Tr key={message.id}>
                <Table.Td>
                  <Grouped text={message.to} />
                  <Text size="xs" c="dimmed" hiddenFrom="sm">
                    <RelativeTime at={message.at} />
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Tooltip
                    label={<Grouped text={message.sentence} />}
                    multiline
                    maw={360}
                    events={{ hover: true, focus: true, touch: true }}
                  >
                    <Badge tabIndex={0} miw="max-content" variant="light" color={COLOURS[message.action] ?? "gray"}>
                      {t(`incidents.action.${message.action}`)}
                    </Badge>
                  </Tooltip>
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <RelativeTime at={message.at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {items.length > FIRST && !isWhole && (
        <Button mt="xs" size="compact-sm" variant="subtle" className="no-print" onClick={() => setIsWhole(true)}>
          {t("incidents.allMessages", { count: items.length })}
        </Button>
      )}
      {messages.data?.more === true && (
        <Text size="sm" mt="xs">
          {t("incidents.moreMessages", { count: items.length })}
        </Text>
      )}
    </section>
  );
}

function csvOfMessages(items: Messages["items"]): string {
  return csvOf(
    ["id", "at", "to", "from", "status", "action", "price", "currency", "sentence"],
    items.map(({ id, at, to, from, status, action, price, sentence }) => [
      ...[id, at, to, from, status, action],
      ...[price?.amount, price?.currency, sentence],
    ]),
  );
}
