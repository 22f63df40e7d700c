import {
  Alert,
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Tabs,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { Policy, PolicyDocument, PolicyImpact, PolicyRevision, SafeguardError } from "@safeguard/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { Refusal } from "../../shared/refusal.tsx";
import { ChangeList, type Comparison } from "../history/change-list.tsx";
import { POLICY, useAuthorName, useForgetPolicy } from "../use-policy.ts";
import { COPY_FORMS, copyAs } from "./copy-as.ts";
import { type DestinationLine, isRisky } from "./destination-line.ts";
import { changeRequestOf, type Draft } from "./draft.ts";
import { ImpactWords } from "./impact-words.tsx";

export interface SaveDialogProps {
  readonly policy: Policy;
  readonly draft: Draft;
  readonly document: PolicyDocument;
  readonly lines: readonly DestinationLine[];
  readonly impact: PolicyImpact | undefined;
  onSaved(revision: PolicyRevision): void;
  onClose(): void;
}

const ENDS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
type End = "open" | keyof typeof ENDS | "at";

/** What changes and what it would have done; why; until when; and a tick for what is risky. */
export function SaveDialog({ policy, draft, document, lines, impact, onSaved, onClose }: SaveDialogProps) {
  const { t } = useTranslation();
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
  const risky = lines.filter((line) => line.isChanged && line.now === "block" && isRisky(line));
  const realUsers = impact?.stopped.verified ?? 0;
  const needsTick = risky.length > 0 || realUsers > 0 || draft.listMode === "allow_all";
  const until = (): string | undefined => {
    if (ends === "open") return undefined;
    return new Date(ends === "at" ? endsAt : Date.now() + ENDS[ends]).toISOString();
  };
  const isReady = reason.trim() !== "" && (!needsTick || isSure) && (ends !== "at" || endsAt !== "");

  const save = useMutation({
    mutationFn: async (): Promise<PolicyRevision | undefined> => {
      const change = { reason: reason.trim(), baseRevision: policy.latestRevision };
      const end = until();
      const request = end === undefined ? changeRequestOf(draft) : undefined;
      if (request !== undefined)
        return (await server.policies.changeDestinations(POLICY, { ...request, ...change }))[0];
      return server.policies.put(POLICY, { document, ...change, ...(end !== undefined && { until: end }) });
    },
    onSuccess: async (made) => {
      await forget();
      if (made === undefined) onClose();
      else onSaved(made);
    },
  });
  const conflict = isConflict(save.error);

  return (
    <Modal opened onClose={onClose} title={t("destinations.save.title")} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm">
          {comparison.data === undefined ? <Skeleton height={80} /> : <ChangeList comparison={comparison.data} />}
          <Refusal error={comparison.error} />
          {impact !== undefined && <ImpactWords impact={impact} />}
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
          {needsTick && (
            <Checkbox
              checked={isSure}
              onChange={(event) => setIsSure(event.currentTarget.checked)}
              label={t("destinations.save.sure")}
              description={[
                ...(risky.length > 0
                  ? [t("destinations.save.risky", { names: risky.map((line) => line.destination.name).join(", ") })]
                  : []),
                ...(realUsers > 0 ? [t("destinations.save.realUsers", { count: realUsers })] : []),
                ...(draft.listMode === "allow_all" ? [t("destinations.save.everything")] : []),
              ].join(" ")}
            />
          )}
          <CopyTabs
            texts={COPY_FORMS.map((form) => [
              form,
              copyAs(form, {
                origin: window.location.origin,
                account: account.id,
                policy: POLICY,
                draft,
                document,
                reason: reason.trim() || "…",
                until: ends === "at" && endsAt === "" ? undefined : until(),
                baseRevision: policy.latestRevision,
              }),
            ])}
          />
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
              {t("destinations.save.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The latest revision, where somebody saved another in between. */
function isConflict(error: unknown): number | undefined {
  const { code, problems = [] } = (error ?? {}) as Partial<SafeguardError>;
  if (code !== "conflict") return undefined;
  const said = problems.find(({ field }) => field === "baseRevision")?.message.match(/\d+/)?.[0];
  return said === undefined ? undefined : Number(said);
}

/** Somebody saved in between: what, and how one's own changes go on top of it. */
function Conflict({
  base,
  latest,
  onAgain,
}: {
  readonly base: number;
  readonly latest: number;
  readonly onAgain: () => void;
}) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const nameOf = useAuthorName();
  const other = useQuery({ queryKey: ["revision", latest], queryFn: () => server.policies.revision(POLICY, latest) });
  const diff = useQuery({
    queryKey: ["conflict", base, latest],
    queryFn: () =>
      server.call<Comparison>({
        method: "GET",
        path: `/v1/policies/${POLICY}/diff`,
        query: { from: String(base), to: String(latest) },
      }),
  });
  return (
    <Alert color="yellow" variant="light" role="alert" title={t("destinations.conflict.title")}>
      <Stack gap="xs">
        {other.data !== undefined && (
          <Text size="sm">
            {t("destinations.conflict.text", {
              number: latest,
              author: nameOf(other.data.author),
              reason: other.data.reason,
            })}
          </Text>
        )}
        {diff.data !== undefined && <ChangeList comparison={diff.data} />}
        <Group>
          <Button size="xs" onClick={onAgain}>
            {t("destinations.conflict.again")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function CopyTabs({ texts }: { readonly texts: readonly (readonly [name: string, text: string])[] }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  if (!isOpen) {
    return (
      <Group>
        <Button size="compact-xs" variant="subtle" onClick={() => setIsOpen(true)}>
          {t("destinations.copy.name")}
        </Button>
      </Group>
    );
  }
  return (
    <Tabs defaultValue={texts[0]?.[0] ?? null} variant="outline">
      <Tabs.List aria-label={t("destinations.copy.name")}>
        {texts.map(([name]) => (
          <Tabs.Tab key={name} value={name}>
            {t(`destinations.copy.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {texts.map(([name, text]) => (
        <Tabs.Panel key={name} value={name} pt="xs">
          <Code block mah={180} className="break" tabIndex={0}>
            {text}
          </Code>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button size="compact-xs" mt={4} variant="default" onClick={copy}>
                {t(copied ? "destinations.copy.done" : "destinations.copy.go")}
              </Button>
            )}
          </CopyButton>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
