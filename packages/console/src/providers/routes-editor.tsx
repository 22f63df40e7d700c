import { ActionIcon, Alert, Button, Card, Group, MultiSelect, Select, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDestinations } from "../safeguard/use-policy.ts";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import type { Routes, UsableProvider } from "./provider-types.ts";
import { EVERYWHERE, groupsOf, isForAll, moved, type RouteGroup, routesOf } from "./route-groups.ts";

/** Which destinations go to which providers, in which order: by keyboard as well as by mouse. */
export function RoutesEditor({
  saved,
  providers,
}: {
  readonly saved: Routes;
  readonly providers: readonly UsableProvider[];
}) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const before = groupsOf(saved.routes);
  const [groups, setGroups] = useState<readonly RouteGroup[]>(before);
  const [isOwn, setIsOwn] = useState(saved.inherited === null);
  const sentenceOf = useRouteSentence();
  const save = useMutation({
    mutationFn: () => server.call<Routes>({ method: "PUT", path: "/v1/routes", body: { routes: routesOf(groups) } }),
    onSuccess: (now) => {
      notifications.show({ color: "teal", message: t("providers.routes.saved") });
      queries.setQueryData(["routes", account.id], now);
    },
  });
  const hasRest = groups.some(isForAll);
  const isChanged = JSON.stringify(routesOf(groups)) !== JSON.stringify(routesOf(before));
  const taken = new Set(groups.flatMap(({ destinations }) => destinations));
  const add = (group: RouteGroup) => {
    const rest = groups.findIndex(isForAll);
    setGroups(rest < 0 ? [...groups, group] : groups.toSpliced(rest, 0, group));
  };
  const first = providers[0]?.id;
  if (!isOwn && saved.inherited !== null) {
    const { inherited } = saved;
    return (
      <Stack gap="sm">
        <Text size="sm">
          {inherited.account === null
            ? t("providers.routes.inherited")
            : t("providers.routes.inheritedFrom", { account: inherited.account })}
        </Text>
        {groupsOf(inherited.routes).map((group) => (
          <Card withBorder key={group.destinations.join()}>
            <Text size="sm">{sentenceOf(group)}</Text>
          </Card>
        ))}
        <Button
          variant="default"
          style={{ alignSelf: "flex-start" }}
          onClick={() => {
            const usable = new Set(providers.map(({ id }) => id));
            setGroups(
              groupsOf(inherited.routes).map((group) => ({
                ...group,
                providers: group.providers.filter((id) => usable.has(id)),
              })),
            );
            setIsOwn(true);
          }}
        >
          {t("providers.routes.own")}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      {!hasRest && (
        <Alert variant="light" color="yellow" title={t("providers.routes.noRest")}>
          {t("providers.routes.noRestText")}
        </Alert>
      )}
      {groups.map((group, index) => (
        <RouteCard
          // biome-ignore lint/suspicious/noArrayIndexKey: a group has nothing but its place while it is made
          key={index}
          group={group}
          taken={taken}
          providers={providers}
          sentence={sentenceOf(group)}
          onChange={(changed) => setGroups(groups.with(index, changed))}
          onRemove={() => setGroups(groups.toSpliced(index, 1))}
        />
      ))}
      <Group gap="xs">
        <Button
          variant="default"
          disabled={first === undefined}
          onClick={() => add({ destinations: [], providers: first === undefined ? [] : [first] })}
        >
          {t("providers.routes.add")}
        </Button>
        {!hasRest && (
          <Button
            variant="default"
            disabled={first === undefined}
            onClick={() => add({ destinations: [EVERYWHERE], providers: first === undefined ? [] : [first] })}
          >
            {t("providers.routes.addRest")}
          </Button>
        )}
      </Group>
      <Refusal error={save.error} />
      <Group gap="sm">
        <Button loading={save.isPending} disabled={!isChanged} onClick={() => save.mutate()}>
          {t("providers.routes.save")}
        </Button>
        {isChanged && (
          <Button variant="default" onClick={() => setGroups(before)}>
            {t("alerts.revert")}
          </Button>
        )}
        <Text size="sm" role="status">
          {isChanged ? t("alerts.unsaved") : ""}
        </Text>
      </Group>
    </Stack>
  );
}

