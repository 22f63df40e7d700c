import { Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { PolicyRevision } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { UndoButton } from "../undo-button.tsx";
import { useUndo } from "../use-policy.ts";

/** Says that a change was saved, or waits for a second person, with the way back. */
export function useSavedNotice(): (revision: PolicyRevision) => void {
  const { t } = useTranslation();
  const undo = useUndo();
  return (revision) => {
    const id = `saved-${revision.number}`;
    const isInForce = revision.state === "in_force";
    notifications.show({
      id,
      color: isInForce ? "teal" : "yellow",
      autoClose: 6_000,
      closeButtonProps: { "aria-label": t("close") },
      title: t(isInForce ? "safeguard.saved" : "safeguard.waits"),
      message: (
        <Stack gap={6} align="flex-start">
          <Text size="sm">{t("safeguard.revisionIs", { number: revision.number })}</Text>
          {isInForce && revision.number > 1 && (
            <UndoButton revision={revision} undo={undo} onDone={() => notifications.hide(id)} />
          )}
        </Stack>
      ),
    });
  };
}
