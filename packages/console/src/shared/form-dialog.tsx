import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./dialog.tsx";
import { Refusal } from "./refusal.tsx";

export interface FormDialogProps {
  readonly title: string;
  /** What the button says that saves it. */
  readonly go: string;
  readonly canGo: boolean;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly children: ReactNode;
  onGo(): void;
  onClose(): void;
}

/** A form of several fields in a window, which a press beside it does not lose. */
export function FormDialog({ title, go, canGo, isPending, error, children, onGo, onClose }: FormDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened
      size="lg"
      onClose={onClose}
      closeOnClickOutside={false}
      title={title}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onGo();
        }}
      >
        <Stack gap="md">
          {children}
          <Refusal error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={isPending} disabled={!canGo}>
              {go}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
