import {
  Accordion,
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Select,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ChangeList } from "../safeguard/history/change-list.tsx";
import { useMay, useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { NotPermitted } from "../shared/not-permitted.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { Section } from "../shared/section.tsx";
import { BASELINE_PARTS, type BaselinePart, type Rollout, type RolloutPreview } from "./rollout-types.ts";
import { sharesIn } from "./shares-in.ts";

/** Chooses a baseline, shows what it would do in each account, and prepares its roll-out. */
export function NewRolloutPage() {
  const { t } = useTranslation();
  return useMay("policies:write") ? <Form /> : <NotPermitted text={t("rollouts.notPermitted")} />;
}

function Form() {
  const { t } = useTranslation();
  const { server, account, signedIn } = useWorking();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [source, setSource] = useState(account.id);
  const [parts, setParts] = useState<readonly BaselinePart[]>(["destinations"]);
  const [accounts, setAccounts] = useState<string[]>([]);
  const [first, setFirst] = useState<string[]>([]);
  const [stages, setStages] = useState("5, 25, 100");
  const [reason, setReason] = useState("");
  const below = belowOf(signedIn.accounts, account.id);
  const names = below.map(({ id, name }) => ({ value: id, label: name }));
  const choice = {
    source: { ...(source !== account.id && { account: source }) },
    parts,
    ...(accounts.length > 0 && { accounts }),
  };
  const shares = sharesIn(stages);
  const make = useMutation({
    mutationFn: () =>
      server.call<Rollout>({
        method: "POST",
        path: "/v1/rollouts",
        body: { ...choice, first, stages: shares ?? [], reason: reason.trim() },
      }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["rollouts", account.id] });
      await navigate({ to: "/customers/rollouts/$id", params: { id } });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack gap="md">
        <Section title={t("rollouts.form.baseline")} text={t("rollouts.form.baselineText")}>
          <Stack gap="sm" mt="sm" maw={640}>
            <Select
              label={t("rollouts.form.source")}
              searchable
              allowDeselect={false}
              limit={100}
              value={source}
              data={[{ value: account.id, label: t("rollouts.form.own", { name: account.name }) }, ...names]}
              onChange={(value) => setSource(value ?? account.id)}
            />
            <Checkbox.Group
              label={t("rollouts.form.parts")}
              value={[...parts]}
              onChange={(chosen) => setParts(BASELINE_PARTS.filter((part) => chosen.includes(part)))}
            >
              <Stack gap={6} mt={6}>
                {BASELINE_PARTS.map((part) => (
                  <Checkbox key={part} value={part} label={t(`rollouts.part.${part}`)} />
                ))}
              </Stack>
            </Checkbox.Group>
          </Stack>
        </Section>
        <Section title={t("rollouts.form.who")} text={t("rollouts.form.whoText")}>
          <Stack gap="sm" mt="sm" maw={640}>
            <MultiSelect
              label={t("rollouts.form.accounts")}
              placeholder={accounts.length === 0 ? t("rollouts.form.all", { count: below.length }) : ""}
              searchable
              clearable
              limit={100}
              clearButtonProps={{ "aria-label": t("setup.clear") }}
              value={accounts}
              data={names}
              onChange={setAccounts}
            />
            <MultiSelect
              label={t("rollouts.form.first")}
              description={t("rollouts.form.firstText")}
              searchable
              clearable
              limit={100}
              clearButtonProps={{ "aria-label": t("setup.clear") }}
              value={first}
              data={names.filter(({ value }) => accounts.length === 0 || accounts.includes(value))}
              onChange={setFirst}
            />
            <TextInput
              label={t("rollouts.form.stages")}
              description={t("rollouts.form.stagesText")}
              error={shares === undefined ? t("rollouts.form.stagesWrong") : undefined}
              value={stages}
              onChange={(event) => setStages(event.currentTarget.value)}
            />
          </Stack>
        </Section>
        <Section title={t("rollouts.form.preview")} text={t("rollouts.form.previewText")}>
          {parts.length > 0 && <Preview choice={choice} />}
        </Section>
        <Textarea
          label={t("reason.label")}
          description={t("rollouts.form.reasonText")}
          required
          maxLength={800}
          maw={640}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Refusal error={make.error} />
        <Group>
          <Button
            type="submit"
            loading={make.isPending}
            disabled={reason.trim() === "" || parts.length === 0 || shares === undefined}
          >
            {t("rollouts.form.go")}
          </Button>
          <Text size="sm">{t("rollouts.form.goText")}</Text>
        </Group>
      </Stack>
    </form>
  );
}

/** Of each account below: what changes, and what it would have done to its own traffic. */
function Preview({ choice }: { readonly choice: object }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const list = useInfiniteQuery({
    queryKey: ["rollout-preview", account.id, JSON.stringify(choice)],
    queryFn: ({ pageParam }) =>
      server.call<{
        readonly items: readonly RolloutPreview[];
        readonly next: string | null;
        readonly targets: number;
      }>({
        method: "POST",
        path: "/v1/rollouts/preview",
        query: { ...(pageParam !== undefined && { cursor: pageParam }) },
        body: choice,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 30_000,
  });
  if (list.isError) return <Refusal error={list.error} />;
  if (list.data === undefined) return <Skeleton height={160} mt="sm" aria-busy="true" aria-label={t("loading")} />;
  const items = list.data.pages.flatMap((page) => page.items);
  const changed = items.filter((one) => one.changed > 0);
  const sum = (of: (one: RolloutPreview) => number): number => items.reduce((all, one) => all + of(one), 0);
  return (
    <Stack gap="sm" mt="sm">
      <Alert variant="light" color="gray" title={t("rollouts.preview.title", { count: changed.length })}>
        <Text size="sm">
          {t("rollouts.preview.sum", {
            stopped: sum(({ stopped }) => stopped?.messages ?? 0),
            verified: sum(({ stopped }) => stopped?.verified ?? 0),
            opened: sum(({ opened }) => opened?.messages ?? 0),
          })}
        </Text>
        <Text size="sm">
          {items.length > changed.length && t("rollouts.preview.same", { count: items.length - changed.length })}{" "}
          {list.hasNextPage && t("rollouts.preview.part", { count: items.length, all: list.data.pages[0]?.targets })}
        </Text>
      </Alert>
      <Accordion variant="separated" order={3} keepMounted={false}>
        {changed.map((one) => (
          <Accordion.Item key={one.account} value={one.account}>
            <Accordion.Control>
              <PreviewHead one={one} />
            </Accordion.Control>
            <Accordion.Panel>
              <ChangeList comparison={{ changes: one.changes, loosens: one.loosens }} />
              {one.changed > one.changes.length && (
                <Text size="sm">{t("rollouts.preview.further", { count: one.changed - one.changes.length })}</Text>
              )}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {list.hasNextPage && (
        <Group>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("incidents.more")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function PreviewHead({ one }: { readonly one: RolloutPreview }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { name, changed, loosens, waits, keptIn, stopped, opened } = one;
  return (
    <>
      <Group gap="xs">
        <Text fw={600} size="sm" style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        {loosens && (
          <Badge variant="light" color="yellow" c="bright" tt="none">
            {t(waits ? "rollouts.preview.waits" : "rollouts.preview.loosens")}
          </Badge>
        )}
        {keptIn !== null && (
          <Badge variant="light" color="red" c="bright" tt="none">
            {t("rollouts.preview.kept", { place: keptIn })}
          </Badge>
        )}
      </Group>
      <Text size="sm" className="numbers">
        {[
          t("rollouts.preview.changes", { count: changed }),
          ...(stopped === null || stopped.destinations.length === 0
            ? []
            : [
                t("rollouts.preview.stops", {
                  count: stopped.destinations.length,
                  messages: count(stopped.messages),
                  verified: count(stopped.verified),
                }),
              ]),
          ...(opened === null || opened.destinations.length === 0
            ? []
            : [t("rollouts.preview.opens", { count: opened.destinations.length, messages: count(opened.messages) })]),
        ].join(" · ")}
      </Text>
    </>
  );
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
}

/** Those below one, of all that a person can reach. */
function belowOf<T extends Named>(accounts: readonly T[], top: string): readonly T[] {
  const below = new Set([top]);
  // (an account may stand before the one above it)
  for (let size = 0; size < below.size; ) {
    size = below.size;
    for (const { id, parent } of accounts) if (parent !== null && below.has(parent)) below.add(id);
  }
  return accounts.filter(({ id }) => id !== top && below.has(id));
}
