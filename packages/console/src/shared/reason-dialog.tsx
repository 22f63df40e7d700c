import { Button, Group, type ModalProps, Stack, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./dialog.tsx";
import { Refusal } from "./refusal.tsx";

export interface ReasonDialogProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly go: string;
  readonly color?: string;
  readonly size?: ModalProps["size"];
  readonly isPending: boolean;
  readonly error: unknown;
  /** What it would do, and how. */
  readonly children: ReactNode;
  onGo(reason: string): void;
  onClose(): void;
}

/** Asks why, before something is done that is kept in the record. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, go, color, size = "md", isPending, error, children, onGo, onClose } = props;
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <Dialog opened onClose={onClose} size={size} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onGo(reason.trim());
        }}
      >
        <Stack gap="sm">
          {children}
          <Textarea
            label={t("reason.label")}
            description={t("reason.text")}
            required
            data-autofocus
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Refusal error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button
              type="submit"
              {...(color !== undefined && { color })}
              disabled={reason.trim() === ""}
              loading={isPending}
            >
              {go}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
