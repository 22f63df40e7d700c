import { Badge } from "@mantine/core";
import type { MessageStatus } from "@safeguard/client";
import { useTranslation } from "react-i18next";

const COLOURS: Readonly<Partial<Record<MessageStatus, string>>> = {
  blocked: "red",
  rejected: "red",
  held: "yellow",
  challenged: "yellow",
  in_doubt: "yellow",
  refused: "yellow",
  undelivered: "yellow",
  failed: "yellow",
  delivered: "teal",
  read: "teal",
};

/** How far a message has come. */
export function StatusBadge({ status }: { readonly status: MessageStatus }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={COLOURS[status] ?? "gray"} miw="max-content">
      {t(`messages.status.${status}`)}
    </Badge>
  );
}
