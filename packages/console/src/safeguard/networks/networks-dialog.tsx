import { Alert, Button, Checkbox, Code, Group, List, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog.tsx";
import { Refusal } from "../../shared/refusal.tsx";
import { useClearSight } from "../saving/use-clear-sight.ts";
import { admits, blocksOf, readNetwork } from "./read-network.ts";

const MOST = 100;

export interface NetworksDialogProps {
  readonly title: string;
  readonly networks: readonly string[];
  /** From where the person is here; undefined: it is not known. */
  readonly ownAddress: string | undefined;
  /** It is asked of people who sign in, too. */
  readonly asksPeople: boolean;
  save(networks: readonly string[]): Promise<void>;
  onClose(): void;
}

/** The networks that requests must come from, checked while they are typed, and what changes. */
export function NetworksDialog({ title, networks, ownAddress, asksPeople, save, onClose }: NetworksDialogProps) {
  const { t } = useTranslation();
  useClearSight();
  const [text, setText] = useState(networks.join("\n"));
  const [isSure, setIsSure] = useState(false);
  const blocks = [...new Set(blocksOf(text))];
  const problems = blocks.flatMap((block) => {
    const read = readNetwork(block);
    return read.ok ? [] : [t(`networks.problem.${read.problem}`, { block, right: read.right })];
  });
  if (blocks.length > MOST) problems.push(t("networks.problem.many", { count: MOST }));
  const added = blocks.filter((one) => !networks.includes(one));
  const removed = networks.filter((one) => !blocks.includes(one));
  const isShutOut =
    asksPeople && ownAddress !== undefined && problems.length === 0 && admits(blocks, ownAddress) === false;
  const opens = networks.length > 0 && blocks.length === 0;
  const saving = useMutation({ mutationFn: () => save(blocks), onSuccess: onClose });
  const hasChanges = added.length + removed.length > 0;
  return (
    <Dialog opened onClose={onClose} size="lg" title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={t("networks.blocks")}
            description={t("networks.blocksText")}
            placeholder={"192.0.2.0/24\n2001:db8::/32"}
            autosize
            minRows={3}
            maxRows={12}
            spellCheck={false}
            data-autofocus
            value={text}
            error={problems.length > 0 && problems.slice(0, 5).join(" ")}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {hasChanges && (
            <List
              size="sm"
              listStyleType="none"
              withPadding={false}
              spacing={4}
              aria-label={t("policyHistory.changes")}
            >
              {added.map((block) => (
                <List.Item key={block}>
                  {t("networks.added")} <Code>{block}</Code>
                </List.Item>
              ))}
              {removed.map((block) => (
                <List.Item key={block}>
                  {t("networks.removed")} <Code>{block}</Code>
                </List.Item>
              ))}
            </List>
          )}
          {opens && <Text size="sm">{t("networks.opens")}</Text>}
          {isShutOut && (
            <Alert color="red" variant="light" title={t("networks.shutOut", { address: ownAddress })}>
              <Checkbox
                label={t("networks.shutOutSure")}
                checked={isSure}
                onChange={(event) => setIsSure(event.currentTarget.checked)}
              />
            </Alert>
          )}
          <Refusal error={saving.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button
              type="submit"
              loading={saving.isPending}
              disabled={!hasChanges || problems.length > 0 || (isShutOut && !isSure)}
            >
              {t("destinations.save.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
