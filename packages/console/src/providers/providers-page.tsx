import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { NotPermitted } from "../shared/not-permitted.tsx";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { ProviderCard } from "./provider-card.tsx";
import { ProviderForm } from "./provider-form.tsx";
import type { UsableProvider } from "./provider-types.ts";
import { RoutesEditor } from "./routes-editor.tsx";
import { useFailing, useProviders, useRoutes } from "./use-providers.ts";

/** Through whom messages go. */
export function ProvidersPage() {
  const { t } = useTranslation();
  const mayChoose = useMay("routes:write");
  if (mayChoose) return <Providers />;
  return (
    <>
      <PageHead title={t("providers.title")} />
      <NotPermitted text={t("providers.notPermitted")} />
    </>
  );
}

function Providers() {
  const { t } = useTranslation();
  const mayKeep = useMay("providers:write");
  const providers = useProviders();
  const routes = useRoutes();
  const failing = useFailing();
  const [opened, setOpened] = useState<"new" | UsableProvider>();
  const [removed, setRemoved] = useState<UsableProvider>();
  const inForce = routes.data?.inherited?.routes ?? routes.data?.routes ?? [];
  const routed = new Set(inForce.flatMap((route) => route.providers));
  return (
    <>
      <PageHead title={t("providers.title")}>
        <CsvButton
          name="routes"
          isEmpty={inForce.length === 0}
          csv={() =>
            csvOf(
              ["destination", "providers"],
              inForce.map((route) => [route.destination, route.providers.join(" ")]),
            )
          }
        />
        {mayKeep && <Button onClick={() => setOpened("new")}>{t("providers.add")}</Button>}
      </PageHead>
      <Text mb="lg" maw={720}>
        {t("providers.text")}
      </Text>
      <Refusal error={providers.error ?? routes.error} />
      <Stack gap="xl" maw={900}>
        <Stack gap="sm" component="section" aria-labelledby="routes">
          <Title order={2} size="h4" id="routes">
            {t("providers.routes.title")}
          </Title>
          <Text size="sm">{t("providers.routes.text")}</Text>
          {routes.data === undefined || providers.data === undefined ? (
            routes.isPending && <Skeleton height={160} aria-label={t("loading")} />
          ) : (
            <RoutesEditor key={routes.dataUpdatedAt} saved={routes.data} providers={providers.data} />
          )}
        </Stack>
        <Stack gap="sm" component="section" aria-labelledby="providers">
          <Title order={2} size="h4" id="providers">
            {t("providers.list")}
          </Title>
          {providers.isPending && <Skeleton height={160} aria-label={t("loading")} />}
          {providers.data?.length === 0 && <Text size="sm">{t("providers.none")}</Text>}
          {providers.data?.map((provider) => (
            <ProviderCard
              key={provider.id}
              provider={provider}
              failing={failing.get(provider.id)}
              isRouted={routed.has(provider.id)}
              onChange={() => setOpened(provider)}
              onRemove={() => setRemoved(provider)}
            />
          ))}
          {!mayKeep && <Text size="sm">{t("providers.ownersOnly")}</Text>}
        </Stack>
      </Stack>
      {opened !== undefined && (
        <ProviderForm {...(opened !== "new" && { changed: opened })} onClose={() => setOpened(undefined)} />
      )}
      {removed !== undefined && <RemoveDialog provider={removed} onClose={() => setRemoved(undefined)} />}
    </>
  );
}

function RemoveDialog({
  provider: { id },
  onClose,
}: {
  readonly provider: UsableProvider;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => server.call({ method: "DELETE", path: `/v1/routes/providers/${encodeURIComponent(id)}` }),
    onSuccess: async () => {
      notifications.show({ color: "teal", message: t("providers.removed", { id }) });
      onClose();
      await queries.invalidateQueries({ queryKey: ["providers", account.id] });
    },
  });
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("providers.removeOf", { id })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("providers.removeText")}</Text>
        <Refusal error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("cancel")}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("providers.remove")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
