import { Table, Text, Title } from "@mantine/core";
import type { Message } from "@safeguard/client";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { RelativeTime } from "../shared/relative-time.tsx";

/** What became of a message, and what it was. */
export function MessageFacts({ message }: { readonly message: Message }) {
  const { t } = useTranslation();
  const { money, count } = useFormat();
  const { error, waiting, policy } = message;
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    ["asked", <RelativeTime key="at" at={message.at} size="sm" />],
    ...(message.updatedAt === undefined || message.updatedAt === message.at
      ? []
      : [["changed", <RelativeTime key="updated" at={message.updatedAt} size="sm" />] as const]),
    ["state", t(`messages.status.${message.status}`)],
    ...(waiting === null
      ? []
      : [
          ...(waiting.sendAt === null
            ? []
            : [["sendAt", <RelativeTime key="send" at={waiting.sendAt} size="sm" />] as const]),
          ...(waiting.dueAt === null
            ? []
            : [["dueAt", <RelativeTime key="due" at={waiting.dueAt} size="sm" />] as const]),
          ["expiresAt", <RelativeTime key="expires" at={waiting.expiresAt} size="sm" />] as const,
        ]),
    ...(message.provider === undefined ? [] : [["provider", message.provider] as const]),
    ...(message.providerId === undefined ? [] : [["providerId", message.providerId] as const]),
    ...(error === null ? [] : [["error", `${error.code}: ${error.text}`] as const]),
    ["from", message.from],
    ["purpose", message.purpose === null ? "–" : t(`messages.purpose.${message.purpose}`)],
    ["channels", message.channels.join(", ") || "–"],
    ...(message.removedChannels.length === 0 ? [] : [["removed", message.removedChannels.join(", ")] as const]),
    ["segments", count(message.segments)],
    ...(message.price === undefined ? [] : [["price", money(message.price)] as const]),
    ...(message.reference === null ? [] : [["reference", message.reference] as const]),
    ["risk", count(message.score)],
    ...(policy === null
      ? []
      : [["policy", t("messages.policy", { name: policy.name, revision: policy.revisions[0] ?? 0 })] as const]),
    ...(message.degraded.length === 0 ? [] : [["degraded", message.degraded.join(", ")] as const]),
  ];
  return (
    <section aria-labelledby="became">
      <Title order={2} size="h5" id="became" mb="xs">
        {t("messages.became")}
      </Title>
      <Table variant="vertical" layout="fixed" withTableBorder={false} verticalSpacing={4} className="numbers">
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={150} scope="row">
                {t(`messages.fact.${name}`)}
              </Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                <Text size="sm" component="div">
                  {value}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
