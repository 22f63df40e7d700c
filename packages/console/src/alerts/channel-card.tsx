import { Badge, Button, Card, Group, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import type { AlertSettings } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import type { ChannelDraft } from "./settings-draft.ts";

/** One place that alerts go to. `saved`: as the server has it; undefined: it is new. */
export function ChannelCard({
  channel,
  saved,
  mail,
  mayWrite,
  onChange,
  onRemove,
  onRoll,
}: {
  readonly channel: ChannelDraft;
  readonly saved: AlertSettings["channels"][number] | undefined;
  readonly mail: boolean;
  readonly mayWrite: boolean;
  readonly onChange: (channel: ChannelDraft) => void;
  readonly onRemove: () => void;
  readonly onRoll: () => void;
}) {
  const { t } = useTranslation();
  const { id, type, url, to, urgentOnly } = channel;
  return (
    <Card withBorder component="article" aria-label={t("alerts.channels.one", { name: id })}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Text fw={600}>{t(`alerts.channels.${type}`)}</Text>
            {saved === undefined && (
              <Badge variant="light" c="bright">
                {t("alerts.channels.new")}
              </Badge>
            )}
            {saved?.pausedSince != null && (
              <Badge variant="light" color="red" c="bright">
                {t("alerts.channels.paused")}
              </Badge>
            )}
          </Group>
          {mayWrite && (
            <Group gap="xs">
              {type === "webhook" && saved !== undefined && (
                <Button size="compact-sm" variant="default" onClick={onRoll}>
                  {t("alerts.channels.roll")}
                </Button>
              )}
              <Button
                size="compact-sm"
                variant="default"
                onClick={onRemove}
                aria-label={t("alerts.channels.removeOf", { name: id })}
              >
                {t("alerts.channels.remove")}
              </Button>
            </Group>
          )}
        </Group>
        <Group gap="sm" align="flex-start">
          <TextInput
            label={t("alerts.channels.name")}
            w={{ base: "100%", xs: 180 }}
            required
            maxLength={32}
            disabled={!mayWrite}
            readOnly={saved !== undefined}
            variant={saved === undefined ? "default" : "filled"}
            value={id}
            onChange={(event) => onChange({ ...channel, id: event.currentTarget.value })}
          />
          {type === "email" ? (
            <TagsInput
              label={t("alerts.channels.to")}
              style={{ flex: "1 1 260px" }}
              disabled={!mayWrite}
              acceptValueOnBlur
              splitChars={[",", " ", ";"]}
              value={[...to]}
              onChange={(addresses) => onChange({ ...channel, to: addresses })}
              {...(!mail && { error: t("alerts.channels.noMail") })}
            />
          ) : (
            <TextInput
              label={t(`alerts.channels.${type}Url`)}
              style={{ flex: "1 1 260px" }}
              type="url"
              required={type === "webhook" || saved === undefined}
              disabled={!mayWrite}
              placeholder={type === "slack" && saved !== undefined ? t("alerts.channels.kept") : "https://"}
              value={url}
              onChange={(event) => onChange({ ...channel, url: event.currentTarget.value })}
            />
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t(`alerts.channels.${type}Text`)}
        </Text>
        <Switch
          label={t("alerts.channels.urgentOnly")}
          disabled={!mayWrite}
          checked={urgentOnly}
          onChange={(event) => onChange({ ...channel, urgentOnly: event.currentTarget.checked })}
        />
      </Stack>
    </Card>
  );
}
