import { Badge, Button, Card, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import type { UsableProvider } from "./provider-types.ts";
import { textOf } from "./settings-field.ts";

/** One provider: how it does, a check that sends nothing, and what it was told. */
export function ProviderCard({
  provider,
  failing,
  isRouted,
  onChange,
  onRemove,
}: {
  readonly provider: UsableProvider;
  /** What the open alert says of it; undefined: nothing is known to be wrong. */
  readonly failing: string | undefined;
  readonly isRouted: boolean;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const mayKeep = useMay("providers:write");
  const { id, kind, own, settings, reportUrl } = provider;
  const check = useMutation({
    mutationFn: () =>
      server.call<{ readonly ok: boolean; readonly detail: string }>({
        method: "POST",
        path: `/v1/routes/providers/${encodeURIComponent(id)}/test`,
      }),
  });
  const told = Object.entries(settings ?? {}).filter(([name]) => name !== "publicAddressesOnly");
  return (
    <Card withBorder component="article" aria-label={t("providers.one", { id })}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {id}
            </Text>
            <Badge variant="outline" color="gray" c="bright">
              {t(`providers.kind.${kind}.name`)}
            </Badge>
            <Badge variant="light" c="bright" color={failing === undefined ? "teal" : "red"}>
              {t(failing === undefined ? "providers.fine" : "providers.failing")}
            </Badge>
            {!isRouted && (
              <Badge variant="light" color="gray" c="bright">
                {t("providers.unrouted")}
              </Badge>
            )}
          </Group>
          <Group gap="xs">
            <Button size="compact-sm" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
              {t("providers.test")}
            </Button>
            {own && mayKeep && (
              <>
                <Button size="compact-sm" variant="default" onClick={onChange}>
                  {t("providers.change")}
                </Button>
                <Button size="compact-sm" variant="default" onClick={onRemove}>
                  {t("providers.remove")}
                </Button>
              </>
            )}
          </Group>
        </Group>
        {failing !== undefined && <Text size="sm">{failing}</Text>}
        {!own && (
          <Text size="sm" c="dimmed">
            {t(kind === "sandbox" ? "providers.sandbox" : "providers.shared")}
          </Text>
        )}
        {told.length > 0 && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {told
              .map(([name, value]) => `${t(`providers.field.${name}`, { defaultValue: name })}: ${textOf(value)}`)
              .join(" · ")}
          </Text>
        )}
        {reportUrl !== null && (
          <Group gap="xs">
            <Text size="sm">{t("providers.reportUrl")}</Text>
            <Code style={{ overflowWrap: "anywhere" }}>{reportUrl}</Code>
            <CopyButton value={reportUrl}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {t(copied ? "copied" : "copy")}
                </Button>
              )}
            </CopyButton>
          </Group>
        )}
        <div role="status">
          {check.data !== undefined && (
            <Text size="sm" fw={600}>
              {t(check.data.ok ? "providers.checkGood" : "providers.checkBad", { detail: check.data.detail })}
            </Text>
          )}
        </div>
        <Refusal error={check.error} />
      </Stack>
    </Card>
  );
}
