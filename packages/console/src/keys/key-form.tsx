import {
  Checkbox,
  Fieldset,
  Group,
  Radio,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import type { Key, MintedKey, NewKey } from "@safeguard/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
import { useFormat } from "../shared/format.ts";
import { PRESETS, type Preset, presetOf, SCOPE_GROUPS, SCOPES, type Scope, scopeKey } from "./scopes.ts";

const DAY_MS = 86_400_000;
const SPANS = ["never", "30", "90", "365"] as const;
const PURPOSES = ["otp", "notification", "marketing"] as const;

/** Makes a key, or changes the settings of one. */
export function KeyForm({
  changed,
  onMinted,
  onClose,
}: {
  /** Absent: a new one. */
  readonly changed?: Key;
  readonly onMinted: (minted: MintedKey) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { instant } = useFormat();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const [name, setName] = useState(changed?.name ?? "");
  const [mode, setMode] = useState<NewKey["mode"]>(changed?.mode ?? "test");
  const [scopes, setScopes] = useState<readonly Scope[]>(changed?.scopes ?? PRESETS.send);
  const [isOwnChoice, setIsOwnChoice] = useState(changed !== undefined && presetOf(changed.scopes) === undefined);
  const [networks, setNetworks] = useState<readonly string[]>(changed?.networks ?? []);
  const [purpose, setPurpose] = useState(changed?.purpose ?? null);
  const [span, setSpan] = useState<string>(changed?.expiresAt == null ? "never" : "kept");
  const mayGive = (scope: string): boolean => account.permissions.includes(scope);
  const preset = isOwnChoice ? "own" : (presetOf(scopes) ?? "own");
  const expiresAt =
    span === "kept"
      ? (changed?.expiresAt ?? null)
      : span === "never"
        ? null
        : new Date(Date.now() + Number(span) * DAY_MS).toISOString();
  const save = useMutation({
    mutationFn: async (): Promise<MintedKey | undefined> => {
      const settings = { name, scopes, networks, purpose, expiresAt };
      if (changed === undefined) return server.keys.create({ ...settings, mode });
      const { scopes: _its, ...ofPerson } = settings;
      await server.keys.update(changed.id, changed.person === null ? settings : ofPerson);
      return undefined;
    },
    onSuccess: async (minted) => {
      onClose();
      if (minted !== undefined) onMinted(minted);
      await queries.invalidateQueries({ queryKey: ["keys", account.id] });
    },
  });
  return (
    <FormDialog
      title={changed === undefined ? t("keys.create") : t("keys.change.title", { name: changed.name })}
      go={t(changed === undefined ? "keys.create" : "keys.change.save")}
      canGo={name.trim() !== "" && (scopes.length > 0 || changed?.person != null)}
      isPending={save.isPending}
      error={save.error}
      onGo={save.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t("keys.form.name")}
        description={t("keys.form.nameText")}
        required
        data-autofocus
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {changed === undefined && (
        <Stack gap={4}>
          <SegmentedControl
            fullWidth
            aria-label={t("keys.form.mode")}
            value={mode}
            onChange={(value) => setMode(value === "live" ? "live" : "test")}
            data={(["test", "live"] as const).map((value) => ({ value, label: t(`keys.mode.${value}`) }))}
          />
          <Text size="sm" c="dimmed">
            {t(`keys.modeText.${mode}`)}
          </Text>
        </Stack>
      )}
      {changed?.person == null && (
        <Radio.Group
          label={t("keys.form.may")}
          value={preset}
          onChange={(value) => {
            setIsOwnChoice(value === "own");
            if (Object.hasOwn(PRESETS, value)) setScopes(PRESETS[value as Preset].filter(mayGive));
          }}
        >
          <Stack gap="xs" mt="xs">
            {([...(Object.keys(PRESETS) as Preset[]), "own"] as const).map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`keys.preset.${value}.name`)}
                description={t(`keys.preset.${value}.text`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {changed?.person == null && preset === "own" && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {SCOPE_GROUPS.map((group) => (
            <Fieldset key={group.name} legend={t(`keys.group.${group.name}`)} p="sm">
              <Stack gap={6}>
                {group.scopes.map((scope) => (
                  <Checkbox
                    key={scope}
                    size="sm"
                    disabled={!mayGive(scope)}
                    label={capital(t(scopeKey(scope)))}
                    title={mayGive(scope) ? scope : t("keys.form.mayNot")}
                    checked={scopes.includes(scope)}
                    onChange={({ currentTarget: { checked } }) =>
                      setScopes(SCOPES.filter((one) => (one === scope ? checked : scopes.includes(one))))
                    }
                  />
                ))}
              </Stack>
            </Fieldset>
          ))}
        </SimpleGrid>
      )}
      <TagsInput
        label={t("keys.form.networks")}
        description={t("keys.form.networksText")}
        placeholder={networks.length === 0 ? "203.0.113.0/24" : ""}
        value={[...networks]}
        onChange={setNetworks}
        splitChars={[",", " "]}
        acceptValueOnBlur
      />
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <Select
          label={t("keys.form.purpose")}
          description={t("keys.form.purposeText")}
          miw={180}
          allowDeselect={false}
          value={purpose ?? "account"}
          data={["account", ...PURPOSES].map((value) => ({ value, label: t(`keys.purpose.${value}`) }))}
          onChange={(value) => setPurpose(PURPOSES.find((one) => one === value) ?? null)}
        />
        <Select
          label={t("keys.form.expires")}
          description={expiresAt === null ? t("keys.form.neverText") : t("keys.form.until", { at: instant(expiresAt) })}
          miw={180}
          allowDeselect={false}
          value={span}
          data={[...(changed?.expiresAt == null ? [] : ["kept"]), ...SPANS].map((value) => ({
            value,
            label: t(`keys.span.${value}`),
          }))}
          onChange={(value) => setSpan(value ?? "never")}
        />
      </Group>
    </FormDialog>
  );
}

function capital(words: string): string {
  return `${words.slice(0, 1).toLocaleUpperCase()}${words.slice(1)}`;
}
