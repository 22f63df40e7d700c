import {
  Button,
  Card,
  Checkbox,
  Group,
  Menu,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { AlertSettings } from "@safeguard/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import { ChannelCard } from "./channel-card.tsx";
import { ChannelSecrets } from "./channel-secrets.tsx";
import { CHANNEL_TYPES, CODES, draftOf, freeName, type SettingsDraft, settingsOf } from "./settings-draft.ts";

const NOW = new Set([
  "incident_opened",
  "ceiling_reached",
  "lockdown",
  "bypass",
  "connector_failing",
  "degraded",
  "webhook_paused",
]);

/** Where alerts go, which, and when. */
export function AlertSettingsForm() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const settings = useQuery({
    queryKey: ["alert-settings", account.id],
    queryFn: () => server.alerts.settings(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (settings.isError) return <Refusal error={settings.error} />;
  if (settings.data === undefined) return <Skeleton height={320} aria-label={t("loading")} />;
  return <Form key={settings.dataUpdatedAt} saved={settings.data} />;
}

function Form({ saved }: { readonly saved: AlertSettings }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const mayWrite = useMay("alerts:write");
  const before = draftOf(saved);
  const [draft, setDraft] = useState<SettingsDraft>(before);
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const change = (part: Partial<SettingsDraft>) => setDraft((old) => ({ ...old, ...part }));
  const isChanged = JSON.stringify(draft) !== JSON.stringify(before);
  const currency = useQuery({
    queryKey: ["account", account.id],
    queryFn: () => server.accounts.get(account.id),
    staleTime: 60_000,
  }).data?.currency;
  const save = useMutation({
    mutationFn: () => server.alerts.setSettings(settingsOf(draft)),
    onSuccess: ({ secrets: made, ...now }) => {
      notifications.show({ color: "teal", message: t("alerts.saved") });
      // (the form is made anew with what was saved, so the secrets are shown first)
      if (Object.keys(made).length > 0) setSecrets(made);
      else queries.setQueryData(["alert-settings", account.id], now);
    },
  });
  const roll = useMutation({
    mutationFn: (channel: string) => server.alerts.rollChannelSecret(channel),
    onSuccess: ({ secrets: made }) => setSecrets(made),
  });
  const { quiet } = draft;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="xl" maw={900}>
        <Stack gap="sm" component="section" aria-labelledby="alert-channels">
          <Title order={2} size="h4" id="alert-channels">
            {t("alerts.channels.title")}
          </Title>
          <Text size="sm">{t("alerts.channels.text")}</Text>
          {draft.channels.length === 0 && (
            <Card withBorder>
              <Text size="sm">{t("alerts.channels.none")}</Text>
            </Card>
          )}
          {draft.channels.map((channel, index) => (
            <ChannelCard
              // biome-ignore lint/suspicious/noArrayIndexKey: a channel is named while it is typed
              key={index}
              channel={channel}
              saved={saved.channels.find(({ id, type }) => id === channel.id && type === channel.type)}
              mail={saved.mail}
              mayWrite={mayWrite}
              onChange={(changed) => change({ channels: draft.channels.with(index, changed) })}
              onRemove={() => change({ channels: draft.channels.toSpliced(index, 1) })}
              onRoll={() => roll.mutate(channel.id)}
            />
          ))}
          <Refusal error={roll.error} />
          {mayWrite && (
            <Menu position="bottom-start">
              <Menu.Target>
                <Button variant="default" style={{ alignSelf: "flex-start" }}>
                  {t("alerts.channels.add")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {CHANNEL_TYPES.map((type) => (
                  <Menu.Item
                    key={type}
                    disabled={type === "email" && !saved.mail}
                    onClick={() => {
                      const id = freeName(
                        type,
                        draft.channels.map((one) => one.id),
                      );
                      change({ channels: [...draft.channels, { id, type, url: "", to: [], urgentOnly: false }] });
                    }}
                  >
                    {t(`alerts.channels.${type}`)}
                    {type === "email" && !saved.mail && (
                      <Text size="xs" maw={260}>
                        {t("alerts.channels.noMail")}
                      </Text>
                    )}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </Stack>
        <Stack gap="sm" component="section" aria-labelledby="alert-kinds">
          <Title order={2} size="h4" id="alert-kinds">
            {t("alerts.kinds.title")}
          </Title>
          <Text size="sm">{t("alerts.kinds.text")}</Text>
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
            {CODES.map((code) => (
              <Checkbox
                key={code}
                disabled={!mayWrite}
                label={`${t(`alerts.code.${code}.title`)}${NOW.has(code) ? ` · ${t("alerts.kinds.now")}` : ""}`}
                description={t(`alerts.code.${code}.when`)}
                checked={!draft.muted.includes(code)}
                onChange={({ currentTarget: { checked } }) =>
                  change({ muted: checked ? draft.muted.filter((one) => one !== code) : [...draft.muted, code] })
                }
              />
            ))}
          </SimpleGrid>
        </Stack>
        <Stack gap="sm" component="section" aria-labelledby="alert-when">
          <Title order={2} size="h4" id="alert-when">
            {t("alerts.when.title")}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
            <TextInput
              label={t("alerts.when.minimum", { currency: currency ?? "" })}
              description={t("alerts.when.minimumText")}
              inputMode="decimal"
              placeholder={t("alerts.when.any")}
              disabled={!mayWrite}
              value={draft.minimumPerHour}
              onChange={(event) => change({ minimumPerHour: event.currentTarget.value })}
            />
            <NumberInput
              label={t("alerts.when.repeat")}
              description={t("alerts.when.repeatText")}
              suffix={` ${t("alerts.when.minutes")}`}
              min={0}
              max={10_080}
              allowDecimal={false}
              disabled={!mayWrite}
              value={draft.repeatAfterMinutes}
              onChange={(value) => change({ repeatAfterMinutes: Number(value) || 0 })}
            />
            <TextInput
              type="time"
              label={t("alerts.when.digest")}
              description={t("alerts.when.digestText")}
              disabled={!mayWrite}
              value={draft.digestAt}
              onChange={(event) => change({ digestAt: event.currentTarget.value })}
            />
          </SimpleGrid>
          <Switch
            label={t("alerts.when.quiet")}
            description={t("alerts.when.quietText")}
            disabled={!mayWrite}
            checked={quiet !== null}
            onChange={({ currentTarget: { checked } }) =>
              change({
                quiet: checked
                  ? { from: "22:00", until: "07:00", timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone }
                  : null,
              })
            }
          />
          {quiet !== null && (
            <Group gap="sm" align="flex-end">
              {(["from", "until"] as const).map((end) => (
                <TextInput
                  key={end}
                  type="time"
                  required
                  w={{ base: "calc(50% - 6px)", xs: 140 }}
                  label={t(`alerts.when.${end}`)}
                  disabled={!mayWrite}
                  value={quiet[end]}
                  onChange={(event) => change({ quiet: { ...quiet, [end]: event.currentTarget.value } })}
                />
              ))}
              <Select
                label={t("alerts.when.zone")}
                w={{ base: "100%", xs: 260 }}
                searchable
                allowDeselect={false}
                limit={100}
                disabled={!mayWrite}
                value={quiet.timeZone}
                data={[...new Set(["UTC", quiet.timeZone, ...Intl.supportedValuesOf("timeZone")])]}
                onChange={(timeZone) => timeZone !== null && change({ quiet: { ...quiet, timeZone } })}
              />
            </Group>
          )}
        </Stack>
        <Refusal error={save.error} />
        {mayWrite ? (
          <Group gap="sm">
            <Button type="submit" loading={save.isPending} disabled={!isChanged}>
              {t("alerts.save")}
            </Button>
            {isChanged && (
              <Button variant="default" onClick={() => setDraft(before)}>
                {t("alerts.revert")}
              </Button>
            )}
            <Text size="sm" role="status">
              {isChanged ? t("alerts.unsaved") : ""}
            </Text>
          </Group>
        ) : (
          <Text size="sm">{t("alerts.mayNot")}</Text>
        )}
      </Stack>
      <ChannelSecrets
        secrets={secrets}
        onDone={() => {
          setSecrets({});
          void queries.invalidateQueries({ queryKey: ["alert-settings", account.id] });
        }}
      />
    </form>
  );
}
