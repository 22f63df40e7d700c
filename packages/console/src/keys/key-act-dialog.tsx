import { Alert, Button, Group, List, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { Key, MintedKey } from "@safeguard/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { Dialog } from "../shared/dialog.tsx";
import { Refusal } from "../shared/refusal.tsx";

export type KeyAct = "suspend" | "resume" | "reroll" | "revoke";

const OVERLAPS = ["0", "3600", "86400", "604800"] as const;

/** Says what an act on a key stops, asks what it must know, and does it. What cannot be undone asks for the key's name. */
export function KeyActDialog({
  of,
  act,
  onMinted,
  onClose,
}: {
  readonly of: Key;
  readonly act: KeyAct;
  readonly onMinted: (minted: MintedKey) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [overlap, setOverlap] = useState<string>("86400");
  const asksReason = act === "suspend" || act === "resume";
  const doIt = useMutation({
    mutationFn: async (): Promise<MintedKey | undefined> => {
      if (act === "reroll") return server.keys.reroll(of.id, Number(overlap));
      if (act === "revoke") await server.keys.revoke(of.id);
      else {
        const path = `/v1/keys/${encodeURIComponent(of.id)}/${act}`;
        await server.call({ method: "POST", path, body: { reason } });
      }
      return undefined;
    },
    onSuccess: async (minted) => {
      onClose();
      if (minted === undefined)
        notifications.show({ color: "teal", message: t(`keys.do.${act}.done`, { name: of.name }) });
      else onMinted(minted);
      await queries.invalidateQueries({ queryKey: ["keys", account.id] });
    },
  });
  const isReady = asksReason ? reason.trim() !== "" : act === "reroll" || typed.trim() === of.name;
  const isGrave = act === "suspend" || act === "revoke";
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={t(`keys.do.${act}.title`, { name: of.name })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          doIt.mutate();
        }}
      >
        <Stack gap="sm">
          <Alert variant="light" color={isGrave ? "red" : "gray"} title={t("keys.do.means")} data-testid="means">
            <List size="sm">
              {t(`keys.do.${act}.means`)
                .split("\n")
                .map((line) => (
                  <List.Item key={line}>{line}</List.Item>
                ))}
            </List>
          </Alert>
          {act === "reroll" && (
            <Select
              label={t("keys.do.reroll.overlap")}
              allowDeselect={false}
              value={overlap}
              data={OVERLAPS.map((value) => ({ value, label: t(`keys.overlap.${value}`) }))}
              onChange={(value) => setOverlap(value ?? "86400")}
            />
          )}
          {asksReason && (
            <Textarea
              label={t("reason.label")}
              description={t("reason.text")}
              required
              data-autofocus
              maxLength={1000}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          {act === "revoke" && (
            <>
              <Text size="sm">{t("keys.do.revoke.instead")}</Text>
              <TextInput
                label={t("keys.do.revoke.type", { name: of.name })}
                data-autofocus
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
              />
            </>
          )}
          <Refusal error={doIt.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" {...(isGrave && { color: "red" })} loading={doIt.isPending} disabled={!isReady}>
              {t(`keys.do.${act}.name`).replace(" …", "")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