function RouteCard({
  group,
  taken,
  providers,
  sentence,
  onChange,
  onRemove,
}: {
  readonly group: RouteGroup;
  readonly taken: ReadonlySet<string>;
  readonly providers: readonly UsableProvider[];
  readonly sentence: string;
  readonly onChange: (group: RouteGroup) => void;
  readonly onRemove: () => void;
}) {
  const { t } = useTranslation();
  const destinations = useDestinations();
  const { place } = useFormat();
  const isRest = isForAll(group);
  const chain = group.providers;
  const data = (destinations.data ?? [])
    .map(({ code, name }) => ({ value: code, label: name }))
    .filter(({ value }) => group.destinations.includes(value) || !taken.has(value));
  // (until the names are there, those that are chosen must stand in the list all the same)
  const listed = new Set(data.map(({ value }) => value));
  const missing = group.destinations
    .filter((code) => !listed.has(code))
    .map((code) => ({ value: code, label: place(code) }));
  return (
    <Card withBorder component="article" aria-label={sentence}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="xs" wrap="nowrap">
          {isRest ? (
            <Title order={3} size="h6">
              {t("providers.routes.rest")}
            </Title>
          ) : (
            <MultiSelect
              style={{ flexGrow: 1, maxWidth: 560 }}
              label={t("providers.routes.to")}
              searchable
              limit={100}
              placeholder={group.destinations.length === 0 ? t("providers.routes.choose") : ""}
              nothingFoundMessage={t("setup.noCountry")}
              data={[...missing, ...data]}
              value={[...group.destinations]}
              onChange={(chosen) => onChange({ ...group, destinations: chosen })}
            />
          )}
          <Button size="compact-sm" variant="default" style={{ flexShrink: 0 }} onClick={onRemove}>
            {t("providers.remove")}
          </Button>
        </Group>
        <Stack
          gap={6}
          component="ol"
          m={0}
          p={0}
          style={{ listStyle: "none" }}
          aria-label={t("providers.routes.order")}
        >
          {chain.map((id, index) => (
            <Group key={id} component="li" gap="xs" wrap="nowrap">
              <Text size="sm" miw={20} className="numbers">
                {index + 1}.
              </Text>
              <Text size="sm" fw={600} w={180} style={{ overflowWrap: "anywhere", minWidth: 0, flexShrink: 1 }}>
                {id}
              </Text>
              <ActionIcon
                variant="default"
                disabled={index === 0}
                aria-label={t("providers.routes.up", { id })}
                onClick={() => onChange({ ...group, providers: moved(chain, index, -1) })}
              >
                ↑
              </ActionIcon>
              <ActionIcon
                variant="default"
                disabled={index === chain.length - 1}
                aria-label={t("providers.routes.down", { id })}
                onClick={() => onChange({ ...group, providers: moved(chain, index, 1) })}
              >
                ↓
              </ActionIcon>
              <ActionIcon
                variant="default"
                disabled={chain.length === 1}
                aria-label={t("providers.routes.without", { id })}
                onClick={() => onChange({ ...group, providers: chain.toSpliced(index, 1) })}
              >
                ×
              </ActionIcon>
            </Group>
          ))}
        </Stack>
        {providers.some(({ id }) => !chain.includes(id)) && (
          <Select
            size="xs"
            w={240}
            aria-label={t("providers.routes.then")}
            placeholder={t("providers.routes.then")}
            value={null}
            data={providers.filter(({ id }) => !chain.includes(id)).map(({ id }) => id)}
            onChange={(id) => id !== null && onChange({ ...group, providers: [...chain, id] })}
          />
        )}
        <Text size="sm" c="dimmed">
          {sentence}
        </Text>
      </Stack>
    </Card>
  );
}

/** Where messages go and what happens when a provider refuses, as one says it. */
function useRouteSentence(): (group: RouteGroup) => string {
  const { t, i18n } = useTranslation();
  const { place } = useFormat();
  return (group) => {
    const { destinations, providers } = group;
    const many = destinations.length > 4;
    const places = destinations.slice(0, many ? 3 : 4).map(place);
    const listed = many ? [...places, t("providers.routes.more", { count: destinations.length - 3 })] : places;
    const where = isForAll(group)
      ? t("providers.routes.everywhere")
      : destinations.length === 0
        ? t("providers.routes.nowhere")
        : t("providers.routes.where", {
            places: new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(listed),
          });
    const [first = "–", ...others] = providers;
    return others.length === 0
      ? t("providers.routes.alone", { where, first })
      : t("providers.routes.chain", { where, first, others: others.join(", ") });
  };
}
