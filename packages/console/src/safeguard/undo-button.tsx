import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { PolicyRevision } from "@safeguard/client";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

export interface UndoButtonProps {
  readonly revision: PolicyRevision;
  /** Of {@link useUndo}: a notice, in which this stands too, is outside of the frame that knows the account. */
  undo(revision: PolicyRevision): Promise<PolicyRevision>;
  onDone?(): void;
}

/** Takes back a change that was just made. */
export function UndoButton({ revision, undo, onDone }: UndoButtonProps) {
  const { t } = useTranslation();
  const undoing = useMutation({
    mutationFn: () => undo(revision),
    onSuccess: (made) => {
      onDone?.();
      notifications.show({
        color: made.state === "in_force" ? "teal" : "yellow",
        title: t(made.state === "in_force" ? "safeguard.undone" : "safeguard.undoWaits"),
        message: t("safeguard.revisionIs", { number: made.number }),
      });
    },
    onError: (error) => notifications.show({ color: "red", title: t("refused"), message: error.message }),
  });
  return (
    <Button size="compact-sm" variant="default" loading={undoing.isPending} onClick={() => undoing.mutate()}>
      {t("safeguard.undo", { number: revision.number })}
    </Button>
  );
}
