import { Button, Group, Radio, Stack, Text, Textarea } from "@mantine/core";
import type { Destination } from "@safeguard/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog.tsx";
import { readList } from "./find-destinations.ts";

export const PASTE_USES = ["only", "allow", "block"] as const;
export type PasteUse = (typeof PASTE_USES)[number];

export interface PasteDialogProps {
  readonly destinations: readonly Destination[];
  onUse(codes: readonly string[], use: PasteUse): void;
  onClose(): void;
}

/** A list from elsewhere: names, codes, calling codes or groups. */
export function PasteDialog({ destinations, onUse, onClose }: PasteDialogProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [use, setUse] = useState<PasteUse>("only");
  const { codes, unknown } = readList(text, destinations);
  return (
    <Dialog opened onClose={onClose} title={t("destinations.paste.title")}>
      <Stack gap="sm">
        <Textarea
          label={t("destinations.paste.list")}
          description={t("destinations.paste.text")}
          autosize
          minRows={4}
          maxRows={12}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Text size="sm" aria-live="polite">
          {t("destinations.paste.found", { count: codes.length })}
          {unknown.length > 0 && ` ${t("destinations.paste.unknown", { names: unknown.slice(0, 20).join(", ") })}`}
        </Text>
        <Radio.Group
          label={t("destinations.paste.use")}
          value={use}
          onChange={(value) => setUse(PASTE_USES.find((one) => one === value) ?? use)}
        >
          <Stack gap={6} mt={6}>
            {PASTE_USES.map((value) => (
              <Radio key={value} value={value} label={t(`destinations.paste.uses.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("destinations.save.cancel")}
          </Button>
          <Button disabled={codes.length === 0} onClick={() => onUse(codes, use)}>
            {t("destinations.paste.go")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
