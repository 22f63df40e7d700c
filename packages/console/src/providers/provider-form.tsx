import {
  Group,
  JsonInput,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Skeleton,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
import { OWN_KINDS, type OwnKind, type UsableProvider } from "./provider-types.ts";
import { fieldsOf, readSettings, type SettingsField, textOf } from "./settings-field.ts";
import { useProviderKinds } from "./use-providers.ts";

/** Adds a provider of the account's own, or gives one new settings: with the fields that its kind has. */
export function ProviderForm({
  changed,
  onClose,
}: {
  /** Absent: a new one. */
  readonly changed?: UsableProvider;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const kinds = useProviderKinds();
  const [kind, setKind] = useState<OwnKind>(OWN_KINDS.find((one) => one === changed?.kind) ?? "twilio");
  const [name, setName] = useState("");
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(Object.entries(changed?.settings ?? {}).map(([field, value]) => [field, textOf(value)])),
  );
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const schema = kinds.data?.find((one) => one.kind === kind);
  const fields = schema === undefined ? [] : fieldsOf(schema.settings);
  const secretNames = Object.keys(schema?.secrets.properties ?? {});
  const read = readSettings(fields, texts);
  const save = useMutation({
    mutationFn: () => {
      const body = { kind, settings: read.ok ? read.settings : {}, secrets };
      return changed === undefined
        ? server.call<UsableProvider>({ method: "POST", path: "/v1/routes/providers", body: { name, ...body } })
        : server.call<UsableProvider>({
            method: "PUT",
            path: `/v1/routes/providers/${encodeURIComponent(changed.id)}`,
            body,
          });
    },
    onSuccess: async ({ id }) => {
      notifications.show({ color: "teal", message: t("providers.saved", { id }) });
      onClose();
      await queries.invalidateQueries({ queryKey: ["providers", account.id] });
    },
  });
  return (
    <FormDialog
      title={changed === undefined ? t("providers.add") : t("providers.changeOf", { id: changed.id })}
      go={t(changed === undefined ? "providers.add" : "providers.save")}
      canGo={read.ok && schema !== undefined}
      isPending={save.isPending}
      error={save.error}
      onGo={save.mutate}
      onClose={onClose}
    >
      {changed === undefined && (
        <Group grow align="flex-start" preventGrowOverflow={false}>
          <Select
            label={t("providers.form.kind")}
            description={t(`providers.kind.${kind}.text`)}
            miw={200}
            allowDeselect={false}
            value={kind}
            data={OWN_KINDS.map((value) => ({ value, label: t(`providers.kind.${value}.name`) }))}
            onChange={(value) => {
              setKind(OWN_KINDS.find((one) => one === value) ?? "twilio");
              setTexts({});
              setSecrets({});
            }}
          />
          <TextInput
            label={t("providers.form.name")}
            description={t("providers.form.nameText")}
            miw={200}
            required
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Group>
      )}
      {schema === undefined && <Skeleton height={200} aria-label={t("loading")} />}
      {secretNames.map((secret) => (
        <PasswordInput
          key={secret}
          label={t(`providers.field.${secret}`, { defaultValue: secret })}
          description={t(changed === undefined ? "providers.form.secret" : "providers.form.secretAgain")}
          required
          autoComplete="off"
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
          value={secrets[secret] ?? ""}
          onChange={({ currentTarget: { value } }) => setSecrets((old) => ({ ...old, [secret]: value }))}
        />
      ))}
      {schema !== undefined && secretNames.length === 0 && (
        <Textarea
          label={t("providers.form.secrets")}
          description={t("providers.form.secretsText")}
          placeholder="apiKey=…"
          autosize
          minRows={2}
          autoComplete="off"
          spellCheck={false}
          onChange={({ currentTarget: { value } }) => setSecrets(secretLines(value))}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: fields.some(({ form }) => form === "json") ? 1 : 2 }} spacing="md">
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            text={texts[field.name] ?? ""}
            onChange={(text) => setTexts((old) => ({ ...old, [field.name]: text }))}
          />
        ))}
      </SimpleGrid>
      {!read.ok && (
        <Text size="sm" role="alert">
          {t("providers.form.noJson", { field: read.field })}
        </Text>
      )}
    </FormDialog>
  );
}

function Field({
  field: { name, form, required, schema },
  text,
  onChange,
}: {
  readonly field: SettingsField;
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const { t } = useTranslation();
  const common = {
    label: t(`providers.field.${name}`, { defaultValue: name }),
    description: t(`providers.fieldText.${name}`, { defaultValue: "" }),
    required,
  };
  const placeholder = schema.default === undefined || form === "json" ? "" : textOf(schema.default);
  switch (form) {
    case "text":
      return (
        <TextInput
          {...common}
          placeholder={placeholder}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <NumberInput {...common} placeholder={placeholder} value={text} onChange={(value) => onChange(String(value))} />
      );
    case "switch":
      return (
        <Switch
          {...common}
          checked={text === "true"}
          onChange={(event) => onChange(event.currentTarget.checked ? "true" : "")}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          clearable
          placeholder={placeholder}
          value={text === "" ? null : text}
          data={[...(schema.enum ?? [])]}
          onChange={(value) => onChange(value ?? "")}
        />
      );
    case "json":
      return (
        <JsonInput
          {...common}
          autosize
          minRows={2}
          maxRows={12}
          formatOnBlur
          spellCheck={false}
          value={text}
          onChange={onChange}
        />
      );
  }
}

/** `name=value`, one a line. */
function secretLines(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at <= 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
}
