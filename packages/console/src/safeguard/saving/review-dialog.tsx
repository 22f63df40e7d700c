import { Alert, Button, Checkbox, Group, Select, Skeleton, Stack, Text, Textarea, TextInput } from "@mantine/core";
import type { Policy, PolicyDocument, PolicyRevision } from "@safeguard/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFourEyes } from "../../approvals/four-eyes-state.tsx";
import { useWorking } from "../../session/session.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { useFormat } from "../../shared/format.ts";
import { Refusal } from "../../shared/refusal.tsx";
import { ChangeList, type ChangeListProps, type Comparison } from "../history/change-list.tsx";
import { POLICY, useForgetPolicy } from "../use-policy.ts";
import { Conflict, conflictOf } from "./conflict.tsx";
import { CopyTabs } from "./copy-tabs.tsx";

/** What a change is saved with. */
export interface SavedWith {
  readonly reason: string;
  readonly baseRevision: number;
}

export interface ReviewDialogProps {
  readonly policy: Policy;
  /** The account's words as they would be. */
  readonly document: PolicyDocument;
  /** What the change would have done. */
  readonly children?: ReactNode;
  /** What holds where the account says nothing. */
  readonly unsaid?: ChangeListProps["unsaid"];
  /** What is to be ticked before it is saved. */
  readonly cautions: readonly string[];
  copies(reason: string, until: string | undefined): readonly (readonly [name: string, text: string])[];
  save(change: SavedWith, until: string | undefined): Promise<PolicyRevision | undefined>;
  onSaved(revision: PolicyRevision): void;
  onClose(): void;
}

const ENDS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
type End = "open" | keyof typeof ENDS | "at";

/** What changes; why; until when; and a tick for what is risky. */
export function ReviewDialog(props: ReviewDialogProps) {
  const { policy, document, unsaid, children, cautions, copies, onSaved, onClose } = props;
  const { t } = useTranslation();
  const { count } = useFormat();
  const { server, account } = useWorking();
  const forget = useForgetPolicy();
  const [reason, setReason] = useState("");
  const [ends, setEnds] = useState<End>("open");
  const [endsAt, setEndsAt] = useState("");
  const [isSure, setIsSure] = useState(false);
  const comparison = useQuery({
    queryKey: ["preview", account.id, policy.latestRevision, JSON.stringify(document)],
    queryFn: () =>
      server.call<Comparison>({ method: "POST", path: `/v1/policies/${POLICY}/preview`, body: { document } }),
  });
  const until = (): string | undefined => {
    if (ends === "open") return undefined;
    return new Date(ends === "at" ? endsAt : Date.now() + ENDS[ends]).toISOString();
  };
  const isReady = reason.trim() !== "" && (cautions.length === 0 || isSure) && (ends !== "at" || endsAt !== "");
  const save = useMutation({
    mutationFn: () => props.save({ reason: reason.trim(), baseRevision: policy.latestRevision }, until()),
    onSuccess: async (made) => {
      await forget();
      if (made === undefined) onClose();
      else onSaved(made);
    },
  });
  const conflict = conflictOf(save.error);
  const fourEyes = useFourEyes().data;
  const willWait = fourEyes != null && comparison.data?.loosens === true;

  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("destinations.save.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm">
          {comparison.data === undefined ? (
            <Skeleton height={80} />
          ) : (
            <ChangeList comparison={comparison.data} unsaid={unsaid} />
          )}
          <Refusal error={comparison.error} />
          {children}
          <Textarea
            label={t("destinations.save.reason")}
            description={t("destinations.save.reasonText")}
            required
            autosize
            minRows={1}
            maxLength={1000}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group align="flex-end" grow preventGrowOverflow={false}>
            <Select
              label={t("destinations.save.until")}
              allowDeselect={false}
              value={ends}
              data={(["open", "hour", "day", "week", "at"] as const).map((value) => ({
                value,
                label: t(`destinations.save.ends.${value}`),
              }))}
              onChange={(value) => setEnds((value ?? "open") as End)}
            />
            {ends === "at" && (
              <TextInput
                type="datetime-local"
                label={t("destinations.save.endsAt")}
                required
                value={endsAt}
                onChange={(event) => setEndsAt(event.currentTarget.value)}
              />
            )}
          </Group>
          {ends !== "open" && <Text size="sm">{t("destinations.save.untilText")}</Text>}
          {policy.revision?.until != null && <Text size="sm">{t("destinations.save.window")}</Text>}
          {cautions.length > 0 && (
            <Checkbox
              checked={isSure}
              onChange={(event) => setIsSure(event.currentTarget.checked)}
              label={t("destinations.save.sure")}
              description={cautions.join(" ")}
            />
          )}
          {willWait && (
            <Alert color="yellow" variant="light" title={t("destinations.save.waits")}>
              {t("destinations.save.waitsText", {
                count: fourEyes.expiresAfterHours,
                formatted: count(fourEyes.expiresAfterHours),
              })}
            </Alert>
          )}
          <CopyTabs texts={copies(reason.trim() || "…", ends === "at" && endsAt === "" ? undefined : until())} />
          {conflict ? (
            <Conflict
              latest={conflict}
              base={policy.latestRevision}
              onAgain={async () => {
                await forget();
                save.reset();
              }}
            />
          ) : (
            <Refusal error={save.error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("destinations.save.cancel")}
            </Button>
            <Button type="submit" disabled={!isReady || conflict !== undefined} loading={save.isPending}>
              {t(willWait ? "destinations.save.propose" : "destinations.save.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
